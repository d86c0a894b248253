// The bridge of the drill on models: lists devices as Zigbee2MQTT does and carries commands through their own converters.
import { setTimeout as delay } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import { guessedReports, type Model, type Payload, sampleOf } from "./zigbee-converters.ts";

export const BASE = "zigbee2mqtt";
// Devices take their time; longer than what was on its way before.
const GUESS_MS = 300;

/** One model as a device of a home. */
export interface Placed {
  readonly name: string;
  readonly ieee: string;
  readonly model: Model;
  /** All that it has reported: the bridge tells all of it with every report. */
  state: Payload;
  /** What it was last told. */
  sent: Payload;
  /** Who spoke last: its converter, or our guess of what the device would report. */
  by: "" | "converter" | "guess";
}

const SYLLABLES = "b d f g k l m n p r t v z".split(" ").flatMap((c) => ["a", "e", "i", "o", "u"].map((v) => c + v));

/** A name of its own that is no word: "Bakiduko". */
function nameOf(index: number): string {
  const at = (n: number): string => SYLLABLES[n % SYLLABLES.length] as string;
  const word = `${at(index)}${at(Math.floor(index / SYLLABLES.length) + 7)}${at(index * 7 + 3)}k${at(index * 3)[1]}`;
  return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}

export const place = (model: Model, index: number): Placed => ({
  name: nameOf(index),
  ieee: `0x${(0x1000000 + index).toString(16).padStart(16, "0")}`,
  model,
  state: sampleOf(model.exposes),
  sent: {},
  by: "",
});

const listOf = (home: readonly Placed[]): object[] =>
  home.map(({ name, ieee, model: { model, vendor, description, exposes } }) => ({
    ieee_address: ieee,
    type: "Router",
    supported: true,
    disabled: false,
    friendly_name: name,
    interview_completed: true,
    definition: { model, vendor, description, exposes, options: [] },
  }));

export interface Bridge {
  /** Lists these devices instead of those before. */
  furnish(home: readonly Placed[]): Promise<void>;
  /** Tells a state that the device could be in. */
  tell(one: Placed): Promise<void>;
}

export function openBridge(client: MqttClient): Bridge {
  let byName = new Map<string, Placed>();
  const say = async (topic: string, what: unknown, retain = false): Promise<void> => {
    await client.publishAsync(`${BASE}/${topic}`, JSON.stringify(what), { qos: 1, retain });
  };
  client.on("message", async (topic, bytes) => {
    const name = topic.slice(BASE.length + 1, -"/set".length);
    const one = byName.get(name);
    if (one === undefined || !topic.endsWith("/set")) return;
    one.sent = JSON.parse(bytes.toString()) as Payload;
    const { report, errors } = await one.model.set(one.sent, name);
    for (const message of errors) await say("bridge/logging", { level: "error", message, namespace: "z2m" });
    const isSilent = errors.length === 0 && Object.keys(report).length === 0;
    one.by = isSilent ? "guess" : "converter";
    for (const news of isSilent ? guessedReports(one.sent, one.model.exposes) : [report]) {
      if (isSilent) await delay(GUESS_MS);
      await say(name, Object.assign(one.state, news));
    }
  });
  return {
    async furnish(home) {
      byName = new Map(home.map((one) => [one.name, one]));
      await say("bridge/devices", listOf(home), true);
    },
    tell: ({ name, state }) => say(name, state),
  };
}
