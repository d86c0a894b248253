// Which things a name means, by the words around it: "all", "but …", and the place that was said apart from them.
import type { Names } from "./ports.ts";
import type { Span } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

const exceptWords = "but(?: not)?|except(?: for)?|excluding|apart from|other than|besides|not|without";
const exceptBefore = new RegExp(`\\b(${exceptWords})\\s+(?:(?:the|my|our|in)\\s+)*$`, "i");
const exceptAfter = new RegExp(
  `^(?:\\s+(?:on|off))?\\s*,?\\s*\\b(?:${exceptWords})\\s+(.+?)\\s*(?:,?\\s*please)?[.!?]*$`,
  "i",
);
const quantifierBefore = /\b(?:all|every|each|both)(?:\s+(?:of|the|my|our|these|those|single))*\s+$/i;
const quantified = /^(?:all|every|each|both|everything)\b/i;
const particle = /\s+(?:on|off|up|down)\s*,?$/i;

export function withText(call: Call, key: string, value: string, span: Span): Call {
  return { ...call, arguments: { ...call.arguments, [key]: value }, spans: { ...call.spans, [key]: span } };
}

/** Spans of the other calls: what is theirs is nobody's exception. */
export const spansOf = (calls: readonly Call[], but: Call): Span[] =>
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
    return isPlain ? undefined : { ...call, problem: { code: "low_confidence", message } };
  }
  const group = lead.slice(from).trimEnd().replace(particle, "");
  return withText(call, "name", `${group} except ${text.slice(start, end)}`, [from, end]);
}

const fillers = /\s+(?:right(?: now)?|now|please|again|too|as well|immediately|at once)$/i;
// "the lights out in the hall"
const particleWithin = /\s+(?:on|off|out)(?=\s+(?:in|at|upstairs|downstairs)\b)/i;
const placeAfter =
  /^(?:\s+(?:on|off|up|down|out))?(\s+(?:in|at|on|of))?\s+((?:the\s+|my\s+|our\s+)?[\p{L}\d'’ -]+?)(?=\s*(?:[,.!?;]|$)|\s+(?:and|please|to|by|for|at|in|then|but|except)\b)/iu;

/** "… everything off in the kitchen": the place belongs to the name, unless the name has one. */
function placeBeside(text: string, end: number, others: readonly Span[], names: Names): [string, number] | undefined {
  const found = placeAfter.exec(text.slice(end));
  const place = found?.[2];
  if (found === null || place === undefined || !names.isPlace(place)) return undefined;
  const to = end + found[0].length;
  if (others.some(([start, stop]) => start < to && stop > end)) return undefined;
  // "Upstairs" has its "in" within.
  return [found[1] ? `in ${place}` : place, to];
}

function widen(text: string, [start, end]: Span, others: readonly Span[], names: Names | undefined): [string, Span] {
  const before = quantifierBefore.exec(text.slice(0, start));
  const from = before ? before.index : start;
  const whole = text.slice(from, end).replace(particleWithin, "").replace(fillers, "");
  const beside = names && !names.hasPlace(whole) ? placeBeside(text, end, others, names) : undefined;
  if (beside === undefined) return [whole, [from, end]];
  const [place, to] = beside;
  const isAll = /^(?:everywhere|in every room)$/i.test(place) && !quantified.test(whole);
  return [isAll ? `all ${whole} in the house` : `${whole} ${place}`, [from, to]];
}

const words = /[\p{L}\d'’-]+/gu;
const MOST_PLACE_WORDS = 4;

/** Rooms that are said anywhere, each outside of all values, as "in the den" or before a comma. */
function placesSaid(text: string, spans: readonly Span[], names: Names): [string, Span][] {
  const found: [string, Span][] = [];
  const all = [...text.matchAll(words)].map((word) => [word.index, word.index + word[0].length] as const);
  for (let i = 0; i < all.length; i++) {
    for (let n = Math.min(MOST_PLACE_WORDS, all.length - i); n > 0; n--) {
      const [from, to] = [all[i]?.[0] ?? 0, all[i + n - 1]?.[1] ?? 0];
      const place = text.slice(from, to);
      const isSaid =
        /\b(?:in|inside|at|and|or)\s+(?:(?:the|my|our)\s+)?$/i.test(text.slice(0, from)) ||
        /^\s*[,:]/.test(text.slice(to));
      if (!isSaid || !names.isPlace(place) || spans.some(([start, stop]) => start < to && stop > from)) continue;
      found.push([place, [from, to]]);
      i += n - 1;
      break;
    }
  }
  return found;
}

/** "Turn the heating down a little in the den": where several are called that, the one room that was said tells which. */
function placed(text: string, call: Call, calls: readonly Call[], names: Names | undefined): Call {
  const { name } = call.arguments;
  if (names === undefined || calls.length > 1 || typeof name !== "string" || names.hasPlace(name)) return call;
  const [only, ...more] = placesSaid(text, Object.values(call.spans ?? {}), names);
  if (only === undefined || more.length > 0 || !names.isUnclear(name)) return call;
  const [start, end] = call.spans?.name ?? only[1];
  return withText(call, "name", `${name} in ${only[0]}`, [start, end]);
}

export function mendName(text: string, call: Call, calls: readonly Call[], names: Names | undefined): Call {
  const { name } = call.arguments;
  const span = call.spans?.name;
  if (typeof name !== "string" || span === undefined) return call;
  const excepted = exceptedIn(text, call, span);
  if (excepted) return excepted;
  const own = Object.values(call.spans ?? {}).filter((one) => one !== span);
  const others = spansOf(calls, call);
  const [whole, [from, end]] = widen(text, span, [...own, ...others], names);
  const rest = quantified.test(whole) ? exceptAfter.exec(text.slice(end)) : null;
  if (rest?.[1] && !startsWithin(others, end) && !particle.test(rest[1]))
    return withText(call, "name", `${whole} except ${rest[1]}`, [from, end + rest[0].length]);
  return placed(text, whole === name ? call : withText(call, "name", whole, [from, end]), calls, names);
}
