// Zigbee2MQTT over MQTT: devices as the bridge lists them, commands as /set, and nothing believed but what a device reports.
import { createRequire } from "node:module";
import type { IClientOptions, MqttClient } from "mqtt";
import type { Adapter, Command, ReachableListener, Receipt, StateListener } from "../adapter.ts";
import { DeviceError } from "../errors.ts";
import type { Area, Device, Scene, State } from "../home.ts";
import { openAsking } from "./asking.ts";
import type { BridgeDevice, Known, Left } from "./bridge-device.ts";
import { catalogued } from "./catalogue.ts";
import type { Payload } from "./codecs.ts";
import { readPayload, writePayload } from "./exposes.ts";
import type { BridgeGroup } from "./groups.ts";
import { asPayload, failureIn, isOnline, parse } from "./wire.ts";

export interface Zigbee2MqttOptions {
  readonly url: string;
  /** Zigbee2MQTT's base topic. */
  readonly base?: string;
  readonly version?: 4 | 5;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Pick<IClientOptions, "ca" | "cert" | "key">;
  /** Rooms that the home has already. */
  readonly areas?: readonly Area[];
  /** How long the start waits for the bridge's list; after that the devices come when they come. */
  readonly graceMs?: number;
  readonly log?: (message: string, fields?: Record<string, unknown>) => void;
}

/** With the first connection: a start of a home without Zigbee2MQTT need not wait for MQTT.js. */
const loadMqtt = (): typeof import("mqtt") => createRequire(import.meta.url)("mqtt");

const lost = (why: string): DeviceError => new DeviceError("device.link", { why });
const graceMs = 3_000;
interface Waiting {
  topic: string;
  refuse(why: string): void;
}

export function zigbee2mqttAdapter(options: Zigbee2MqttOptions): Adapter {
  const { url, base = "zigbee2mqtt", log = () => {} } = options;
  const states = new Set<StateListener>();
  const reaches = new Set<ReachableListener>();
  const changes = new Set<() => void>();
  const waiting = new Set<Waiting>();
  /** Scenes that were recalled, while their commands wait. */
  const recalled = new Set<Known>();
  let client: MqttClient | undefined;
  let devices: readonly BridgeDevice[] = [];
  let groups: readonly BridgeGroup[] = [];
  let known: readonly Known[] = [];
  let byTopic: ReadonlyMap<string, readonly Known[]> = new Map();
  /** What was last said of what cannot be used. */
  let toldLeft = "[]";
  let areas: readonly Area[] = [];
  let scenes: readonly Scene[] = [];
  let subscribed = new Set<string>();
  let heardOf = (): void => {};
  let isBridgeOnline = true;
  /** By topic, where the bridge tells it of each device; a bridge that comes back does not bring them all with it. */
  const available = new Map<string, boolean>();

  const isThere = (topic: string): boolean => isBridgeOnline && available.get(topic) !== false;

  function tellReach(those: readonly Known[]): void {
    for (const { device, topic } of those) for (const reach of reaches) reach(device.address, isThere(topic));
  }

  const at = (topic: string): readonly Known[] => byTopic.get(topic) ?? [];
  const asking = openAsking(askState);

  function tellLeft(left: readonly Left[]): void {
    const now = JSON.stringify(left);
    if (now === toldLeft) return;
    toldLeft = now;
    log(`${base}: ${left.length} devices cannot be used`, { left_out: left });
  }

  /** The bridge's list has changed: who is there, under which names, and what to listen to. */
  function relist(): void {
    const found = catalogued(devices, groups, options.areas ?? []);
    ({ known, areas, scenes } = found);
    const grouped = new Map<string, Known[]>();
    for (const one of known) grouped.set(one.topic, [...(grouped.get(one.topic) ?? []), one]);
    byTopic = grouped;
    tellLeft(found.left);
    const topics = new Set(known.flatMap(({ topic }) => [`${base}/${topic}`, `${base}/${topic}/availability`]));
    const fresh = [...topics].filter((topic) => !subscribed.has(topic));
    const gone = [...subscribed].filter((topic) => !topics.has(topic));
    if (gone.length > 0) client?.unsubscribe(gone);
    for (const topic of available.keys()) if (!topics.has(`${base}/${topic}`)) available.delete(topic);
    if (fresh.length > 0) {
      const asked = fresh.filter((topic) => !topic.endsWith("/availability"));
      client?.subscribe(fresh, { qos: 1 }, () => asking.add(asked.map((topic) => topic.slice(base.length + 1))));
    }
    subscribed = topics;
    for (const change of changes) change();
    heardOf();
  }

  /** Devices whose state is not retained tell it when asked; one that sleeps would not hear it. */
  function askState(topic: string): boolean {
    const awake = at(topic).filter(({ isSleepy }) => !isSleepy);
    const properties = awake.flatMap(({ shape }) => shape.codecs.flatMap((c) => (c.isGettable ? [c.property] : [])));
    if (properties.length === 0 || !isThere(topic) || !client?.connected) return false;
    const question = Object.fromEntries(properties.map((property) => [property, ""]));
    client.publish(`${base}/${topic}/get`, JSON.stringify(question), { qos: 0 });
    return true;
  }

  function onBridge(topic: string, bytes: Buffer): void {
    if (topic === "bridge/state") {
      const online = isOnline(bytes);
      if (online === undefined) return;
      isBridgeOnline = online;
      tellReach(known);
      return;
    }
    if (topic === "bridge/logging") {
      onLogging(asPayload(parse(bytes)));
      return;
    }
    const list = parse(bytes);
    if (!Array.isArray(list)) {
      log("the bridge sent a list that is none", { topic });
      return;
    }
    if (topic === "bridge/devices") devices = list as BridgeDevice[];
    else groups = list as BridgeGroup[];
    relist();
  }

  /** The only word there is of a command that failed: "Publish 'set' 'state' to 'lamp' failed: …". */
  function onLogging(payload: Payload | undefined): void {
    if (payload?.level !== "error" || typeof payload.message !== "string") return;
    const { message } = payload;
    const found = failureIn(message);
    if (found === undefined) return;
    for (const one of [...waiting]) if (one.topic === found.topic) one.refuse(found.why);
  }

  const tellState = ({ device }: Known, state: State): void => {
    for (const listener of states) listener(device.address, state);
  };

  function onDevice(topic: string, bytes: Buffer): void {
    if (topic.endsWith("/availability")) {
      const online = isOnline(bytes);
      if (online === undefined) return;
      const name = topic.slice(0, -"/availability".length);
      available.set(name, online);
      tellReach(at(name));
      return;
    }
    const payload = asPayload(parse(bytes));
    if (payload === undefined) return;
    asking.drop(topic);
    // A scene has no state of its own; that its devices speak shows that it was heard.
    for (const one of [...recalled]) if (one.provenBy?.includes(topic)) tellState(one, { on: true });
    for (const one of at(topic)) {
      const state = readPayload(one.shape, payload);
      if (Object.keys(state).length > 0) tellState(one, state);
    }
  }

  function onMessage(topic: string, bytes: Buffer): void {
    const rest = topic.slice(base.length + 1);
    if (rest.startsWith("bridge/")) onBridge(rest, bytes);
    else onDevice(rest, bytes);
  }

  function open(): MqttClient {
    const { version = 5, username, password, tls } = options;
    const opened = loadMqtt().connect(url, {
      protocolVersion: version,
      clean: true,
      reconnectPeriod: 2_000,
      // A command that waited for the broker would come as a surprise.
      queueQoSZero: false,
      resubscribe: false,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...tls,
    });
    opened.on("connect", () => {
      subscribed = new Set();
      opened.subscribe(
        ["state", "devices", "groups", "logging"].map((name) => `${base}/bridge/${name}`),
        { qos: 1 },
      );
      if (known.length > 0) relist();
    });
    opened.on("message", onMessage);
    opened.on("error", (error) => log("Zigbee2MQTT's broker", { message: error.message }));
    opened.on("close", () => {
      for (const { refuse } of [...waiting]) refuse("the connection to the broker was lost");
    });
    return opened;
  }

  function payloadOf({ set = {}, verb }: Command, { shape }: Known): Payload {
    if (verb === "stop") return shape.stop?.() ?? {};
    return verb === undefined ? writePayload(shape, set) : {};
  }

  return {
    name: `zigbee2mqtt ${base}`,
    async start(signal) {
      client = open();
      const listed = new Promise<void>((resolve) => {
        heardOf = resolve;
      });
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, options.graceMs ?? graceMs).unref();
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
      await Promise.race([listed, late]);
    },
    async stop() {
      asking.stop();
      await client?.endAsync(true).catch(() => undefined);
    },
    devices: (): readonly Device[] => known.map(({ device, topic }) => ({ ...device, reachable: isThere(topic) })),
    areas: () => areas,
    scenes: () => scenes,
    onChange(listener) {
      changes.add(listener);
      return () => void changes.delete(listener);
    },
    send(command, signal): Promise<Receipt> {
      const one = known.find(({ device }) => device.address === command.address);
      if (one === undefined) return Promise.reject(lost(`Zigbee2MQTT does not know ${command.address} any more`));
      if (!client?.connected) return Promise.reject(lost("the broker is not connected"));
      let payload: Payload;
      try {
        payload = payloadOf(command, one);
      } catch (error) {
        return Promise.reject(error);
      }
      if (Object.keys(payload).length === 0) {
        return Promise.reject(new DeviceError("device.refused", { why: "it has nothing to set for that" }));
      }
      const { topic } = one;
      const mqtt = client;
      return new Promise((resolve, reject) => {
        const entry: Waiting = {
          topic,
          refuse: (why) => end(() => reject(new DeviceError("device.refused", { why }))),
        };
        const end = (how: () => void): void => {
          recalled.delete(one);
          if (waiting.delete(entry)) how();
        };
        waiting.add(entry);
        if (one.provenBy) recalled.add(one);
        // Nothing acknowledges a command; until its echo comes, only a refusal can.
        signal?.addEventListener("abort", () => end(() => resolve("sent")), { once: true });
        mqtt.publish(`${base}/${topic}/set`, JSON.stringify(payload), { qos: 0 }, (error) => {
          if (error) end(() => reject(lost(error.message)));
        });
      });
    },
    onState(listener) {
      states.add(listener);
      return () => void states.delete(listener);
    },
    onReachable(listener) {
      reaches.add(listener);
      return () => void reaches.delete(listener);
    },
  };
}
