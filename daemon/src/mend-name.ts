// Which things a name means, by the words around it: "all", "but …", and the place that was said apart from them.
import { exceptedAfter, exceptedIn, spansOf, unclear, withText } from "./mend-except.ts";
import { apartFromName, besideName } from "./mend-place.ts";
import type { Names } from "./ports.ts";
import type { Span } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

const quantifierBefore = /\b(?:all|every|each|both)(?:\s+(?:of|the|my|our|these|those|single))*\s+$/i;

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
  const excepted = exceptedIn(text, call, span, calls);
  if (excepted) return excepted;
  if (calls.length === 1) {
    const made = withThing(text, call, span, names);
    const whole = String(made.arguments.name);
    const given = { call: made, whole, span: made.spans?.name ?? span, calls: [made], names };
    if (made !== call) return exceptedAfter(text, given) ?? made;
  }
  const own = Object.values(call.spans ?? {}).filter((one) => one !== span);
  const others = spansOf(calls, call);
  const [whole, [from, end]] = widen(text, span, [...own, ...others], names);
  const spared = exceptedAfter(text, { call, whole, span: [from, end], calls, names });
  if (spared) return spared;
  return placed(text, whole === name ? call : withText(call, "name", whole, [from, end]), calls, names);
}
