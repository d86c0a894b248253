// An owner's messages over MQTT: a connection of their own, and the echo watched before the message leaves.
import { createRequire } from "node:module";
import type { Clock, MqttMessage, OwnerVerdict, PostOptions } from "@needled/devices";
import type { IClientOptions, IPublishPacket, MqttClient } from "mqtt";
import { createBackoff } from "../doors/backoff.ts";
import { createPacketMeter } from "../doors/packet-meter.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../ports.ts";
import { proves, toldInstead } from "./match.ts";

export interface BrokerPlace {
  url: string;
  client: Pick<IClientOptions, "clientId" | "protocolVersion" | "username" | "password" | "ca">;
}

export interface MqttPost {
  /** Connects, and again whenever the connection is lost; resolves when the first try is over. */
  open(place: BrokerPlace): Promise<void>;
  send(message: MqttMessage, options: PostOptions): Promise<OwnerVerdict>;
  close(): Promise<void>;
}

/** With the first connection: few homes have tools of their own over MQTT. */
const loadMqtt = (): typeof import("mqtt") => createRequire(import.meta.url)("mqtt");

type Hear = (told: string, isRetained: boolean) => void;

const maxPacketBytes = 64 * 1024;
const firstTryMs = 2_000;
const closeMs = 2_000;
/** A broker sends what it keeps at once. */
const mostReadMs = 2_000;
const noSubscribers = 0x10;

const sent: OwnerVerdict = { status: "unknown", reason: "it was sent, and nothing confirms it" };

function payloadText(payload: unknown): string {
  return payload === undefined ? "" : typeof payload === "string" ? payload : JSON.stringify(payload);
}

/** One connection with what is listened for on it; it is never used again once it is lost, so nothing is sent late or twice. */
interface Line {
  readonly client: MqttClient;
  /** Resolves once the broker will pass the topic on. */
  listen(topic: string, hear: Hear, options?: { withRetained: boolean }): Promise<() => void>;
  /** Resolves with the reason code of the acknowledgement. */
  publish(message: MqttMessage): Promise<number>;
  onLost(listener: () => void): () => void;
}

function createLine(client: MqttClient): Line {
  const hearers = new Set<{ topic: string; hear: Hear }>();
  const losses = new Set<() => void>();
  client.on("message", (topic: string, bytes: Buffer, packet: IPublishPacket) => {
    const told = bytes.toString();
    for (const one of [...hearers]) if (one.topic === topic) one.hear(told, packet.retain);
  });
  client.once("close", () => {
    for (const lost of [...losses]) lost();
  });
  // MQTT.js takes "nobody listens" for success and does not pass the code on.
  const unheard = new Set<number>();
  client.on("packetreceive", (packet) => {
    if (packet.cmd === "puback" && packet.reasonCode === noSubscribers && packet.messageId !== undefined)
      unheard.add(packet.messageId);
  });
  return {
    client,
    async listen(topic, hear, { withRetained } = { withRetained: false }) {
      const entry = { topic, hear };
      hearers.add(entry);
      const end = (): void => {
        hearers.delete(entry);
        const isWanted = [...hearers].some((one) => one.topic === topic);
        if (!isWanted && client.connected) client.unsubscribe(topic, () => undefined);
      };
      try {
        const [granted] = await client.subscribeAsync(topic, {
          qos: 1,
          ...(client.options.protocolVersion === 5 && { rh: withRetained ? 0 : 2 }),
        });
        if ((granted?.qos ?? 0) >= 0x80) throw new Error("the broker does not let me listen there");
      } catch (error) {
        end();
        throw error;
      }
      return end;
    },
    publish({ topic, payload, qos, retain }) {
      return new Promise((resolve, reject) => {
        let id = -1;
        client.publish(topic, payloadText(payload), { qos, retain }, (error) => {
          if (error) reject(error);
          else resolve(unheard.delete(id) ? noSubscribers : 0);
        });
        if (qos === 1) id = client.getLastMessageId();
      });
    },
    onLost(listener) {
      losses.add(listener);
      return () => void losses.delete(listener);
    },
  };
}

type Stop = "late" | "lost" | "cancelled";

/** The first verdict: one that is given, or what `onStop` makes of the end of the time, of the line or of anybody's patience. */
function race(line: Line, { timeoutMs, clock, signal }: PostOptions, onStop: (why: Stop) => OwnerVerdict) {
  const ends: (() => void)[] = [];
  let settle: (verdict: OwnerVerdict) => void = () => undefined;
  const verdict = new Promise<OwnerVerdict>((resolve) => {
    settle = (given) => {
      for (const end of ends.splice(0)) end();
      resolve(given);
    };
  });
  const onAbort = (): void => settle(onStop("cancelled"));
  signal?.addEventListener("abort", onAbort, { once: true });
  ends.push(
    clock.after(timeoutMs, () => settle(onStop("late"))),
    line.onLost(() => settle(onStop("lost"))),
    () => signal?.removeEventListener("abort", onAbort),
  );
  return { verdict, settle: (given: OwnerVerdict) => settle(given) };
}

/** What an acknowledgement alone is worth. */
function verdictOfAck({ echo, qos, retain, topic }: MqttMessage, code: number): OwnerVerdict | undefined {
  if (code === noSubscribers && !retain) return { status: "failed", reason: `nobody listens on ${topic}` };
  if (echo === "none" && qos === 1) return { status: "done" };
  return echo === undefined ? sent : undefined;
}

const stopsBefore: Readonly<Record<Stop, OwnerVerdict>> = {
  late: { status: "failed", reason: "the broker did not let it out in time" },
  lost: { status: "failed", reason: "the connection to the broker was lost before it was sent" },
  cancelled: { status: "rejected", reason: "cancelled before it was sent" },
};

const stopsAfter: Readonly<Record<Stop, OwnerVerdict>> = {
  late: { status: "unknown", reason: "nothing answered" },
  lost: { status: "unknown", reason: "the connection to the broker was lost" },
  cancelled: { status: "unknown", reason: "it was cancelled before it answered" },
};

function verdictOfError(error: unknown, isSent: boolean): OwnerVerdict {
  // A reason code is the broker's own no; anything else leaves it open once the message was written.
  const isCertain = !isSent || typeof (error as { code?: unknown }).code === "number";
  return isCertain
    ? { status: "failed", reason: `the broker refused it: ${messageOf(error)}` }
    : { status: "unknown", reason: messageOf(error) };
}

async function deliver(line: Line, message: MqttMessage, options: PostOptions): Promise<OwnerVerdict> {
  const { echo } = message;
  let isSent = false;
  let isOver = false;
  let last: string | undefined;
  let endListening = (): void => {};
  const { verdict, settle } = race(line, options, (why) => {
    if (!isSent) return stopsBefore[why];
    const isContrary = why === "late" && last !== undefined;
    return isContrary ? { status: "failed", reason: `${toldInstead(last)} instead` } : stopsAfter[why];
  });
  const work = async (): Promise<void> => {
    if (typeof echo === "object") {
      endListening = await line.listen(echo.topic, (told, isRetained) => {
        // What the broker kept was said before; only news can prove anything.
        if (isRetained || !isSent) return;
        last = told;
        if (proves(echo.match, told)) settle({ status: "done" });
      });
    }
    if (isOver) return endListening();
    isSent = true;
    const known = verdictOfAck(message, await line.publish(message));
    if (known) settle(known);
  };
  work().catch((error: unknown) => settle(verdictOfError(error, isSent)));
  const given = await verdict;
  isOver = true;
  endListening();
  return given;
}

type State = "yes" | "no" | "silent";

/** What the broker keeps of the echo's topic. */
async function readEcho(
  line: Line,
  echo: { topic: string; match: unknown },
  clock: Clock,
  timeoutMs: number,
): Promise<State> {
  let stop = (): void => {};
  let tell: (state: State) => void = () => undefined;
  const told = new Promise<State>((resolve) => {
    tell = resolve;
    stop = clock.after(Math.min(timeoutMs, mostReadMs), () => resolve("silent"));
  });
  const listening = line.listen(echo.topic, (text) => tell(proves(echo.match, text) ? "yes" : "no"), {
    withRetained: true,
  });
  listening.catch(() => tell("silent"));
  const state = await told;
  stop();
  // A broker that is slow to grant it may do so after nobody waits any more.
  void listening.then(
    (end) => end(),
    () => undefined,
  );
  return state;
}

async function look(line: Line, { echo }: MqttMessage, { clock, timeoutMs }: PostOptions): Promise<OwnerVerdict> {
  const state = typeof echo === "object" ? await readEcho(line, echo, clock, timeoutMs) : "silent";
  return state === "yes" ? { status: "done" } : { status: "unknown", reason: "it does not say so" };
}

async function sendAgain(line: Line, message: MqttMessage, options: PostOptions): Promise<OwnerVerdict> {
  const { echo } = message;
  const state = typeof echo === "object" ? await readEcho(line, echo, options.clock, options.timeoutMs) : "silent";
  if (state === "yes") return { status: "done" };
  return state === "no"
    ? deliver(line, message, options)
    : { status: "unknown", reason: "I was interrupted, and it does not say" };
}

export function openMqttPost({ log }: { log: Log }): MqttPost {
  const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
  let line: Line | undefined;
  let current: MqttClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function attempt(place: BrokerPlace, onOver: () => void): void {
    const mine = loadMqtt().connect(place.url, {
      ...place.client,
      clean: true,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      connectTimeout: 10_000,
      ...(place.client.protocolVersion === 5 && { properties: { maximumPacketSize: maxPacketBytes } }),
    });
    current = mine;
    const meter = createPacketMeter(maxPacketBytes);
    mine.stream.on("data", (chunk: Uint8Array) => void (meter.take(chunk) || mine.stream.destroy()));
    mine.on("error", (error) => log.debug("owner's tools: broker", { message: messageOf(error) }));
    mine.once("connect", () => {
      line = createLine(mine);
      backoff.reset();
      onOver();
    });
    mine.once("close", () => {
      line = undefined;
      onOver();
      if (!isClosed) timer = setTimeout(() => attempt(place, () => undefined), backoff.nextMs());
    });
  }

  return {
    open(place) {
      return new Promise((resolve) => {
        const late = setTimeout(resolve, firstTryMs);
        attempt(place, () => {
          clearTimeout(late);
          resolve();
        });
      });
    },
    async send(message, options) {
      if (line === undefined) return { status: "failed", reason: "the broker is not connected" };
      if (options.signal?.aborted) return { status: "rejected", reason: "cancelled before it was sent" };
      if (options.lookOnly) return look(line, message, options);
      return options.again ? sendAgain(line, message, options) : deliver(line, message, options);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const mine = current;
      if (mine === undefined) return;
      const hard = setTimeout(() => mine.stream.destroy(), closeMs);
      await mine.endAsync(!mine.connected).catch(() => undefined);
      clearTimeout(hard);
    },
  };
}
