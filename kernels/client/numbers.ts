/** Finds the numbers a text speaks of: digits, number words, halves, percents. Never decides what a call contains. */

/** A stretch of text, and every value it can stand for ("50%" is 50 and 0.5). */
export interface NumberReading {
  readonly start: number;
  readonly end: number;
  readonly values: readonly number[];
  /** "maximum" and "minimum" mean a bound of the schema. */
  readonly bound?: "maximum" | "minimum";
}

const UNITS: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  a: 1,
  an: 1,
};
const TENS: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const SCALES: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1_000_000, dozen: 12 };
const PARTS: Readonly<Record<string, number>> = {
  half: 0.5,
  quarter: 0.25,
  third: 1 / 3,
  quarters: 0.25,
  thirds: 1 / 3,
  halves: 0.5,
};
const OTHERS: Readonly<Record<string, number>> = {
  couple: 2,
  pair: 2,
  once: 1,
  twice: 2,
  first: 1,
  second: 2,
  double: 2,
  single: 1,
};
const BOUNDS: Readonly<Record<string, "maximum" | "minimum">> = {
  max: "maximum",
  maximum: "maximum",
  full: "maximum",
  fully: "maximum",
  highest: "maximum",
  brightest: "maximum",
  loudest: "maximum",
  min: "minimum",
  minimum: "minimum",
  lowest: "minimum",
  dimmest: "minimum",
  quietest: "minimum",
};

/** What "maximum" and "minimum" mean where the schema has no bounds. */
const PERCENT_BOUNDS = { maximum: 100, minimum: 0 };

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const DIGITS = /\b\d{1,2}\/\d{1,2}\b|[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-−]?\.\d+/g;
const PERCENT = /^\s*(?:%|percent\b|per cent\b|pct\b)/i;

/** All readings, in order of their start. */
export function readNumbers(text: string): NumberReading[] {
  return [...readDigits(text), ...readWords(text)].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Where a number value stands in the text; a bound word counts when the schema has that bound. */
export function findNumber(
  text: string,
  value: number,
  schema: { readonly minimum?: unknown; readonly maximum?: unknown } = {},
): NumberReading | undefined {
  const readings = readNumbers(text);
  const isNear = (other: number): boolean => Math.abs(other - value) <= 1e-6 * Math.max(1, Math.abs(value));
  // The plain reading of a number beats its reading as a share of a hundred.
  return (
    readings.find(({ values }) => values.slice(0, 1).some(isNear)) ??
    readings.find(({ values }) => values.some(isNear)) ??
    readings.find(({ bound }) => bound !== undefined && (schema[bound] ?? PERCENT_BOUNDS[bound]) === value)
  );
}

/** A half: of a hundred, of an hour or a minute. */
function sharesOf(value: number): number[] {
  return [value * 100, value * 60];
}

function readDigits(text: string): NumberReading[] {
  return [...text.matchAll(DIGITS)].map((match) => {
    const [top, bottom] = match[0].split("/").map(Number);
    if (bottom !== undefined) {
      const value = (top ?? 0) / (bottom || 1);
      return { start: match.index, end: match.index + match[0].length, values: [value, ...sharesOf(value)] };
    }
    const start = match.index;
    const isRange = start > 0 && /[\w]/.test(text[start - 1] ?? "") && /^[-−]/.test(match[0]);
    const digits = isRange ? match[0].slice(1) : match[0];
    const from = isRange ? start + 1 : start;
    return withPercent(text, from, from + digits.length, Number(digits.replaceAll(",", "").replace("−", "-")));
  });
}

function withPercent(text: string, start: number, end: number, value: number): NumberReading {
  const percent = PERCENT.exec(text.slice(end));
  if (percent === null) return { start, end, values: [value] };
  return { start, end: end + percent[0].length, values: [value, value / 100] };
}

function readWords(text: string): NumberReading[] {
  const words = [...text.matchAll(/[A-Za-z]+/g)].map((match): Word => {
    return { text: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length };
  });
  const readings: NumberReading[] = [];
  for (let at = 0; at < words.length; ) {
    const run = readRun(text, words, at);
    if (run !== undefined) readings.push(run.reading);
    at = run?.next ?? at + 1;
  }
  return readings;
}

interface Run {
  readonly reading: NumberReading;
  readonly next: number;
}

/** The longest number that begins at a word. */
function readRun(text: string, words: readonly Word[], at: number): Run | undefined {
  const first = words[at] as Word;
  const bound = Object.hasOwn(BOUNDS, first.text) ? BOUNDS[first.text] : undefined;
  if (bound !== undefined) return { reading: { start: first.start, end: first.end, values: [], bound }, next: at + 1 };
  const cardinal = readCardinal(text, words, at);
  if (cardinal === undefined) return readAlone(first, at);
  const { start } = first;
  const end = (words[cardinal.next - 1] as Word).end;
  const alone = cardinal.next === at + 1 && (first.text === "a" || first.text === "an");
  if (alone) return undefined;
  const reading = withPercent(text, start, end, cardinal.value);
  return { reading: { ...reading, values: [...reading.values, ...cardinal.also] }, next: cardinal.next };
}

/** Words that mean a number only by themselves: "twice", "a couple". */
function readAlone(word: Word, at: number): Run | undefined {
  const value = Object.hasOwn(OTHERS, word.text) ? OTHERS[word.text] : undefined;
  return value === undefined
    ? undefined
    : { reading: { start: word.start, end: word.end, values: [value] }, next: at + 1 };
}

interface Cardinal {
  readonly value: number;
  readonly next: number;
  /** Other values the same words may have become. */
  readonly also: readonly number[];
}

/** "two hundred and fifty", "twenty-one point five", "three and a half", "a quarter", "a dozen". */
function readCardinal(text: string, words: readonly Word[], from: number): Cardinal | undefined {
  let total = 0;
  let group: number | undefined;
  let at = from;
  for (; at < words.length && (at === from || isJoined(text, words, at)); at++) {
    const word = (words[at] as Word).text;
    const step = stepOf(word, group);
    if (step === "stop") break;
    if (step === "skip") {
      const following = words[at + 1]?.text ?? "";
      if (group === undefined || stepOf(following, group) === "stop" || following === "and") break;
      continue;
    }
    if (word === "thousand" || word === "million") {
      total += step;
      group = 0;
    } else group = step;
  }
  const whole = group === undefined ? undefined : total + group;
  return withFraction(text, words, at, whole);
}

/** The group's value after the word; "skip" for a joining "and", "stop" when the word does not go on with the number. */
function stepOf(word: string, group: number | undefined): number | "skip" | "stop" {
  if (word === "and") return group !== undefined && group >= 100 ? "skip" : "stop";
  if (Object.hasOwn(SCALES, word)) return (group || 1) * (SCALES[word] ?? 1);
  if (Object.hasOwn(TENS, word))
    return group === undefined || group % 100 === 0 ? (group ?? 0) + (TENS[word] ?? 0) : "stop";
  if (!Object.hasOwn(UNITS, word)) return "stop";
  const unit = UNITS[word] ?? 0;
  if (group === undefined || group % 100 === 0) return (group ?? 0) + unit;
  return group % 10 === 0 && unit < 10 && group % 100 >= 20 ? group + unit : "stop";
}

function withFraction(
  text: string,
  words: readonly Word[],
  at: number,
  whole: number | undefined,
): Cardinal | undefined {
  const word = (i: number): string =>
    i > 0 && i < words.length && !isJoined(text, words, i) ? "" : (words[i]?.text ?? "");
  const part = (i: number): number | undefined => (Object.hasOwn(PARTS, word(i)) ? PARTS[word(i)] : undefined);
  const bare = part(at);
  // "a half" and "three quarters": the number before counts the parts.
  if (bare !== undefined) return { value: (whole ?? 1) * bare, next: at + 1, also: sharesOf((whole ?? 1) * bare) };
  if (whole === undefined) return undefined;
  const added = word(at) === "and" ? (part(at + 1) ?? (word(at + 1) === "a" ? part(at + 2) : undefined)) : undefined;
  if (added !== undefined) {
    // "three and a half hours" may have become 3 hours and 30 minutes.
    return { value: whole + added, next: at + (part(at + 1) === undefined ? 3 : 2), also: [whole, added * 60] };
  }
  if (word(at) !== "point") return { value: whole, next: at, also: [] };
  let digits = "";
  let next = at + 1;
  for (; Object.hasOwn(UNITS, word(next)) && (UNITS[word(next)] ?? 10) < 10 && word(next) !== "a"; next++)
    digits += UNITS[word(next)];
  return digits === "" ? { value: whole, next: at, also: [] } : { value: Number(`${whole}.${digits}`), next, also: [] };
}

/** True when only a space or hyphen lies between this word and the one before. */
function isJoined(text: string, words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  const word = words[at];
  return before !== undefined && word !== undefined && /^[ -]+$/.test(text.slice(before.end, word.start));
}
