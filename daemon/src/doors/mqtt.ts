// The door to a broker that is already there: intents and confirmations in, answers and the state of the instance out.
import type { IClientOptions, IPublishPacket, MqttClient } from "mqtt";
import { DaemonError, messageOf } from "../errors.ts";
import type { FlowPort, Sent } from "../flows/port.ts";
import type { Answer, Door, HandOvers, Intake, ReplyRoute } from "../intake.ts";
import type { Clock, Log } from "../ports.ts";
import type { BackoffOptions } from "./backoff.ts";
import { createFace, type DiscoveryOptions, type Face, type Showing, statusShowing } from "./mqtt-face.ts";
import { createMqttFlows, type MqttFlows } from "./mqtt-flows.ts";
import { createMqttIntents, type MqttIntents, type MqttMessage } from "./mqtt-intents.ts";
import { createLink, type Link } from "./mqtt-link.ts";
import { covers, isInstanceName, topicsOf } from "./mqtt-topics.ts";
import { watchUnheard } from "./mqtt-unheard.ts";
import { createOutbox, type Outgoing } from "./outbox.ts";

export interface MqttDoorOptions {
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  url: string;
  /** 5, or 4 for MQTT 3.1.1. */
  version?: 4 | 5;
  instance?: string;
  username?: string;
  password?: string;
  tls?: Pick<IClientOptions, "ca" | "cert" | "key" | "rejectUnauthorized">;
  discovery?: DiscoveryOptions | false;
  /** Absent: events are told, without the codes of confirmations. */
  events?: { isOn: boolean; withChallenge: boolean };
  healthMs?: number;
  backoff?: BackoffOptions;
  /** How long ago an earlier process was last alive; 3.1.1 takes up an older session only when that is short. */
  awayMs?: number;
  /** How long `start` waits for the broker before it goes on without it. */
  graceMs?: number;
  /** Answers that are kept while the broker is away. */
  outboxCapacity?: number;
  softwareVersion: string;
  clock: Clock;
  log: Log;
}

const mostKept = 256;
const drainMs = 2_000;
const silentMs = 5_000;
const homeAssistantSpreadMs = 1_000;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function propertiesOf(correlation: string | undefined): { properties?: { correlationData: Buffer } } {
  return correlation === undefined ? {} : { properties: { correlationData: Buffer.from(correlation, "base64") } };
}

function checkUrl(url: string): void {
  if (!/^(mqtts?|tcp|ssl|tls):\/\/[^/]/.test(url)) throw new DaemonError("config.broker", url);
}

export function createMqttDoor(options: MqttDoorOptions): Door {
  const { log, clock, version = 5, instance = "home" } = options;
  checkUrl(options.url);
  if (!isInstanceName(instance)) throw new DaemonError("config.instance", instance);
  const topics = topicsOf(instance);
  const discovery = options.discovery === false ? undefined : (options.discovery ?? { prefix: "homeassistant" });
  let watcher: HandOvers | undefined;
  const handOvers: HandOvers = {
    told: (key) => watcher?.told(key),
    dropped: (key) => watcher?.dropped(key),
    room: () => watcher?.room(),
  };
  const outbox = createOutbox({ capacity: options.outboxCapacity ?? mostKept, log, handOvers });
  const pending = new Set<Promise<unknown>>();
  const underWay = new Set<(error: Error) => void>();

  let client: MqttClient | undefined;
  let link: Link | undefined;
  let face: Face | undefined;
  let intents: MqttIntents | undefined;
  let flows: MqttFlows | undefined;
  let sendHeard: (send: () => Promise<boolean>) => Promise<Sent> = async () => "away";
  let isStopping = false;
  let wasUp = false;
  let state = { ok: false, text: "not started" };
  let wakeStart: () => void = () => undefined;

  const publish = (message: Outgoing, qos: 0 | 1, retain = false): Promise<boolean> => {
    const { topic, payload, correlation } = message;
    return new Promise((resolve, reject) => {
      if (client === undefined) return reject(new Error("not connected"));
      // MQTT.js forgets its callbacks when a connection with a session breaks.
      underWay.add(reject);
      client.publish(topic, payload, { qos, retain, ...propertiesOf(correlation) }, (error) => {
        underWay.delete(reject);
        if (error === undefined || error === null) resolve(true);
        else if ("code" in error && typeof error.code === "number") resolve(false);
        else reject(error);
      });
    });
  };

  const show = ({ topic, payload, retain }: Showing): void => {
    publish({ topic, payload }, 1, retain).catch((error: unknown) => {
      log.debug("mqtt: not shown", { topic, error: messageOf(error) });
    });
  };

  const refuse = (topic: string, body: object, correlation: string | undefined): void => {
    publish({ topic, payload: JSON.stringify(body), correlation }, 0).catch((error: unknown) => {
      log.debug("mqtt: a refusal was not heard", { topic, error: messageOf(error) });
    });
  };

  const deliver = (route: ReplyRoute, answer: Answer): Promise<boolean> => {
    const key = `${answer.intent.source}/${answer.intent.id}`;
    const told = outbox.put({ topic: route.to, payload: JSON.stringify(answer), correlation: route.correlation, key });
    // A broker that is connected and silent; the answer stays in the outbox.
    return Promise.race([told, sleep(silentMs).then(() => false)]);
  };

  const onMessage = (message: MqttMessage): Promise<number | undefined> => {
    if (isStopping || intents === undefined) return Promise.resolve(undefined);
    if (discovery !== undefined && message.topic === `${discovery.prefix}/status`) {
      if (Buffer.from(message.payload).toString() === "online") {
        setTimeout(() => face?.showAll(), Math.random() * homeAssistantSpreadMs).unref();
      }
      return Promise.resolve(0);
    }
    const taking = intents.take(message);
    pending.add(taking);
    return taking.finally(() => pending.delete(taking));
  };

  const openFlows = (port: FlowPort): MqttFlows => {
    const { isOn = true, withChallenge = false } = options.events ?? {};
    return createMqttFlows({
      ...{ topics, port, isOwn: false, events: isOn, withChallenge },
      tell: (topic, payload) => void outbox.put({ topic, payload }),
      answer: (topic, payload) => void publish({ topic, payload }, 1).catch(() => false),
      call: async (topic, payload) => (client === undefined ? "away" : sendHeard(() => publish({ topic, payload }, 1))),
      show: (topic, payload) => void publish({ topic, payload }, 0).catch(() => false),
    });
  };

  /** A broker that lets nobody read there costs the tools of flows, and nothing else. */
  const subscribeFlows = (mine: MqttClient): void => {
    mine.subscribe([topics.tools, topics.results], { qos: 1, nl: true, rap: true, rh: 2 }, (error, granted = []) => {
      const isRefused = error !== null || granted.some(({ qos }) => qos >= 0x80);
      if (mine !== client) return;
      if (isRefused) log.warn("mqtt: no tools of flows: subscription refused", { error: error?.message });
      else if (wasUp) flows?.reopened();
      wasUp = true;
    });
  };

  const subscribe = (mine: MqttClient): void => {
    const ways = { qos: 1, nl: true, rap: true, rh: 2 } as const;
    const filters = [
      topics.intents,
      topics.sounds,
      topics.confirmations,
      ...(discovery ? [`${discovery.prefix}/status`] : []),
    ];
    mine.subscribe(filters, ways, (error, granted = []) => {
      if (mine !== client) return;
      const refused = granted.filter(({ qos }) => qos >= 0x80).map(({ topic }) => topic);
      const isHeard = error === null && refused.length === 0;
      const text = isHeard ? `connected to ${options.url}` : `the broker does not let us read ${filters.join(", ")}`;
      state = { ok: isHeard, text };
      if (!isHeard) log.warn("mqtt: subscription refused", { refused, error: error?.message });
      wakeStart();
    });
  };

  const onUp = (mine: MqttClient): void => {
    client = mine;
    sendHeard = watchUnheard(mine);
    state = { ok: false, text: "subscribing" };
    subscribe(mine);
    if (flows) subscribeFlows(mine);
    face?.showAll();
    outbox.attach((message) => publish(message, 1));
  };

  const onDown = (why: string): void => {
    client = undefined;
    outbox.detach();
    for (const reject of underWay) reject(new Error("connection closed"));
    underWay.clear();
    state = { ok: false, text: why === "" ? "waiting for the broker" : `waiting for the broker: ${why}` };
  };

  const openLink = (): Link => {
    const { payload, ...will } = statusShowing(topics, "offline");
    const { username, password, tls } = options;
    const identity = {
      clientId: `needled-${instance}`,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    };
    const last: IPublishPacket["payload"] = Buffer.from(payload);
    return createLink({
      ...{ url: options.url, version, awayMs: options.awayMs, clock, log, onMessage, onUp, onDown },
      // A recogniser listens for seconds, and one that hangs for longer.
      isSlow: (topic) => covers(topics.sounds, topic),
      isShared: (topic) => covers(topics.intents, topic),
      client: { ...identity, ...tls, will: { ...will, payload: last, qos: 1 } },
      backoff: options.backoff ?? { firstMs: 250, maxMs: 2_000 },
    });
  };

  const stop = async (): Promise<void> => {
    if (isStopping || link === undefined) return;
    isStopping = true;
    face?.stop();
    flows?.stop();
    const drained = Promise.all(pending).then(() => (client === undefined ? undefined : outbox.drained()));
    await Promise.race([drained, sleep(drainMs)]);
    const { topic, payload } = statusShowing(topics, "offline");
    await Promise.race([publish({ topic, payload }, 1, true).catch(() => false), sleep(drainMs)]);
    await link.close();
    outbox.close();
    state = { ok: false, text: "stopped" };
  };

  return {
    name: "mqtt",
    async start(intake: Intake, signal: AbortSignal) {
      flows = intake.flows && openFlows(intake.flows);
      intents = createMqttIntents({ topics, intake, flows, deliver, refuse, log });
      const healthMs = options.healthMs ?? 60_000;
      face = createFace({ topics, intake, discovery, show, healthMs, version: options.softwareVersion });
      link = openLink();
      state = { ok: false, text: "connecting" };
      const subscribed = new Promise<void>((resolve) => {
        wakeStart = resolve;
      });
      link.open();
      signal.addEventListener("abort", () => void stop(), { once: true });
      await Promise.race([subscribed, sleep(options.graceMs ?? 2_000)]);
    },
    deliver,
    watch(given) {
      watcher = given;
    },
    stop,
    state: () => state,
  };
}
