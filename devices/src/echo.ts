// Decides whether a device's own report proves what was asked of it.
import type { State, Value } from "./home.ts";

export type Proof = "done" | "moving" | "no";

// Devices round to their own steps: brightness to 1/254, color temperature to whole mireds, targets to half degrees.
const TOLERANCE: Readonly<Record<string, (wanted: number) => number>> = {
  brightness: () => 1,
  percent: () => 2,
  position: () => 2,
  volume: () => 1,
  target: () => 0.26,
  kelvin: (wanted) => wanted * 0.02,
};
const COLOR_TOLERANCE = 12;

function colorsNear(a: string, b: string): boolean {
  const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const right = channels(b);
  return channels(a).every((value, i) => Math.abs(value - (right[i] ?? Number.NaN)) <= COLOR_TOLERANCE);
}

function equals(key: string, wanted: Value, told: Value | undefined): boolean {
  if (told === wanted) return true;
  if (typeof wanted === "number" && typeof told === "number") {
    return Math.abs(wanted - told) <= (TOLERANCE[key]?.(wanted) ?? 0);
  }
  if (key === "color" && typeof wanted === "string" && typeof told === "string") return colorsNear(wanted, told);
  return key === "activity" && wanted === "returning" && told === "docked";
}

/** On its way: a cover that moves towards the position asked for. */
function isMovingThere(expect: State, state: State): boolean {
  const { position } = expect;
  if (typeof position !== "number") return false;
  const direction = state.moving;
  if (direction !== "opening" && direction !== "closing") return false;
  const at = state.position;
  if (typeof at !== "number")
    return position === 100 ? direction === "opening" : position === 0 && direction === "closing";
  return direction === "opening" ? position > at : position < at;
}

/** Does what the device was seen to say prove the wish? `seen` must hold only what may count as evidence. */
export function proofOf(expect: State, seen: State): Proof {
  const wanted = Object.entries(expect);
  if (wanted.every(([key, value]) => equals(key, value, seen[key]))) return "done";
  const others = wanted.filter(([key]) => key !== "position");
  const settled = others.every(([key, value]) => equals(key, value, seen[key]));
  return settled && isMovingThere(expect, seen) ? "moving" : "no";
}

/** What the device reports instead of what was asked, in words; undefined when it has reported nothing that differs. */
export function differs(expect: State, report: State): string | undefined {
  const wrong = Object.entries(expect).find(
    ([key, value]) => report[key] !== undefined && !equals(key, value, report[key]),
  );
  return wrong ? `it reports ${wrong[0].replaceAll("_", " ")} ${report[wrong[0]]} instead` : undefined;
}
