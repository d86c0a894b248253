// "And the bedroom too", "the bedroom one", "yes": half a sentence is made whole from the turn before, and then read by the model like any other.
import type { FoundName } from "@needled/devices";
import type { Names } from "./ports.ts";
import type { Span } from "./protocol.ts";
import type { Step, Turn } from "./turn.ts";

/** The last turn of a source, as far as half a sentence may lean on it. */
export interface Before {
  /** The words as the model read them. */
  text: string;
  tool: string;
  arguments: Step["call"]["arguments"];
  /** Where the name stands in the words. */
  name?: Span;
  /** Ids of what it was about, or of what it was asked which one. */
  devices: readonly string[];
  /** With those of the turns that this one carried on: "them". */
  all?: readonly string[];
  /** It ended in "Which one?". */
  isAsked?: true;
  /** It ended in "Did you mean …?". */
  meant?: string;
  /** It ended in "Do you mean …?", of a name. */
  offered?: string;
}

const politely = /^(?:(?:ok(?:ay)?|now|then|please|hey|oh|and now)[,\s]+)+/i;
const ending = /[\s,]*(?:please|thanks|thank you)?[\s.!?]*$/i;
const yes =
  /^(?:yes|yeah|yep|yup|sure|ok|okay|correct|exactly|right|do it|do that|yes,? (?:do|do it|do that|please)|please do|that'?s right)$/i;

/** Half sentences, with what they name. */
const also = [
  /^(?:and |also )*(?:(?:can|could) you )?(?:do |make )?(?:(?:the |it the )?same(?: thing)?|that too|it too|likewise)\s+(?:(?:for|with|to|in|on|at)\s+)?(.+?)(?: too| as well| also)?$/i,
  /^(?:and )?(?:what|how) about (?:in )?(.+?)(?: too| as well)?$/i,
  /^(?:and|also|plus)[,\s]+(?:(?:also|then|the same)\s+)?(?:(?:in|for|on|at)\s+)?(.+?)(?: too| as well| also)?$/i,
  /^(?:(?:in|for)\s+)?(.+?) (?:too|as well|also)$/i,
];
/** "No, the reading lamp": the same with another; "no lights" is none of this. */
const correction =
  /^(?:(?:no|nope|not that(?: one)?|sorry|wait|i meant?|i said)[,\s]+)+(?:(?:in|on|for)\s+)?((?:the|my|our)\s+.+?)(?:(?<!other) ones?)?(?:[,\s]+(?:i meant?|instead))*$/i;
const answer =
  /^(?:no[,\s]+)?(?:i mean(?:t)?\s+)?(?:(?:the )?ones? )?(?:only\s+)?(?:(?:in|on|for)\s+)?(.+?)(?: ones?)?$/i;

function nameIn(text: string, before: Before, names: Names): FoundName | undefined {
  const patterns = before.isAsked ? [...also, answer, correction] : [...also, correction];
  for (const pattern of patterns) {
    const said = pattern.exec(text)?.[1]?.trim();
    if (said === undefined) continue;
    const was = before.name && before.text.slice(...before.name);
    const found = names.other({ said, was, devices: before.devices });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The whole sentence; undefined when this one is whole, or nobody can say what it leans on. */
export function completed(given: string, before: Before | undefined, names: Names): string | undefined {
  if (before === undefined || given.length > 80) return undefined;
  const text = given.trim().replace(politely, "").replace(ending, "").trim();
  if (before.meant !== undefined && yes.test(given.trim().replace(/[\s.!]+$/, ""))) return before.meant;
  const isYes = before.offered !== undefined && yes.test(text);
  const found = isYes ? { name: before.offered ?? "", isPlace: false } : nameIn(text, before, names);
  if (found === undefined) return undefined;
  const { name, isPlace } = found;
  if (before.name === undefined) return `${before.text.replace(/[\s.!?]+$/, "")} ${isPlace ? "in" : "on"} ${name}`;
  const [start, end] = before.name;
  const lead = before.text.slice(0, start).replace(/\b(?:the|my|our)\s+$/i, "");
  return `${lead}${name}${before.text.slice(end)}`;
}

const otherValues = ({ name: _, ...rest }: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Whether the model made of the whole sentence what it had made of the one before; after a "yes" the deed itself is compared. */
export function isSameDeed(before: Before, calls: readonly Step["call"][]): boolean {
  const values = otherValues(before.arguments);
  const isSame = (call: Step["call"]): boolean =>
    call.name === before.tool && (before.meant !== undefined || otherValues(call.arguments) === values);
  return calls.length > 0 && calls.every(isSame);
}

/** What the next half sentence may lean on; undefined: this turn was about several things. */
export function beforeOf({ steps, intent, readAs }: Pick<Turn, "steps" | "intent" | "readAs">): Before | undefined {
  const [step, ...more] = steps;
  if (step === undefined && intent.before) {
    // A question that was not answered is not open any more.
    const { isAsked: _, meant: __, offered: ___, ...rest } = intent.before;
    return rest;
  }
  if (step === undefined || more.length > 0) return undefined;
  const { call, bound, problem, choices = [] } = step;
  const name = step.name ?? call.spans?.name;
  const devices = bound?.targets ?? choices;
  const carried = readAs === undefined || !intent.before || problem ? undefined : intent.before;
  return {
    text: readAs ?? intent.text,
    tool: call.name,
    arguments: call.arguments,
    ...(name && { name }),
    devices,
    ...(carried && { all: [...new Set([...(carried.all ?? carried.devices), ...devices])] }),
    ...((problem?.code === "ambiguous" || problem?.code === "unknown_device") && { isAsked: true as const }),
    ...(step.meant !== undefined && { offered: step.meant }),
    ...(problem?.code === "low_confidence" && bound && { meant: bound.deed }),
  };
}

export interface Memory {
  /** Ids of the devices that were touched; empty: something was done that is about no device. Absent: nothing to remember. */
  devices?: readonly string[];
  tool?: string;
  before: Before | undefined;
}

/** What a source may point back at after a turn; undefined: at what it could before. */
export function memoryOf(turn: Turn): Memory | undefined {
  if (turn.intent.isInterpreted) return undefined;
  if (turn.intent.calls !== undefined && turn.steps.every(({ effect }) => effect === undefined)) return undefined;
  const touching = turn.steps.filter(({ effect }) => effect !== undefined);
  const devices = [...new Set(touching.flatMap(({ bound }) => bound?.targets ?? []))];
  const isElsewhere = touching.some(({ bound }) => bound?.plan.do === "owner");
  const tool = touching.at(-1)?.call.name;
  return {
    ...((devices.length > 0 || isElsewhere) && { devices }),
    ...(tool !== undefined && { tool }),
    before: turn.intent.calls === undefined ? beforeOf(turn) : turn.intent.before,
  };
}
