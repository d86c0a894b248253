// Lengths of time as said: "ten minutes", "an hour and a half", "90 sec", "1:30".
import { DeviceError } from "../errors.ts";
import { numberFrom, splitNumberWords } from "./number.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  sec: SECOND,
  second: SECOND,
  m: MINUTE,
  min: MINUTE,
  minute: MINUTE,
  h: HOUR,
  hr: HOUR,
  hour: HOUR,
  d: DAY,
  day: DAY,
  week: 7 * DAY,
};
const LONGEST = 366 * DAY;

function unitOf(word: string | undefined): number | undefined {
  const plain = (word ?? "").replace(/\.$/, "");
  return UNITS[plain] ?? UNITS[plain.replace(/s$/, "")];
}

/** "1:30" counts minutes and seconds, as on a kitchen timer; "1:30 hours" and "1:30:00" count hours. */
function readColons(words: readonly string[]): number | undefined {
  const [figures, unit] = words;
  const match = /^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$/.exec(figures ?? "");
  if (!match || words.length > 2) return undefined;
  const [, a, b, c] = match;
  if (c !== undefined) return Number(a) * HOUR + Number(b) * MINUTE + Number(c) * SECOND;
  const size = unit === undefined ? MINUTE : unitOf(unit);
  return size === undefined || size > HOUR || size < MINUTE ? undefined : Number(a) * size + (Number(b) * size) / 60;
}

/** What "and a half" adds: half of the unit before it. */
function readTail(words: readonly string[], unit: number): { ms: number; used: number } | undefined {
  const at = words[0] === "and" ? 1 : 0;
  const article = words[at] === "a" || words[at] === "an" ? 1 : 0;
  const part = { half: 0.5, quarter: 0.25 }[words[at + article] ?? ""];
  // "an hour and half a minute" is not an hour and a half.
  const next = words[at + article + 1];
  if (at === 0 || part === undefined || (next !== undefined && next !== "and")) return undefined;
  return { ms: part * unit, used: at + article + 1 };
}

function readParts(words: readonly string[]): number | undefined {
  let total = 0;
  let i = 0;
  while (i < words.length) {
    if (i > 0 && words[i] === "and") i += 1;
    const article = /^an?$/.test(words[i] ?? "") && /^(half|quarter|couple)$/.test(words[i + 1] ?? "") ? 1 : 0;
    const amount = numberFrom(words.slice(i + article));
    if (!amount) return undefined;
    i += article + amount.used;
    while (words[i] === "of" || words[i] === "a" || words[i] === "an") i += 1;
    const unit = unitOf(words[i]);
    if (unit === undefined) return undefined;
    i += 1;
    total += amount.value * unit;
    const tail = readTail(words.slice(i), unit);
    total += tail?.ms ?? 0;
    i += tail?.used ?? 0;
  }
  return total;
}

/** Milliseconds of a length of time; undefined when the words are none. */
export function durationOf(text: string): number | undefined {
  const spaced = text.toLowerCase().replace(/(\d)(h|hr|hrs|m|min|mins|s|sec|secs|d)(?=\d|\s|$)/g, "$1 $2 ");
  const words = splitNumberWords(spaced);
  const ms = words.length > 0 ? (readColons(words) ?? readParts(words)) : undefined;
  return ms !== undefined && ms > 0 && ms <= LONGEST ? Math.round(ms) : undefined;
}

/** Milliseconds; throws `request.duration` naming the words. */
export function readDuration(text: string): number {
  const bare = text.trim().replace(/^(for|of|in|about)\s+/i, "");
  const ms = durationOf(bare);
  if (ms === undefined) throw new DeviceError("request.duration", { words: text });
  return ms;
}
