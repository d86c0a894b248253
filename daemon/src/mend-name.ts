// Which things a name means, by the words around it: "all", "but …", and the place that was said apart from them.
import { apartFromName, besideName } from "./mend-place.ts";
import type { Names } from "./ports.ts";
import type { Span } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

const exceptWords = "but(?: not)?|except(?: for)?|excluding|apart from|other than|besides|not|without";
const exceptBefore = new RegExp(`\\b(${exceptWords})\\s+(?:(?:the|my|our|in)\\s+)*$`, "i");
const exceptAfter = new RegExp(`^(.*?)\\s*,?\\s*\\b(?:${exceptWords})\\s+(.+?)\\s*(?:,?\\s*please)?[.!?]*$`, "i");
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

const message = "I heard that something is left out. Say once more what I shall do, and to what.";
const unclear = (call: Call, why = message): Call => ({ ...call, problem: { code: "low_confidence", message: why } });
// "but the hall to 50"
const ownValue = /^\s+(?:to|at)\s+\S/i;
const twoValues = "I heard one thing for most and another for the rest. Say them one after the other.";

/** "… all the lights but the X": the whole of it is the name. */
function exceptedIn(text: string, call: Call, [start, end]: Span, isAlone: boolean): Call | undefined {
  const found = exceptBefore.exec(text.slice(0, start));
  if (!found || /^\s*(?:on|off)\b/i.test(text.slice(end))) return undefined;
  const lead = text.slice(0, found.index);
  const from = [...lead.matchAll(/\b(?:all|every|each|everything)\b/gi)].at(-1)?.index;
  if (from === undefined) {
    // "Nothing but the lamp" means the lamp.
    return /not|without/i.test(found[1] ?? "") ? unclear(call) : undefined;
  }
  if (ownValue.test(text.slice(end))) return isAlone ? unclear(call, twoValues) : call;
  const group = lead.slice(from).trimEnd().replace(particle, "");
  return withText(call, "name", `${group} except ${text.slice(start, end)}`, [from, end]);
}

const fillers = /\s+(?:right(?: now)?|now|please|again|too|as well|immediately|at once)$/i;
// "the lights out in the hall"
const particleWithin = /\s+(?:on|off|out)(?=\s+(?:in|at|upstairs|downstairs)\b)/i;
function widen(text: string, [start, end]: Span, others: readonly Span[], names: Names | undefined): [string, Span] {
  const before = quantifierBefore.exec(text.slice(0, start));
  const from = before ? before.index : start;
  const whole = text.slice(from, end).replace(particleWithin, "").replace(fillers, "");
  const beside = names && !names.hasPlace(whole) ? besideName(text, { name: whole, end }, others, names) : undefined;
  return beside ? [beside[0], [from, beside[1]]] : [whole, [from, end]];
}

/** A room that was said apart from the name tells which of several things it means. */
function placed(text: string, call: Call, calls: readonly Call[], names: Names | undefined): Call {
  const { name } = call.arguments;
  const at = call.spans?.name;
  if (names === undefined || calls.length > 1 || typeof name !== "string" || at === undefined) return call;
  if (names.hasPlace(name)) return call;
  const made = apartFromName(text, { name, at, spans: Object.values(call.spans ?? {}) }, names);
  if (made === undefined) return call;
  return made === "left out" ? unclear(call) : withText(call, "name", made, at);
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

const noName =
  /^(?:the|my|our|his|her|their|your|an?|please|it|that|this|them|those|these|they|both|all|everything|anything|something|here|there|one|ones)$/i;
const thingBefore =
  /\b([\p{L}-]+)\s+((?:on|off|of|up|down|out|open|closed|locked)\s+)?((?:in|at|on)\s+(?:the\s+|my\s+|our\s+)?)?$/iu;

/** "Are any lights on upstairs", of which the model took the place alone. */
function withThing(text: string, call: Call, span: Span, names: Names | undefined): Call {
  const place = text.slice(...span);
  if (names === undefined || !names.isPlace(place)) return call;
  const found = thingBefore.exec(text.slice(0, span[0]));
  const [, thing = "", , link = ""] = found ?? [];
  if (found === null || noName.test(thing) || names.isPlace(thing) || !names.isKnown(thing)) return call;
  const name = `${thing} ${link}${place}`;
  return names.isKnown(name) ? withText(call, "name", name, [found.index, span[1]]) : call;
}

export function mendName(text: string, call: Call, calls: readonly Call[], names: Names | undefined): Call {
  const { name } = call.arguments;
  const span = call.spans?.name;
  if (typeof name !== "string" || span === undefined) return call;
  const excepted = exceptedIn(text, call, span, calls.length === 1);
  if (excepted) return excepted;
  if (calls.length === 1) {
    const made = withThing(text, call, span, names);
    if (made !== call) return made;
  }
  const own = Object.values(call.spans ?? {}).filter((one) => one !== span);
  const others = spansOf(calls, call);
  const [whole, [from, end]] = widen(text, span, [...own, ...others], names);
  const apart = quantified.test(whole) ? sparedIn(text, call, calls) : undefined;
  if (apart !== undefined) return withText(call, "name", `${whole} except ${apart}`, [from, end]);
  const rest = quantified.test(whole) ? exceptAfter.exec(text.slice(end)) : null;
  const [, between = "", spared] = rest ?? [];
  // What comes later ("… to 30 percent but the hall") may be no exception: "without delay".
  if (spared && /\s(?:to|at)\s+\S/i.test(spared) && !startsWithin(others, end)) return unclear(call, twoValues);
  const isSpared = /^\s*(?:on|off)?$/i.test(between) || (spared !== undefined && names?.isKnown(spared) === true);
  if (rest && spared && isSpared && !startsWithin(others, end) && !particle.test(spared))
    return withText(call, "name", `${whole} except ${spared}`, [
      from,
      between.trim() === "" ? end + rest[0].length : end,
    ]);
  return placed(text, whole === name ? call : withText(call, "name", whole, [from, end]), calls, names);
}
