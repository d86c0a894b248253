// What stands right beside a value in the words and the model left out: "all", "but", "in the hall", "at ten", "minus", "fahrenheit", a second thing for a list.
import { spansOf, withText } from "./mend-except.ts";
import { mendName } from "./mend-name.ts";
import { cutTime, mendTime } from "./mend-time.ts";
import type { Names } from "./ports.ts";
import type { Refusal } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

const problem = (code: Refusal["code"], message: string): Refusal => ({ code, message });

const signed = new Set(["level", "percent", "degrees", "kelvin"]);
const otherUnit = {
  C: /^\s*(?:°|degrees?)?\s*(?:fahrenheit|f)\b/i,
  F: /^\s*(?:°|degrees?)?\s*(?:celsius|centigrade|c)\b/i,
};

function convert(value: number, key: string, unit: "C" | "F"): number {
  const shift = key === "by" ? 0 : 32;
  const converted = unit === "C" ? (value - shift) / 1.8 : value * 1.8 + shift;
  return Math.round(converted * 2) / 2;
}

function mendNumbers(text: string, call: Call, unit: Names["unit"] | undefined): Call {
  const given = { ...call.arguments };
  const isWarmth = call.name.endsWith("_temperature") && !call.name.includes("color");
  for (const [key, value] of Object.entries(given)) {
    const span = call.spans?.[key];
    if (typeof value !== "number" || span === undefined) continue;
    const isMinus = /\b(?:minus|negative)\s+$|(?:^|\s)[-−–]$/i.test(text.slice(0, span[0]));
    if (signed.has(key) && isMinus && value > 0) given[key] = -value;
    else if (unit && isWarmth && otherUnit[unit].test(text.slice(span[1]))) given[key] = convert(value, key, unit);
  }
  return { ...call, arguments: given };
}

const cannotTakeOff = "I can put things on a list, and undo the last one, but take nothing else off it yet.";

/** "eggs and bread" is put there whole, and what is to come off is not put there. */
function mendList(text: string, call: Call, calls: readonly Call[]): Call {
  const { item } = call.arguments;
  const span = call.spans?.item;
  if (typeof item !== "string" || span === undefined) return call;
  const [start, end] = span;
  if (
    /\b(?:remove|delete|erase|cross|strike|scratch)\b|\btake\b.*\boff\b/i.test(text.slice(0, start) + text.slice(end))
  )
    return { ...call, problem: problem("unsupported", cannotTakeOff) };
  const more = /^((?:\s*,|\s+and\b|\s*&)\s+.+?)\s+(?:to|on|onto|into|in)\s+(?:the|my|our)\b/i.exec(
    text.slice(end),
  )?.[1];
  const others = calls.filter((one) => one !== call && one.name !== call.name);
  if (more === undefined || spansOf(others, call).some(([from]) => from >= end && from < end + more.length))
    return call;
  // "eggs to the one list and bread to the other" has a list between.
  const lists = calls.flatMap(({ spans }) => (spans?.list ? [spans.list] : []));
  if (lists.some(([from]) => from >= end && from < end + more.length)) return call;
  return withText(call, "item", text.slice(start, end + more.length), [start, end + more.length]);
}

/** "Radio in the kitchen" is radio, there. */
function mendPlay(call: Call, names: Names | undefined): Call {
  const span = call.spans?.what;
  const { what, name } = call.arguments;
  if (names === undefined || span === undefined || name !== undefined || typeof what !== "string") return call;
  const found = /^(.+?)\s+(?:in|on)\s+((?:the\s+)?[^,]+)$/i.exec(what);
  if (!found?.[1] || !found[2] || !names.isPlace(found[2])) return call;
  const [start, end] = span;
  const moved = withText(call, "what", found[1], [start, start + found[1].length]);
  return withText(moved, "name", found[2], [end - found[2].length, end]);
}

const askedOf = /^(?:temperature|humidity|battery|brightness|power|air quality)\s+(?:(?:of|in|at)\s+)?(.+)$/i;

const noThing = /^(?:still|now|currently|left)$/i;

/** "Temperature outside" is asked of what is outside; the "still" of "what is still on" is no thing. */
function mendAsked(call: Call, names: Names | undefined): Call {
  const { name } = call.arguments;
  const span = call.spans?.name;
  if (names === undefined || typeof name !== "string" || span === undefined || names.isKnown(name)) return call;
  if (noThing.test(name)) {
    const { name: _, ...rest } = call.arguments;
    const { name: __, ...spans } = call.spans ?? {};
    return { ...call, arguments: rest, spans };
  }
  const thing = askedOf.exec(name)?.[1];
  return thing && names.isKnown(thing) ? withText(call, "name", thing, [span[1] - thing.length, span[1]]) : call;
}

const partly = /\b(?:a (?:little|bit|crack|touch|tad)|slightly|part(?:ly|ially| ?way)|half ?way)\b(?! later)/i;
const howFar = "How far? Say it as a share, such as: to 30 percent.";

/** Opening has no amount: what is to open a little must not open wide. */
function mendOpening(text: string, call: Call): Call {
  return partly.test(text) ? { ...call, problem: problem("unsupported", howFar) } : call;
}

function mendOne(text: string, call: Call, calls: readonly Call[], names: Names | undefined): Call {
  if (call.name === "add_to_list") return mendList(text, call, calls);
  if (call.name === "play_media") return mendPlay(call, names);
  if (call.name === "cancel_timer" && call.arguments.label === undefined)
    return /\b(?:all|every|both)\b/i.test(text) ? { ...call, arguments: { label: "all timers" } } : call;
  const asked = call.name === "get_state" ? mendAsked(call, names) : call;
  const named = mendName(text, cutTime(text, asked, names), calls, names);
  const timed = mendTime(
    text,
    mendNumbers(text, named, names?.unit),
    calls.map((one) => (one === call ? named : one)),
  );
  const isMoving = calls.length === 1 && (call.name === "open" || call.name === "close");
  return isMoving && timed.problem === undefined ? mendOpening(text, timed) : timed;
}

/** Of calls that the model made of these words; what has no span is left as it is. */
export function mendCalls(text: string, calls: readonly Call[], names: Names | undefined): Call[] {
  const mended = calls.map((call) => (call.spans === undefined ? call : mendOne(text, call, calls, names)));
  // Of "all but X" made two calls, the group's is within the one that knows the exception; so is "flour" within "milk and flour".
  const isWithin = (one: Call, other: Call): boolean => {
    const key = one.name === "add_to_list" ? "item" : "name";
    const [inner, outer] = [one.spans?.[key], other.spans?.[key]];
    if (one === other || one.name !== other.name || !inner || !outer) return false;
    return outer[0] <= inner[0] && inner[1] <= outer[1] && outer[1] - outer[0] > inner[1] - inner[0];
  };
  return mended.filter((one) => !mended.some((other) => isWithin(one, other)));
}
