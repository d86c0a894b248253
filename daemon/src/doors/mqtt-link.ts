// One connection to a broker after the other: a fresh client each time, so that no queue but ours outlives a connection.
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { messageOf } from "../errors.ts";
import type { Clock, Log } from "../ports.ts";
import { maxSoundBytes } from "../speech/wav.ts";
import { type BackoffOptions, createBackoff } from "./backoff.ts";
import type { MqttMessage } from "./mqtt-intents.ts";
import { createPacketMeter } from "./packet-meter.ts";

export interface LinkOptions {
  url: string;
  version: 4 | 5;
  /** Identity, credentials, TLS, will: handed to MQTT.js as they are. */
  client: Pick<
    IClientOptions,
    "clientId" | "username" | "password" | "ca" | "cert" | "key" | "rejectUnauthorized" | "will"
  >;
  backoff: BackoffOptions;
  /** How long ago an earlier process was last connected, when that is known. */
  awayMs: number | undefined;
  clock: Clock;
  log: Log;
  /** A reason code acknowledges; undefined leaves the message with the broker, for the next connection. */
  onMessage(message: MqttMessage): Promise<number | undefined>;
  /** Topics whose messages take seconds: they hold up nothing that comes after them. */
  isSlow?(topic: string): boolean;
  /** Topics of which several messages may be worked on at a time, so that they share a write to the disk. */
  isShared?(topic: string): boolean;
  onUp(client: MqttClient): void;
  onDown(why: string): void;
}

type Taking = Promise<number | undefined>;

/** Messages of one connection that are worked on together. */
interface Sharing {
  count: number;
  /** Settled when all so far are acknowledged. */
  last: Promise<void>;
  /** Reads on, once there is room. */
  goOn?: () => void;
}

export interface Link {
  open(): void;
  /** Leaves in order, or hard when the broker does not answer in time. */
  close(): Promise<void>;
}

/** What a broker may keep for us: after that an order is older than anybody wants it. */
export const sessionSeconds = 30;

/** A cable cut without a word is found after one and a half of these: within the life of an order. */
const keepAliveSeconds = 10;

/** A sound, its topic and its properties. */
export const maxPacketBytes = maxSoundBytes + 4 * 1024;

/** As many as we tell a broker to send before it hears of one. */
const mostAtOnce = 16;

/** Wrong credentials and a twin with our name do not go away by asking often. */
const refusedMs = 30_000;
const sessionTakenOver = 0x8e;
/** A connection must last that long before failures count from zero again. */
const stableMs = 5_000;
const closeMs = 2_000;

export function createLink(options: LinkOptions): Link {
  const { clock, log } = options;
  const backoff = createBackoff(options.backoff);
  let client: MqttClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let why = "";
  let isRefused = false;
  let upAt: number | undefined;
  let downAt = clock.monotonic() - (options.awayMs ?? Number.POSITIVE_INFINITY);
  let mustForget = false;
  let sharing: Sharing = { count: 0, last: Promise.resolve() };

  /** 3.1.1 has no expiry: what a broker kept for too long is wiped by a connection that does nothing else. */
  const isSessionStale = (): boolean => {
    return mustForget || (options.version === 4 && clock.monotonic() - downAt > sessionSeconds * 1000);
  };

  const clientOptions = (clean: boolean): IClientOptions => ({
    ...options.client,
    protocolVersion: options.version,
    clean,
    keepalive: keepAliveSeconds,
    connectTimeout: 10_000,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(options.version === 5 && {
      properties: {
        sessionExpiryInterval: sessionSeconds,
        receiveMaximum: mostAtOnce,
        maximumPacketSize: maxPacketBytes,
      },
    }),
    customHandleAcks: (topic, _payload, packet, done) => acknowledge({ ...packet, topic }, done),
  });

  const isShared = ({ topic, qos }: IPublishPacket): boolean => qos > 0 && (options.isShared?.(topic) ?? false);
  const isLater = (packet: IPublishPacket): boolean => isShared(packet) || (options.isSlow?.(packet.topic) ?? false);

  const acknowledge = (packet: IPublishPacket, done: (error: Error | number, code?: number) => void): void => {
    // MQTT.js reads nothing more before it is answered; the PUBACK of what is slow is written when it is known.
    const taking = isLater(packet) ? Promise.resolve(0) : options.onMessage(messageFrom(packet));
    taking.then(
      // The typings want an error or a code in the first place, the code reads the second when the first is empty.
      (code) => (code === undefined ? done(new Error("left with the broker")) : done(code)),
      (error: unknown) => done(new Error(messageOf(error))),
    );
  };

  /** Sounds may be overtaken: brokers bear that. On another connection than the message's own an answer would mean nothing. */
  const acknowledgeLater = (packet: IPublishPacket, { stream }: MqttClient, taking: Taking, turn?: Promise<void>) => {
    const { messageId, qos } = packet;
    const answer = (code: number | undefined): void => {
      if (code === undefined || qos === 0 || messageId === undefined || !stream.writable) return;
      stream.write(pubackOf(messageId, options.version === 5 ? code : undefined));
    };
    return Promise.all([taking, turn]).then(
      ([code]) => answer(code),
      (error: unknown) => log.warn("mqtt: a message was not taken", { error: messageOf(error) }),
    );
  };

  /** Acknowledged in the order in which they came [MQTT-4.6.0-2]; nothing more is read while there are enough. */
  const share = (packet: IPublishPacket, mine: MqttClient, goOn: () => void): void => {
    const ours = sharing;
    const taking = options.onMessage(messageFrom(packet));
    ours.last = acknowledgeLater(packet, mine, taking, ours.last);
    ours.count += 1;
    const isOver = (): void => {
      ours.count -= 1;
      ours.goOn?.();
      delete ours.goOn;
    };
    taking.then(isOver, isOver);
    if (ours.count < mostAtOnce) goOn();
    else ours.goOn = goOn;
  };

  /** MQTT.js asks `customHandleAcks` only in version 5 and only from QoS 1; this hook is for the rest. */
  const handleMessage = (mine: MqttClient, packet: IPublishPacket, done: (error?: Error) => void): void => {
    const isTaken = options.version === 5 && packet.qos > 0;
    // An error here means: go on, and send no PUBACK.
    const goOn = (): void => done(packet.qos > 0 ? new Error("acknowledged later") : undefined);
    if (isShared(packet)) share(packet, mine, goOn);
    else if (isLater(packet)) {
      void acknowledgeLater(packet, mine, options.onMessage(messageFrom(packet)));
      goOn();
    } else if (isTaken) done();
    else acknowledge(packet, (code) => (typeof code === "number" ? done() : done(code)));
  };

  const limitPackets = (to: MqttClient): void => {
    const meter = createPacketMeter(maxPacketBytes);
    to.stream.on("data", (chunk: Uint8Array) => {
      if (meter.take(chunk)) return;
      // The broker would send it again for ever.
      mustForget = true;
      why = "a message above the size limit";
      to.stream.destroy();
    });
  };

  const attempt = (): void => {
    const clean = isSessionStale();
    const isWipe = clean && options.version === 4;
    const mine = connect(options.url, clientOptions(clean));
    // What is still under way for an earlier connection holds up nothing here.
    sharing = { count: 0, last: Promise.resolve() };
    client = mine;
    mine.handleMessage = (packet, done) => handleMessage(mine, packet, done);
    limitPackets(mine);
    mine.on("error", (error) => noteError(error));
    mine.on("disconnect", (packet) => {
      isRefused = packet.reasonCode === sessionTakenOver;
      why = isRefused ? "another client uses our name" : `the broker ended it (${packet.reasonCode ?? 0})`;
    });
    mine.once("connect", () => (isWipe ? forget(mine) : up(mine)));
    mine.once("close", () => down());
  };

  const noteError = (error: Error & { code?: unknown }): void => {
    why = error.message === "" ? String(error.code ?? error.name) : error.message;
    isRefused = typeof error.code === "number";
    log.debug("mqtt: connection", { error: why });
  };

  const forget = (mine: MqttClient): void => {
    mustForget = false;
    downAt = clock.monotonic();
    backoff.reset();
    mine.end();
  };

  const up = (mine: MqttClient): void => {
    mustForget = false;
    upAt = clock.monotonic();
    options.onUp(mine);
  };

  const down = (): void => {
    const now = clock.monotonic();
    if (upAt !== undefined) {
      downAt = now;
      if (now - upAt > stableMs) backoff.reset();
    }
    upAt = undefined;
    client = undefined;
    options.onDown(why);
    if (isClosed) return;
    timer = setTimeout(attempt, isRefused ? refusedMs : backoff.nextMs());
    isRefused = false;
    why = "";
  };

  return {
    open: attempt,
    close() {
      isClosed = true;
      clearTimeout(timer);
      return client === undefined ? Promise.resolve() : leave(client);
    },
  };
}

function leave(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => client.stream.destroy(), closeMs);
    client.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    if (client.connected) client.end();
    else client.stream.destroy();
  });
}

function pubackOf(messageId: number, code: number | undefined): Buffer {
  const body = [messageId >> 8, messageId & 0xff, ...(code === undefined ? [] : [code])];
  return Buffer.from([0x40, body.length, ...body]);
}

function messageFrom(packet: IPublishPacket): MqttMessage {
  const { topic, payload, retain, properties } = packet;
  return {
    topic,
    payload: typeof payload === "string" ? Buffer.from(payload) : payload,
    retain,
    responseTopic: properties?.responseTopic,
    correlation: properties?.correlationData,
    userProperties: properties?.userProperties,
    expiry: properties?.messageExpiryInterval,
  };
}
