// What is left out of a wish: "all the lights but the hall", "everything off except the TV and the lamp".
import type { Names } from "./ports.ts";
import type { Span } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

const exceptWords = "but(?: not)?|except(?: for)?|excluding|apart from|other than|besides|not|without";
const exceptBefore = new RegExp(`\\b(${exceptWords})\\s+(?:(?:the|my|our|in)\\s+)*$`, "i");
const exceptAfter = new RegExp(`^(.*?)\\s*,?\\s*\\b(?:${exceptWords})\\s+(.+?)\\s*(?:,?\\s*please)?[.!?]*$`, "i");
// Also without "all" before it: "lights off downstairs but not the hall".
const surelyAfter =
  /^(.*?)\s*,?\s*\b(?:but not|except(?: for)?|excluding|apart from|other than)\s+(.+?)\s*(?:,?\s*please)?[.!?]*$/i;
const quantified = /^(?:all|every|each|both|everything)\b/i;
const particle = /\s+(?:on|off|up|down)\s*,?$/i;

export function withText(call: Call, key: string, value: string, span: Span): Call {
  return { ...call, arguments: { ...call.arguments, [key]: value }, spans: { ...call.spans, [key]: span } };
}

/** Spans of the other calls: what is theirs is nobody's exception. */
export const spansOf = (calls: readonly Call[], but: Call): Span[] =>
  calls.filter((call) => call !== but).flatMap(({ spans }) => Object.values(spans ?? {}));

const message = "I heard that something is left out. Say once more what I shall do, and to what.";
export const unclear = (call: Call, why = message): Call => ({
  ...call,
  problem: { code: "low_confidence", message: why },
});
// "but the hall to 50"
const ownValue = /^\s+(?:to|at)\s+\S/i;
const twoValues = "I heard one thing for most and another for the rest. Say them one after the other.";

const joiner = /^\s*(?:,\s*(?:and\s+)?|and\s+)(?:(?:the|my|our)\s+)?/i;

/** "… but the TV and the lamp": where the last of the names ends that the model made calls of their own. */
function joinedEnd(text: string, end: number, call: Call, calls: readonly Call[]): number {
  const at = joiner.exec(text.slice(end))?.[0].length;
  const next = calls.find(({ name, spans }) => {
    return at !== undefined && name === call.name && spans?.name?.[0] === end + at;
  })?.spans?.name?.[1];
  return next === undefined || /^\s*(?:on|off|to|at)\b/i.test(text.slice(next))
    ? end
    : joinedEnd(text, next, call, calls);
}

/** "… all the lights but the X": the whole of it is the name. */
export function exceptedIn(text: string, call: Call, [start, last]: Span, calls: readonly Call[]): Call | undefined {
  const end = joinedEnd(text, last, call, calls);
  const found = exceptBefore.exec(text.slice(0, start));
  if (!found || /^\s*(?:on|off)\b/i.test(text.slice(end))) return undefined;
  const lead = text.slice(0, found.index);
  const from = [...lead.matchAll(/\b(?:all|every|each|everything)\b/gi)].at(-1)?.index;
  if (from === undefined) {
    // "Nothing but the lamp" means the lamp.
    return /not|without/i.test(found[1] ?? "") ? unclear(call) : undefined;
  }
  if (ownValue.test(text.slice(last))) return calls.length === 1 ? unclear(call, twoValues) : call;
  const group = lead.slice(from).trimEnd().replace(particle, "");
  return withText(call, "name", `${group} except ${text.slice(start, end)}`, [from, end]);
}

/** In "all lights to 20 but the hall to 50" the second call has the exception. */
function sparedIn(text: string, call: Call, calls: readonly Call[]): string | undefined {
  const end = call.spans?.name?.[1] ?? 0;
  const spared = calls.find(({ name, spans: { name: at } = {} }) => {
    if (name !== call.name || at === undefined || at[0] < end) return false;
    return exceptBefore.test(text.slice(0, at[0])) && ownValue.test(text.slice(at[1]));
  });
  return spared && text.slice(...(spared.spans?.name ?? [0, 0]));
}

interface Whole {
  call: Call;
  whole: string;
  span: Span;
  calls: readonly Call[];
  names: Names | undefined;
}

const wish = /\b(?:turn|switch|put|set|make|dim|lock|unlock|open|close|shut|play|start|stop)\b/i;

/** What may hold the exception: up to the next wish, and its "and". */
function restOf(text: string, { call, span: [, end], calls, names }: Whole): string | undefined {
  const tail = text.slice(end);
  const starts = spansOf(calls, call).flatMap(([start]) => (start >= end ? [start] : []));
  if (starts.length === 0) return tail;
  const next = Math.min(...starts);
  // The other call knows the exception.
  if (exceptBefore.test(text.slice(0, next))) return undefined;
  const list = calls.every(({ name }) => name === call.name) ? exceptAfter.exec(tail)?.[2] : undefined;
  if (list !== undefined && !wish.test(list) && names?.isKnown(list)) return tail;
  return /^(.*)(?:,|\band\b|\bthen\b)/is.exec(text.slice(end, next))?.[1]?.replace(/[\s,]+$/, "");
}

/** "All lights" with what comes after it: "… off but the hall". */
export function exceptedAfter(text: string, given: Whole): Call | undefined {
  const { call, whole, span, calls, names } = given;
  const [from, end] = span;
  const isAll = quantified.test(whole);
  const apart = isAll ? sparedIn(text, call, calls) : undefined;
  if (apart !== undefined) return withText(call, "name", `${whole} except ${apart}`, span);
  // "The lights off, but not in the bedroom" may mean any lights: that is asked.
  if (!isAll && !names?.hasPlace(whole)) return undefined;
  const after = restOf(text, given);
  const rest = after === undefined ? null : (isAll ? exceptAfter : surelyAfter).exec(after);
  const [, between = "", spared] = rest ?? [];
  if (rest === null || !spared) return undefined;
  const isLast = end + (after?.length ?? 0) === text.length;
  if (isAll && isLast && /\s(?:to|at)\s+\S/i.test(spared)) return unclear(call, twoValues);
  // What comes later ("… to 30 percent but the hall") may be no exception: "without delay".
  const isKnown = names?.isKnown(spared) === true;
  const isSpared = isKnown || (isAll && isLast && /^\s*(?:on|off)?$/i.test(between));
  if (!isSpared || particle.test(spared)) return undefined;
  const isBeside = between.trim() === "" || calls.length > 1;
  return withText(call, "name", `${whole} except ${spared}`, [from, isBeside ? end + rest[0].length : end]);
}
