/** Where values stand in the question: spans of the cleaned text, reported in UTF-16 units of the original. */
import { findNumber } from "./numbers.ts";
import type { CompiledProp } from "./program.ts";
import { KIND } from "./program.ts";
import { clean } from "./text.ts";
import type { Json } from "./values.ts";

export type Span = readonly [start: number, end: number];

/** A question as the engine gets it, with the way back to the text as it was. */
export interface Question {
  readonly original: string;
  readonly cleaned: string;
  /** Original index of each cleaned UTF-16 unit. */
  readonly origin: readonly number[];
}

/** Cleans a question and remembers where each unit came from. */
export function readQuestion(original: string): Question {
  const origin: number[] = [];
  const cleaned = clean(original);
  let at = 0;
  for (let i = 0; i < cleaned.length; i++) {
    const isSpace = cleaned[i] === " ";
    // Cleaning only drops or widens spaces, so every other unit is found in order.
    while (isSpace ? !isBlank(original, at) : isBlank(original, at)) at++;
    origin.push(at);
    at++;
  }
  return { original, cleaned, origin };
}

function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit <= 0x20 || unit === 0x7f;
}

/** A span of the cleaned text in units of the original. */
export function toOriginal(question: Question, [start, end]: Span): Span {
  return [question.origin[start] ?? 0, (question.origin[end - 1] ?? 0) + 1];
}

/** The span of a property's value; of a list, from its first found item to its last. Undefined when nothing is found. */
export function findSpan(
  question: Question,
  prop: CompiledProp,
  texts: readonly string[],
  value: Json,
): Span | undefined {
  const typed = prop.list && Array.isArray(value) ? (value as readonly Json[]) : [value];
  const found: Span[] = [];
  texts.forEach((text, i) => {
    const span = findValue(question.cleaned, prop, text, typed[i] ?? null, found);
    if (span !== undefined) found.push(span);
  });
  if (found.length === 0) return undefined;
  return toOriginal(question, [Math.min(...found.map(([start]) => start)), Math.max(...found.map(([, end]) => end))]);
}

function findValue(
  query: string,
  prop: CompiledProp,
  text: string,
  value: Json,
  taken: readonly Span[],
): Span | undefined {
  if (prop.kind === KIND.json) return undefined;
  // As text, "21" would be found inside "21.5".
  if (typeof value !== "number") return findText(query, text, taken);
  const reading = findNumber(query, value, prop.schema);
  return reading && [reading.start, reading.end];
}

/** The first place the text stands as whole words, in its own case if it can be; a place taken already only when no other is left. */
export function findText(query: string, text: string, taken: readonly Span[] = []): Span | undefined {
  if (text === "") return undefined;
  const exact = placesOf(query, text);
  // Case folding may change lengths, and then positions would lie.
  const folded = query.toLowerCase().length === query.length ? placesOf(query.toLowerCase(), text.toLowerCase()) : [];
  const places = [...exact, ...folded];
  return places.find(([start]) => !taken.some((span) => span[0] === start)) ?? places[0];
}

function placesOf(query: string, text: string): Span[] {
  const places: Span[] = [];
  for (let at = query.indexOf(text); at >= 0; at = query.indexOf(text, at + 1)) {
    const end = at + text.length;
    if (!isInsideWord(query, at) && !isInsideWord(query, end)) places.push([at, end]);
  }
  return places;
}

/** The span rule of docs/model-format.md section 5; any unit >= 0x80 is a word character there, byte by byte. */
function isInsideWord(query: string, at: number): boolean {
  return at > 0 && at < query.length && isWord(query.charCodeAt(at - 1)) && isWord(query.charCodeAt(at));
}

function isWord(unit: number): boolean {
  return (
    unit >= 0x80 ||
    unit === 0x5f ||
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x61 && unit <= 0x7a)
  );
}
