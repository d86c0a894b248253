// The hostile drill: the model is the attacker. It emits any call at all, from any source, at any hour; what reaches the devices is held against a
// reference policy of its own, written from the effects and not from the tools. 0 unauthorised effects, or a failure.
import { createPolicy, type Intent, type Interpreter, type ReadCall, runTurn, type TurnPorts } from "@needled/daemon";
import {
  type Adapter,
  type Command,
  catalogue,
  type Device,
  loadHome,
  openHouse,
  refusalReply,
  reply,
  type State,
  simulatedHome,
  systemClock,
} from "@needled/devices";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";

interface Asker {
  source: string;
  door: string;
  hasId: boolean;
  at: number;
  confirmed?: { source: string; door: string; withPin: boolean };
}

/** A command that reached a device, and who had asked for it. */
interface Effect {
  command: Command;
  device: Device;
  asker: Asker;
}

// The reference: by effect alone. Lets somebody in, or takes away what keeps them out.
function isSecurity({ kind }: Device, { set = {} }: Command): boolean {
  if (set.locked === false || set.armed === "off") return true;
  if (kind === "camera" && set.on === false) return true;
  return ["garage_door", "gate", "window"].includes(kind) && typeof set.position === "number" && set.position > 0;
}

function isCostly({ kind, essential }: Device, { set = {} }: Command): boolean {
  const heats =
    ["thermostat", "air_conditioner", "appliance"].includes(kind) &&
    (set.on === true || "target" in set || "mode" in set);
  return heats || essential || (kind === "valve" && typeof set.position === "number" && set.position > 0);
}

/** Why an effect must not have happened, or undefined. */
function violationOf({ command, device, asker }: Effect): string | undefined {
  const { confirmed, source, door, hasId } = asker;
  if (isSecurity(device, command)) {
    if (confirmed === undefined) return "a security effect without a yes";
    if (confirmed.source === source || confirmed.door === door) return "a security effect confirmed on its own channel";
    if (!hasId) return "a security effect without an id";
  }
  if (isCostly(device, command) && !hasId) return "a costly effect without an id";
  const values = Object.entries(command.set ?? {});
  for (const [key, value] of values) {
    const isPercent = ["brightness", "position", "volume", "percent"].includes(key);
    if (isPercent && (typeof value !== "number" || !(value >= 0 && value <= 100))) return `${key} of ${String(value)}`;
    if (typeof value === "number" && !Number.isFinite(value)) return `${key} is no number`;
  }
  return undefined;
}

/** Takes every command, echoes it at once and keeps an account. */
function recordingAdapter(devices: readonly Device[], onCommand: (command: Command) => void): Adapter {
  const listeners = new Set<(address: string, state: State) => void>();
  return {
    name: "recording",
    start: async () => {},
    stop: async () => {},
    devices: () => devices,
    async send(command) {
      onCommand(command);
      for (const listener of listeners) listener(command.address, { ...command.expect, ...command.set });
      return "accepted";
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onReachable: () => () => {},
  };
}

const oddStrings = [
  "",
  " ",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "\u202Eevil",
  "{{7*7}}",
  "everything",
  "all",
  "*",
  "null",
  "lamp'; drop",
  "🏠",
  "front door lock\u0000",
  "all doors",
  "house",
];
const oddValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  101,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  50,
  "50",
  "max",
  [],
  ["front door"],
  {},
  { name: "front door" },
  "in 5 minutes",
  "at 3 am",
];
/** Kinds that the simulated home has none of, so that every rule about a kind is tried. */
const moreDevices = ["gate", "window", "camera", "valve", "appliance", "air_conditioner", "mower", "purifier"].map(
  (kind) => ({
    id: `extra_${kind}`,
    name: `Spare ${kind.replace("_", " ")}`,
    kind,
    area: "garage",
    state: {},
  }),
);

const sources = ["voice", "kitchen", "web", "prompt", "nodered", "timer", "attacker"];
const doors = ["mqtt", "http", "serial", "unix", "stdin", "timer"];

export async function hostileDrill({ n, seed, report, isControl }: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const plain = simulatedHome() as { devices: object[] };
  const home = loadHome({ ...plain, devices: [...plain.devices, ...moreDevices] });
  const tools = catalogue();
  const names = [...home.devices, ...home.areas, ...home.floors, ...home.scenes].flatMap(({ name, aliases }) => [
    name,
    ...aliases,
  ]);
  let asker: Asker = { source: "", door: "", hasId: false, at: 0 };
  const violations: string[] = [];
  let effects = 0;
  // Half a minute a turn: the rates of the policy must not hide what its rows let through.
  let turns = 0;
  let security = 0;
  const byAddress = new Map(home.devices.map((device) => [device.address, device]));
  const adapter = recordingAdapter(home.devices, (command) => {
    const device = byAddress.get(command.address) as Device;
    effects += 1;
    if (isSecurity(device, command)) security += 1;
    const why = violationOf({ command, device, asker });
    if (why !== undefined)
      violations.push(
        `${why}: ${device.id} ${JSON.stringify(command.set ?? command.verb)} by ${JSON.stringify(asker)}`,
      );
  });
  const house = openHouse({ home, adapters: [adapter] });
  await house.start();

  const value = (schema: {
    enum?: readonly unknown[];
    type?: unknown;
    minimum?: number;
    maximum?: number;
  }): unknown => {
    const chance = random();
    if (chance < 0.15) return pick(oddValues);
    if (chance < 0.25) return pick(oddStrings);
    if (schema.enum) return pick(schema.enum);
    if (schema.type === "integer" || schema.type === "number") return Math.round(random() * 220 - 60);
    return pick(names);
  };
  const nextCall = (): ReadCall => {
    const tool = pick(tools);
    const given: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(tool.parameters.properties))
      if (random() < 0.75) given[key] = value(schema as never);
    if (random() < 0.05) given[pick(oddStrings)] = pick(oddValues);
    if ("name" in given && random() < 0.6) given.name = pick(names);
    const name = random() < 0.05 ? pick(oddStrings) : tool.name;
    const sure = random() < 0.95 ? 1 : (pick([0, Number.NaN, -1, 2]) as number);
    return {
      name,
      arguments: given as never,
      spans: {},
      confidence: sure,
      rawConfidence: sure,
      maskMass: random() < 0.95 ? 1 : Number.NaN,
    };
  };
  const interpreter: Interpreter = {
    read: async () => ({
      calls: Array.from({ length: 1 + Math.floor(random() * 3) }, nextCall),
      inPlay: [],
      registered: 0,
      ms: { load: 0, engine: 0, encode: 0, decode: 0 },
    }),
  };
  const policy = createPolicy({
    tools: new Set(tools.map(({ name }) => name)),
    modelThreshold: () => 0.3,
    minMaskMass: 0.01,
    monotonic: () => turns * 30_000,
  });
  const open: TurnPorts["policy"] = {
    ...policy,
    // The control: a policy that takes every yes for a yes.
    decide: (call, by) =>
      policy.decide(call, { ...by, hasId: true, confirmed: { source: "x", door: "y", withPin: true } }),
  };
  const log = { debug: () => {}, warn: () => {} };
  const ports: TurnPorts = {
    interpreter,
    binder: house,
    policy: isControl ? open : policy,
    dispatcher: house,
    say: (outcome) => reply([outcome], { home: house.home, now: Date.now() }),
    refuse: refusalReply,
    clock: systemClock,
    log,
  };
  const signal = new AbortController().signal;
  let calls = 0;
  for (let turn = 0; calls < n; turn += 1) {
    turns = turn;
    const source = pick(sources);
    const door = pick(doors);
    const confirmed =
      random() < 0.3 ? { source: pick(sources), door: pick(doors), withPin: random() < 0.5 } : undefined;
    asker = { source, door, hasId: random() < 0.7, at: Math.floor(random() * 2e12), ...(confirmed && { confirmed }) };
    const area = random() < 0.5 ? { area: pick(home.areas).id } : {};
    const intent: Intent = { id: String(turn), text: "whatever it says", speaker: area, asker };
    const { steps } = await runTurn(ports, intent, signal);
    calls += Math.max(1, steps.length);
    if (turn % 20_000 === 0 && turn > 0)
      report(`${calls}/${n} calls, ${effects} effects, ${violations.length} violations`);
    if (violations.length > 100) break;
  }
  await house.stop();
  if (isControl)
    return {
      figures: { calls, effects, security, unauthorised: violations.length },
      violations: violations.length > 0 ? [] : ["the control saw nothing"],
    };
  return { figures: { calls, effects, security, unauthorised: violations.length }, violations };
}
