// What was done lately and how to take it back.
import type { Command } from "./adapter.ts";
import type { State, Value } from "./home.ts";
import type { DeviceOutcome } from "./outcome.ts";
import type { ServiceAction } from "./services.ts";

export interface Deed {
  readonly id: string;
  readonly tool: string;
  readonly deed: string;
  readonly at: number;
  /** Empty, with no service: this cannot be taken back. */
  readonly commands: readonly Command[];
  readonly service?: ServiceAction;
}

export interface History {
  add(deed: Omit<Deed, "id">): void;
  /** The last deed, while it is fresh enough to be what "undo that" means. */
  last(now: number): Deed | undefined;
  drop(id: string): void;
}

const KEPT = 8;
const FRESH_MS = 10 * 60_000;

export function openHistory(): History {
  const deeds: Deed[] = [];
  let next = 1;
  return {
    add(deed) {
      deeds.push({ ...deed, id: `deed-${next++}` });
      if (deeds.length > KEPT) deeds.shift();
    },
    last(now) {
      const deed = deeds.at(-1);
      return deed && now - deed.at <= FRESH_MS ? deed : undefined;
    },
    drop(id) {
      const at = deeds.findIndex((deed) => deed.id === id);
      if (at >= 0) deeds.splice(at, 1);
    },
  };
}

// Reported by the device on its own account; telling it back would mean nothing.
const NOT_SETTABLE = new Set(["moving", "temperature", "humidity", "battery", "power", "title", "open", "air_quality"]);
const VERB_TOUCHES: Readonly<Record<string, string>> = { play: "playback", stop: "position" };

function settle(key: string, value: Value): Value {
  return key === "activity" && value === "docked" ? "returning" : value;
}

/** Prior state as a wish. Undefined when the device had not told it, or the verb cannot be reversed. */
function priorState(command: Command, before: State): State | undefined {
  const keys = Object.keys(command.set ?? {}).filter((key) => !NOT_SETTABLE.has(key));
  const touched = VERB_TOUCHES[command.verb ?? ""];
  if (touched) keys.push(touched);
  const known = keys.filter((key) => before[key] !== undefined);
  if (known.length === 0) return undefined;
  // A lamp that was off goes off; its old brightness would switch some lamps on again.
  if (known.includes("on") && before.on === false) return { on: false };
  return Object.fromEntries(known.map((key) => [key, settle(key, before[key] as Value)]));
}

/** Commands that bring back what the devices said before. Silent devices are included: they may have acted. */
export function reversal(commands: readonly Command[], outcomes: readonly DeviceOutcome[]): Command[] {
  const back: Command[] = [];
  for (const command of commands) {
    const outcome = outcomes.find((candidate) => candidate.device === command.device);
    if (!outcome || (outcome.status !== "done" && outcome.status !== "unknown")) continue;
    const set = priorState(command, outcome.before);
    if (set) back.push({ device: command.device, address: command.address, set, expect: set });
  }
  return back;
}
