// node test/dist/drills/zigbee-models.js FOLDER [--home N] [--limit N] [--only TEXT] [--out FILE]
// FOLDER: where `npm install zigbee-herdsman-converters` was run. Every model that it knows, in homes of N devices on a real
// mosquitto: what needled makes of it, and what comes of plain commands. Exits 1 when a model is neither used nor explained.
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { eventually, startMosquitto } from "@needled/daemon/testing";
import {
  approve,
  type Capability,
  type Device,
  type House,
  loadHome,
  openHouse,
  type ToolCall,
  zigbee2mqttAdapter,
} from "@needled/devices";
import mqtt from "mqtt";
import { BASE, type Bridge, openBridge, type Placed, place } from "./zigbee-bridge.ts";
import { loadModels, type Model } from "./zigbee-converters.ts";

type Try = readonly [tool: string, args: object];

const TRIES: Readonly<Partial<Record<Capability, readonly Try[]>>> = {
  onoff: [
    ["turn_on", {}],
    ["turn_off", {}],
    ["turn_on", {}],
  ],
  brightness: [["set_brightness", { level: 40 }]],
  color: [["set_color", { color: "red" }]],
  color_temperature: [["set_color_temperature", { tone: "warm" }]],
  climate: [
    ["set_temperature", { degrees: 21 }],
    ["set_climate_mode", { mode: "heat" }],
    ["set_climate_mode", { mode: "auto" }],
  ],
  lock: [
    ["unlock", {}],
    ["lock", {}],
  ],
  cover: [
    ["open", {}],
    ["stop_moving", {}],
    ["close", {}],
  ],
  position: [["set_position", { percent: 40 }]],
  fan_speed: [
    ["set_fan_speed", { speed: "low" }],
    ["set_fan_speed", { percent: 100 }],
  ],
  sensor: [["get_state", {}]],
};

interface Trial {
  readonly model: string;
  readonly tool: string;
  /** "cannot": the device has no such thing, and the reply says so; nothing was sent. */
  readonly outcome: string;
  readonly reason: string;
  readonly sent: string;
}

interface Seen {
  readonly trials: Trial[];
  readonly devices: { readonly model: string; readonly device: Device }[];
  readonly left: { readonly name: string; readonly why: string }[];
  /** Milliseconds from a list to a home that has it. */
  readonly listed: number[];
}

const titleOf = ({ vendor, model }: Model): string => `${vendor} ${model}`;
const addressOf = (device: Device): string => device.address.replace(/#.*$/, "");
const partsOf = (house: House, one: Placed): Device[] =>
  house.home.devices.filter((device) => addressOf(device) === one.ieee);

async function tryOne(house: House, device: Device, [tool, args]: Try, one: Placed): Promise<Trial> {
  const call: ToolCall = { name: tool, arguments: { ...args, name: device.name } };
  const shown = [tool, ...Object.values(args)].join(" ");
  const about = { model: titleOf(one.model), tool: shown };
  const bound = house.bind(call, {});
  if (!bound.ok) return { ...about, outcome: "refused", reason: bound.refusal.message, sent: "" };
  Object.assign(one, { sent: {}, by: "" });
  const { status, devices } = await house.act(approve(bound.call));
  const reason = (devices[0]?.reason ?? "").replaceAll(device.name, "NAME");
  const isNotSent = /^it (knows no|can be set|has nothing)/.test(reason);
  const outcome = isNotSent ? "cannot" : one.by === "guess" ? `${status}, report guessed` : status;
  return { ...about, outcome, reason, sent: JSON.stringify(one.sent) };
}

async function tryDevice(house: House, one: Placed): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const device of partsOf(house, one)) {
    const tries = device.capabilities.flatMap((capability) => TRIES[capability] ?? []);
    for (const what of tries) {
      const first = await tryOne(house, device, what, one);
      // On a busy machine a report may come too late; a device that does not answer does not answer twice.
      trials.push(first.outcome === "unknown" ? await tryOne(house, device, what, one) : first);
    }
  }
  return trials;
}

/** A device that is always understood: when it is there and heard, the whole list is. */
const markOf = (model: Model, index: number): Placed => {
  const state = { name: "state", property: "state", access: 7, value_on: "ON" };
  return place({ ...model, exposes: [{ type: "switch", features: [state] }] }, 60_000 + index);
};

async function untilHeard(house: House, mark: Placed, say: (state: string) => Promise<unknown>): Promise<void> {
  for (const state of ["ON", "OFF"]) {
    while (partsOf(house, mark)[0]?.state.on !== (state === "ON")) {
      await say(state);
      await delay(5);
    }
  }
}

interface Stage {
  readonly house: House;
  readonly bridge: Bridge;
  readonly seen: Seen;
  say(name: string, state: string): Promise<unknown>;
}

async function live({ house, bridge, seen, say }: Stage, home: readonly Placed[], mark: Placed): Promise<void> {
  const started = performance.now();
  await bridge.furnish([...home, mark]);
  await eventually(() => partsOf(house, mark).length > 0, "the next home");
  seen.listed.push(performance.now() - started);
  const sayMark = (state: string): Promise<unknown> => say(mark.name, JSON.stringify({ state }));
  await untilHeard(house, mark, sayMark);
  for (const one of home) {
    for (const device of partsOf(house, one)) seen.devices.push({ model: titleOf(one.model), device });
    await bridge.tell(one);
  }
  await untilHeard(house, mark, sayMark);
  seen.trials.push(...(await Promise.all(home.map((one) => tryDevice(house, one)))).flat());
}

type Ranked = readonly [what: string, models: number, examples: string];

function rank(trials: readonly Trial[], keyOf: (trial: Trial) => string): Ranked[] {
  const found = new Map<string, Set<string>>();
  for (const trial of trials) found.set(keyOf(trial), (found.get(keyOf(trial)) ?? new Set()).add(trial.model));
  return [...found]
    .map(([what, models]): Ranked => [what, models.size, [...models].slice(0, 3).join("; ")])
    .sort((a, b) => b[1] - a[1]);
}

function figuresOf(chosen: readonly Model[], { devices, trials, listed }: Seen): object {
  const titles = (some: Seen["devices"]): number => new Set(some.map(({ model }) => model)).size;
  const outcomes = Object.fromEntries(rank(trials, ({ outcome }) => outcome).map(([what]) => [what, {}]));
  for (const [what, models] of rank(trials, ({ tool, outcome }) => `${outcome}:${tool}`)) {
    const [outcome = "", tool = ""] = what.split(":");
    Object.assign(outcomes[outcome] as object, { [tool]: models });
  }
  return {
    models: new Set(chosen.map(titleOf)).size,
    usable: titles(devices),
    settable: titles(devices.filter(({ device }) => device.capabilities.some((one) => one !== "sensor"))),
    slowestListMs: Math.round(Math.max(...listed)),
    outcomes,
  };
}

async function drill(chosen: readonly Model[], step: number): Promise<{ seen: Seen; unexplained: string[] }> {
  const mosquitto = await startMosquitto();
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 });
  const seen: Seen = { trials: [], devices: [], left: [], listed: [] };
  await client.subscribeAsync(`${BASE}/+/set`, { qos: 1 });
  await client.publishAsync(`${BASE}/bridge/devices`, "[]", { retain: true, qos: 1 });
  const log = (_: string, { left_out = [] }: Record<string, unknown> = {}): void =>
    void seen.left.push(...(left_out as Seen["left"]));
  const house = openHouse({ home: loadHome({}), adapters: [zigbee2mqttAdapter({ url, log, graceMs: 60_000 })] });
  await house.start();
  const say = (name: string, text: string): Promise<unknown> =>
    client.publishAsync(`${BASE}/${name}`, text, { qos: 1 });
  const stage: Stage = { house, bridge: openBridge(client), seen, say };
  const placed = chosen.map(place);
  for (let start = 0; start < chosen.length; start += step) {
    await live(stage, placed.slice(start, start + step), markOf(chosen[0] as Model, start));
    process.stderr.write(`\r${Math.min(start + step, chosen.length)} of ${chosen.length} models`);
  }
  process.stderr.write("\n");
  await house.stop();
  await client.endAsync();
  await mosquitto.stop();
  const used = new Set(seen.devices.map(({ device }) => addressOf(device)));
  const told = new Set(seen.left.map(({ name }) => name));
  const unexplained = placed.filter(({ ieee, name }) => !used.has(ieee) && !told.has(name));
  return { seen, unexplained: unexplained.map(({ model }) => titleOf(model)) };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    home: { type: "string", default: "60" },
    limit: { type: "string" },
    only: { type: "string", default: "" },
    out: { type: "string" },
  },
});
const { version, models } = loadModels(positionals[0] ?? ".");
const chosen = models.filter((model) => titleOf(model).includes(values.only)).slice(0, Number(values.limit ?? 1e6));
const { seen, unexplained } = await drill(chosen, Number(values.home));
const figures = { version, ...figuresOf(chosen, seen), unexplained: unexplained.length };
const faults = rank(
  seen.trials.filter(({ outcome }) => !outcome.startsWith("done") && outcome !== "cannot"),
  ({ tool, outcome, reason, sent }) => `${tool} ${outcome}: ${reason} ← ${sent}`,
);
process.stdout.write(`${JSON.stringify(figures, undefined, 1)}\n`);
for (const [what, count, who] of faults.slice(0, 40)) process.stdout.write(`${count}\t${what}\t${who}\n`);
for (const title of unexplained) process.stderr.write(`violation: ${title} is neither used nor explained\n`);
if (values.out) writeFileSync(values.out, JSON.stringify({ figures, faults, ...seen }, undefined, 1));
process.exit(unexplained.length === 0 ? 0 : 1);
