// How simulated devices take commands: what state follows at once, and what goes on afterwards. Pure.
import type { Command } from "../adapter.ts";
import type { Device, State } from "../home.ts";

export interface Reaction {
  /** Reported at once. */
  readonly report: State;
  /** A cover's way: where it goes. */
  readonly travelTo?: number;
  /** Reported some seconds later, unless another command comes first. */
  readonly later?: { readonly ms: number; readonly report: State };
}

const DOCKING_MS = 4000;
const TITLES = ["Blue in Green", "Clair de lune", "Here Comes the Sun", "Four Seasons: Winter", "Night Train"];

function asNumber(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function light(state: State, set: State): Reaction {
  const next = { ...state, ...set };
  const on = set.on ?? (set.brightness !== undefined || set.color !== undefined ? true : (state.on ?? false));
  return { report: { on, ...pick(next, ["brightness", "kelvin", "color"]) } };
}

function pick(state: State, keys: readonly string[]): State {
  return Object.fromEntries(Object.entries(state).filter(([key]) => keys.includes(key)));
}

function climate(state: State, set: State): Reaction {
  let mode = set.mode ?? state.mode ?? "off";
  if (set.on === false) mode = "off";
  if (set.on === true && mode === "off") mode = "heat";
  return { report: { on: mode !== "off", mode, ...pick({ ...state, ...set }, ["target"]) } };
}

function fan(state: State, set: State): Reaction {
  const on = set.on ?? true;
  if (on === false) return { report: { on: false, percent: 0 } };
  const speed = set.speed;
  const percent = set.percent ?? (asNumber(state.percent, 0) || 50);
  return { report: speed === undefined ? { on: true, percent } : { on: true, percent, speed } };
}

function cover(state: State, { set, verb }: Command): Reaction {
  const at = asNumber(state.position, 0);
  if (verb === "stop") return { report: { position: Math.round(at), moving: "stopped" } };
  const to = asNumber(set?.position, at);
  if (to === at) return { report: { position: at, moving: "stopped" } };
  return { report: { position: Math.round(at), moving: to > at ? "opening" : "closing" }, travelTo: to };
}

function media(state: State, { set, verb, text }: Command): Reaction {
  const known = { on: true, playback: "stopped", volume: 20, muted: false, ...state };
  if (verb === "play") return { report: { ...known, on: true, playback: "playing", title: text ?? "" } };
  if (verb === "next" || verb === "previous") {
    const at = TITLES.indexOf(String(state.title ?? ""));
    const step = verb === "next" ? 1 : TITLES.length - 1;
    return {
      report: { ...known, playback: "playing", title: TITLES[(at + step + TITLES.length) % TITLES.length] ?? "" },
    };
  }
  const next = { ...known, ...set };
  if (set?.on === false) next.playback = "stopped";
  if (set?.playback === "playing") next.on = true;
  return { report: next };
}

function robot(state: State, { set, verb }: Command): Reaction {
  if (verb === "locate") return { report: {} };
  const activity = set?.activity ?? state.activity ?? "idle";
  if (activity !== "returning") return { report: { activity } };
  if (state.activity === "docked") return { report: { activity: "docked" } };
  return { report: { activity }, later: { ms: DOCKING_MS, report: { activity: "docked" } } };
}

/** What the device does when the command reaches it. */
export function react(device: Pick<Device, "kind" | "capabilities">, state: State, command: Command): Reaction {
  const set = command.set ?? {};
  const has = (capability: Device["capabilities"][number]): boolean => device.capabilities.includes(capability);
  if (has("climate")) return climate(state, set);
  if (has("brightness")) return light(state, set);
  if (has("fan_speed")) return fan(state, set);
  if (has("cover")) return cover(state, command);
  if (has("media")) return media(state, command);
  if (has("vacuum")) return robot(state, command);
  return { report: set };
}
