// The broker for a home that has none: aedes on loopback, where an intent is on disk before its PUBACK.
import type { EventEmitter } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Aedes, type AedesOptions, type AuthenticateError, type Client, type PublishPacket } from "aedes";
import { DaemonError, messageOf } from "../errors.ts";
import type { FlowPort } from "../flows/port.ts";
import type { Answer, Door, Intake, ReplyRoute } from "../intake.ts";
import type { Log } from "../ports.ts";
import { maxSoundBytes } from "../speech/wav.ts";
import {
  createFace,
  type DiscoveryOptions,
  discoveryTopic,
  type Face,
  type Showing,
  statusShowing,
} from "./mqtt-face.ts";
import { createMqttFlows, type MqttFlows } from "./mqtt-flows.ts";
import { createMqttIntents, type MqttIntents } from "./mqtt-intents.ts";
import { covers, isInstanceName, isOurs, readInbound, topicsOf } from "./mqtt-topics.ts";
import { createPacketMeter } from "./packet-meter.ts";
import { isSameSecret } from "./secret.ts";

export interface EmbeddedBrokerOptions {
  /** 0: any that is free. */
  port: number;
  host?: string;
  instance?: string;
  /** Without them everybody on this machine may connect. */
  username?: string;
  password?: string;
  discovery?: DiscoveryOptions | false;
  /** Absent: events are told. */
  events?: boolean;
  healthMs?: number;
  maxClients?: number;
  maxPacketBytes?: number;
  softwareVersion: string;
  log: Log;
}

export interface EmbeddedBroker extends Door {
  /** The port that it listens on, once started. */
  port(): number;
}

const maxSubscriptions = 64;
const maxRetainedTopics = 1_024;
const maxRetainedBytes = 8 * 1024 * 1024;
const stopMs = 2_000;

/** What clients left retained may not fill the memory. */
interface RetainedLedger {
  admit(topic: string, bytes: number): boolean;
}

function createRetainedLedger(): RetainedLedger {
  const sizes = new Map<string, number>();
  let total = 0;
  return {
    admit(topic, bytes) {
      const before = sizes.get(topic);
      const isFull = before === undefined && sizes.size >= maxRetainedTopics;
      if (bytes > 0 && (isFull || total - (before ?? 0) + bytes > maxRetainedBytes)) return false;
      total += bytes - (before ?? 0);
      if (bytes === 0) sizes.delete(topic);
      else sizes.set(topic, bytes);
      return true;
    },
  };
}

/** aedes pulls with `read`; a packet that is too long ends the connection before it is gathered. */
function limitPackets(socket: Socket, maxBytes: number): void {
  const meter = createPacketMeter(maxBytes);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || meter.take(chunk)) return chunk;
    socket.destroy();
    return null;
  };
}

function payloadOf(packet: PublishPacket): Uint8Array {
  return typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new DaemonError("door.cannot_listen", `${host}:${port}`, `: ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

export function createEmbeddedBroker(options: EmbeddedBrokerOptions): EmbeddedBroker {
  const { log, host = "127.0.0.1", instance = "home", maxPacketBytes = maxSoundBytes + 4 * 1024 } = options;
  if (!isInstanceName(instance)) throw new DaemonError("config.instance", instance);
  const topics = topicsOf(instance);
  const discovery = options.discovery === false ? undefined : (options.discovery ?? { prefix: "homeassistant" });
  const ownDiscovery = discovery === undefined ? undefined : discoveryTopic(topics, discovery);
  const ledger = createRetainedLedger();
  const pending = new Set<Promise<unknown>>();
  let intents: MqttIntents | undefined;
  let flows: MqttFlows | undefined;
  let face: Face | undefined;
  let isStopping = false;
  let state = { ok: false, text: "not started" };

  /** `done` without an error lets aedes acknowledge; with one it ends the connection, the only no of 3.1.1. */
  const judge = (client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void => {
    if (readInbound(topics, packet.topic) !== undefined) {
      takeIntent(packet, done);
    } else if (packet.topic.startsWith("$SYS/") || isOurs(topics, ownDiscovery, packet.topic)) {
      log.warn("mqtt: a client wrote where only needled writes", { client: client?.id, topic: packet.topic });
      done(new Error("not allowed to publish there"));
    } else {
      if (packet.retain && !ledger.admit(packet.topic, packet.payload.length)) packet.retain = false;
      done(null);
    }
  };

  const takeIntent = (packet: PublishPacket, done: (error?: Error | null) => void): void => {
    if (isStopping || intents === undefined) {
      done(new Error("stopping"));
      return;
    }
    const { topic, retain } = packet;
    // Whatever becomes of it, aedes must not keep it for those who subscribe later.
    packet.retain = false;
    const taking = intents.take({ topic, payload: payloadOf(packet), retain });
    pending.add(taking);
    void taking.then(() => {
      pending.delete(taking);
      done(null);
    });
  };

  const authenticate: AedesOptions["authenticate"] = (_client, username, password, done) => {
    const { username: wantedName, password: wantedPassword } = options;
    if (wantedName === undefined && wantedPassword === undefined) return done(null, true);
    const isName = isSameSecret(username ?? "", wantedName ?? "");
    const isPassword = isSameSecret(password?.toString() ?? "", wantedPassword ?? "");
    if (isName && isPassword) return done(null, true);
    const refusal = Object.assign(new Error("wrong user name or password"), { returnCode: 4 }) as AuthenticateError;
    done(refusal, null);
  };

  const broker = new Aedes({
    // Offline sessions would queue without bound; a client that asks for one hears that it has none.
    preConnect(_client, packet, done) {
      packet.clean = true;
      done(null, true);
    },
    authenticate,
    authorizePublish: judge,
    authorizeSubscribe(client, subscription, done) {
      const count = Object.keys((client as unknown as { subscriptions: object }).subscriptions).length;
      done(null, count >= maxSubscriptions ? null : subscription);
    },
    // PINs and voices pass there.
    authorizeForward: (_client, packet) =>
      [topics.confirmations, topics.sounds].some((filter) => covers(filter, packet.topic)) ? null : packet,
    connectTimeout: 5_000,
    drainTimeout: 5_000,
    maxInflightInbound: 16,
  });

  const server = createServer((socket) => {
    limitPackets(socket, maxPacketBytes);
    broker.handle(socket);
  });
  server.maxConnections = options.maxClients ?? 64;

  const publish = (topic: string, payload: string, qos: 0 | 1, retain = false): Promise<boolean> => {
    return new Promise((resolve) => {
      const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false } as const;
      broker.publish(packet, (error) => {
        if (error) log.warn("mqtt: not published", { topic, error: messageOf(error) });
        resolve(!error);
      });
    });
  };

  const show = ({ topic, payload, retain }: Showing): void => void publish(topic, payload, 1, retain);
  const deliver = async (route: ReplyRoute, answer: Answer): Promise<boolean> => {
    return !broker.closed && publish(route.to, JSON.stringify(answer), 1);
  };
  const refuse = (topic: string, body: object): void => void publish(topic, JSON.stringify(body), 0);

  const isHeard = (topic: string): boolean => {
    const { clients } = broker as unknown as { clients: Readonly<Record<string, { subscriptions: object }>> };
    return Object.values(clients).some(({ subscriptions }) =>
      Object.keys(subscriptions).some((filter) => covers(filter, topic)),
    );
  };

  const openFlows = (port: FlowPort): MqttFlows =>
    createMqttFlows({
      ...{ topics, port, isOwn: true, events: options.events ?? true, withChallenge: true },
      tell: (topic, payload) => void publish(topic, payload, 1),
      answer: (topic, payload) => void publish(topic, payload, 1),
      async call(topic, payload) {
        if (broker.closed) return "away";
        return isHeard(topic) && (await publish(topic, payload, 1)) ? "sent" : "unheard";
      },
      show: (topic, payload) => void publish(topic, payload, 0),
    });

  const port = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };

  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    face?.stop();
    flows?.stop();
    if (!broker.closed) {
      const { topic, payload } = statusShowing(topics, "offline");
      // A turn of the loop later what aedes wrote has left: it corks its sockets until then.
      const handedOver = Promise.all(pending)
        .then(() => publish(topic, payload, 1, true))
        .then(() => new Promise((resolve) => setImmediate(resolve)));
      await Promise.race([handedOver, new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
    }
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
    state = { ok: false, text: "stopped" };
  };

  return {
    name: "mqtt",
    port,
    async start(intake: Intake, signal: AbortSignal) {
      flows = intake.flows && openFlows(intake.flows);
      intents = createMqttIntents({ topics, intake, flows, deliver, refuse, log });
      broker.on("clientError", (client, error) => log.debug("mqtt: client", { id: client.id, error: error.message }));
      broker.on("connectionError", (_client, error) => log.debug("mqtt: connection", { error: error.message }));
      // aedes emits it, its types do not know it.
      (broker as EventEmitter).on("error", (error) => log.warn("mqtt: broker", { error: messageOf(error) }));
      await broker.listen();
      try {
        await listen(server, options.port, host);
      } catch (error) {
        broker.close();
        throw error;
      }
      const healthMs = options.healthMs ?? 60_000;
      face = createFace({ topics, intake, discovery, show, healthMs, version: options.softwareVersion });
      face.showAll();
      state = { ok: true, text: `broker on ${host}:${port()}` };
      signal.addEventListener("abort", () => void stop(), { once: true });
    },
    deliver,
    stop,
    state: () => state,
  };
}
