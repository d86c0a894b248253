// What stands right beside a value in the words and the model left out: "all", "but", "minus", "fahrenheit", a second thing for a list.
import type { Refusal, Span } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

export interface MendOptions {
  /** In which people of this home say temperatures. */
  unit: "C" | "F" | undefined;
}

const exceptWords = "but(?: not)?|except(?: for)?|excluding|apart from|other than|besides|not|without";
const exceptBefore = new RegExp(`\\b(${exceptWords})\\s+(?:(?:the|my|our|in)\\s+)*$`, "i");
const exceptAfter = new RegExp(
  `^(?:\\s+(?:on|off))?\\s*,?\\s*\\b(?:${exceptWords})\\s+(.+?)\\s*(?:,?\\s*please)?[.!?]*$`,
  "i",
);
const quantifierBefore = /\b(?:all|every|each|both)(?:\s+(?:of|the|my|our|these|those|single))*\s+$/i;
const quantified = /^(?:all|every|each|both|everything)\b/i;
const particle = /\s+(?:on|off|up|down)\s*,?$/i;

const problem = (code: Refusal["code"], message: string): Refusal => ({ code, message });

function withText(call: Call, key: string, value: string, span: Span): Call {
  return { ...call, arguments: { ...call.arguments, [key]: value }, spans: { ...call.spans, [key]: span } };
}

/** Spans of the other calls: what is theirs is nobody's exception. */
const spansOf = (calls: readonly Call[], but: Call): Span[] =>
  calls.filter((call) => call !== but).flatMap(({ spans }) => Object.values(spans ?? {}));

const startsWithin = (spans: readonly Span[], from: number): boolean => spans.some(([start]) => start >= from);

/** "… all the lights but the X": the whole of it is the name. */
function exceptedIn(text: string, call: Call, [start, end]: Span): Call | undefined {
  const found = exceptBefore.exec(text.slice(0, start));
  if (!found || /^\s*(?:on|off)\b/i.test(text.slice(end))) return undefined;
  const lead = text.slice(0, found.index);
  const from = [...lead.matchAll(/\b(?:all|every|each|everything)\b/gi)].at(-1)?.index;
  if (from === undefined) {
    // "Nothing but the lamp" means the lamp.
    const isPlain = !/not|without/i.test(found[1] ?? "");
    const message = "I heard that something is left out. Say once more what I shall do, and to what.";
    return isPlain ? undefined : { ...call, problem: problem("low_confidence", message) };
  }
  const group = lead.slice(from).trimEnd().replace(particle, "");
  return withText(call, "name", `${group} except ${text.slice(start, end)}`, [from, end]);
}

function mendName(text: string, call: Call, calls: readonly Call[]): Call {
  const { name } = call.arguments;
  const span = call.spans?.name;
  if (typeof name !== "string" || span === undefined) return call;
  const excepted = exceptedIn(text, call, span);
  if (excepted) return excepted;
  const [start, end] = span;
  const before = quantifierBefore.exec(text.slice(0, start));
  const from = before ? before.index : start;
  const whole = text.slice(from, end);
  const rest = quantified.test(whole) ? exceptAfter.exec(text.slice(end)) : null;
  if (rest?.[1] && !startsWithin(spansOf(calls, call), end) && !particle.test(rest[1]))
    return withText(call, "name", `${whole} except ${rest[1]}`, [from, end + rest[0].length]);
  return before ? withText(call, "name", whole, [from, end]) : call;
}

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

function mendNumbers(text: string, call: Call, { unit }: MendOptions): Call {
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
  if (more === undefined || spansOf(calls, call).some(([from]) => from >= end && from < end + more.length)) return call;
  return withText(call, "item", text.slice(start, end + more.length), [start, end + more.length]);
}

function mendOne(text: string, call: Call, calls: readonly Call[], options: MendOptions): Call {
  if (call.name === "add_to_list") return mendList(text, call, calls);
  if (call.name === "cancel_timer" && call.arguments.label === undefined)
    return /\b(?:all|every|both)\b/i.test(text) ? { ...call, arguments: { label: "all timers" } } : call;
  return mendNumbers(text, mendName(text, call, calls), options);
}

/** Of calls that the model made of these words; what has no span is left as it is. */
export function mendCalls(text: string, calls: readonly Call[], options: MendOptions): Call[] {
  const mended = calls.map((call) => (call.spans === undefined ? call : mendOne(text, call, calls, options)));
  // Of "all but X" made two calls, the group's is within the one that knows the exception.
  const isWithin = (one: Call, other: Call): boolean => {
    const [inner, outer] = [one.spans?.name, other.spans?.name];
    if (one === other || one.name !== other.name || !inner || !outer) return false;
    return outer[0] <= inner[0] && inner[1] <= outer[1] && outer[1] - outer[0] > inner[1] - inner[0];
  };
  return mended.filter((one) => !mended.some((other) => isWithin(one, other)));
}
