// Times that were said and that no value holds: "at night", "at sunrise", "every morning", "until ten". What was said for later must never happen now.
import { durationOf } from "@needled/devices";
import type { Span } from "./protocol.ts";

const day = "(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)";
const part = "(?:morning|afternoon|evening|night)";
const meal = "(?:breakfast|lunch|dinner|supper)(?: ?time)?";
const event = `(?:sun ?rise|sun ?set|sun ?down|dusk|dawn|dark|bed ?time|bed|work|school|noon|midday|midnight|tomorrow|${meal})`;
const unit = "(?:seconds?|secs?|minutes?|mins?|hours?|days?|weeks?)";
const amount = "(?:an?|half an?|a couple of|a few|\\d+|[a-z]+(?:[ -][a-z]+)?)";
const said = [
  `at night|(?:during|over) the night|overnight|at ${event}|(?:before|after|by|around|towards?) (?:${event}|${part})|(?:before|after) \\d{1,2}(?:[:.]\\d\\d)?`,
  `in the ${part}|(?:this|tomorrow|next) ${part}|tonight|tomorrow`,
  "(?<!(?:not|or|and|than) )later(?: on)?|(?<!as )soon|in a (?:little )?(?:bit|while|moment)",
  `after ${amount} ${unit}`,
  `(?:on |next |this )${day}|${day}|next (?:week|month)`,
];
const habits = [
  `every (?:other )?(?:${day}|${part}|day|hour|week|weekday|weekend|month|\\d+ ${unit})`,
  `(?:on )?(?:${day}s|week(?:days|ends))|at the week-?end|daily|nightly|weekly|hourly`,
];
const alone = (wordings: readonly string[]): RegExp =>
  new RegExp(`(?<=^|[\\s,])(?:${wordings.join("|")})(?=$|[\\s,.!?;])`, "gi");
const later = alone(said);
const habit = alone(habits);

const ending = new RegExp(
  `(?<=^|\\s)(?:(for) (?:(?:the|next|about|around|another|just|only) )*(${amount} ${unit}(?: and a half)?)|(until|till|['’]til) ((?:the |about |around )*\\S+(?: \\S+){0,3}?))(?=$|[\\s,.!?;])`,
  "gi",
);

const overlaps = (spans: readonly Span[], [from, to]: Span): boolean =>
  spans.some(([start, stop]) => start < to && stop > from);

function firstOf(wording: RegExp, text: string, taken: readonly Span[]): Span | undefined {
  return [...text.matchAll(wording)]
    .map(({ index, 0: time }): Span => [index, index + time.length])
    .find((span) => !overlaps(taken, span));
}

/** The first time in the words that lies in no value. */
export const timeSaid = (text: string, taken: readonly Span[]): Span | undefined => firstOf(later, text, taken);

/** "Every morning", "on weekdays" */
export const habitSaid = (text: string, taken: readonly Span[]): Span | undefined => firstOf(habit, text, taken);

const share = /^\s+(?:(?:it|they) (?:is|are|reach(?:es)?) )?\S+(?: \S+)?\s*(?:%|per ?cent|degrees)/i;

export interface Ending {
  word: string;
  time: string;
}

/** "For ten minutes", "until ten", outside of all values; "for two lamps" is no time. */
export function endingSaid(text: string, taken: readonly Span[], numbers: readonly Span[]): Ending | undefined {
  for (const { index, 0: whole, 1: lasting, 2: length = "", 3: until, 4: end = "" } of text.matchAll(ending)) {
    // "Fan on until ten" is no speed of ten; "down until 20 percent" is no time.
    const values = until === undefined ? taken : taken.filter((span) => !numbers.includes(span));
    if (overlaps(values, [index, index + whole.length])) continue;
    if (until !== undefined && share.test(text.slice(index + until.length))) continue;
    if (until !== undefined) return { word: until.toLowerCase(), time: end };
    if (lasting !== undefined && durationOf(length) !== undefined) return { word: "for", time: length };
  }
  return undefined;
}

/** Where a time begins that the model took into a name, as in "lamp at night" or "radio in a" of "in a while". */
export function timeWithin(text: string, [from, to]: Span): number | undefined {
  return [...text.matchAll(later), ...text.matchAll(habit)].find(({ index }) => index > from && index < to)?.index;
}
