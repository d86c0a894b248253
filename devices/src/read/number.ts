// Numbers as said: digits, words, halves and quarters.
import { DeviceError } from "../errors.ts";

const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

const SMALL = new Map<string, number>([
  ...UNITS.map((word, i) => [word, i] as const),
  ...TENS.map((word, i) => [word, (i + 2) * 10] as const),
  ["a", 1],
  ["an", 1],
  ["couple", 2],
  ["dozen", 12],
]);

const FRACTIONS = new Map([
  ["half", 0.5],
  ["quarter", 0.25],
  ["third", 1 / 3],
  ["quarters", 0.25],
]);

export function splitNumberWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/½/g, " 1/2")
    .replace(/(\d)\s*%/g, "$1 percent")
    .replace(/[^\p{L}\p{N}./:-]+/gu, " ")
    .replace(/([a-z])-([a-z])/g, "$1 $2")
    .trim()
    .split(" ")
    .filter((word) => word !== "");
}

function digits(word: string): number | undefined {
  if (/^-?\d{1,9}(\.\d{1,6})?$/.test(word)) return Number(word);
  const fraction = /^(\d{1,3})\/(\d{1,3})$/.exec(word);
  return fraction && Number(fraction[2]) > 0 ? Number(fraction[1]) / Number(fraction[2]) : undefined;
}

/** Whether a small number may follow: "twenty five" and "hundred five" may, "five six" and "twenty thirty" may not. */
function mayFollow(group: number, word: string, small: number): boolean {
  if (group === 0) return true;
  if (/^(an?|couple|dozen|zero)$/.test(word)) return false;
  const last = group % 100;
  return last === 0 || (last >= 20 && last % 10 === 0 && small < 10);
}

/** Reads words of a whole number from the front: "one hundred and five minutes" → 105, 4 words. */
function wholeFrom(words: readonly string[]): { value: number; used: number } | undefined {
  let total = 0;
  let group = 0;
  let used = 0;
  for (; used < words.length; used++) {
    const word = words[used] ?? "";
    const small = SMALL.get(word);
    const first = used === 0;
    if (word === "hundred") group = Math.max(1, group) * 100;
    else if (word === "thousand") {
      total += Math.max(1, group) * 1000;
      group = 0;
    } else if (small !== undefined && (first || (total + group > 0 && mayFollow(group, word, small)))) group += small;
    else if (word !== "and" || first || (total + group) % 100 !== 0 || !UNITS.includes(words[used + 1] ?? "")) break;
  }
  return used > 0 ? { value: total + group, used } : undefined;
}

/** Reads a number from the front of the words; the rest is the caller's. */
export function numberFrom(words: readonly string[]): { value: number; used: number } | undefined {
  const first = words[0] ?? "";
  if (/^an?$/.test(first) && /^(dozen|couple|half|quarter|third)$/.test(words[1] ?? "")) {
    const after = numberFrom(words.slice(1));
    return after && { value: after.value, used: after.used + 1 };
  }
  const half = FRACTIONS.get(first);
  if (half !== undefined) return { value: half, used: 1 };
  const figure = digits(first);
  const whole = figure === undefined ? wholeFrom(words) : { value: figure, used: 1 };
  if (!whole) return undefined;
  const rest = words.slice(whole.used);
  if (rest[0] === "point") {
    const decimals = rest.slice(1).map((word) => (/^\d$/.test(word) ? word : UNITS.indexOf(word)));
    const count = decimals.findIndex((digit) => digit === -1 || Number(digit) > 9);
    const taken = count === -1 ? decimals : decimals.slice(0, count);
    if (taken.length > 0)
      return { value: Number(`${whole.value}.${taken.join("")}`), used: whole.used + 1 + taken.length };
  }
  const joined = rest[0] === "and" ? rest.slice(rest[1] === "a" || rest[1] === "an" ? 2 : 1) : [];
  const part = FRACTIONS.get(joined[0] ?? "");
  if (part !== undefined) return { value: whole.value + part, used: words.length - joined.length + 1 };
  const over = FRACTIONS.get(rest[0] ?? "");
  if (over !== undefined) return { value: whole.value * over, used: whole.used + 1 };
  const mixed = digits(rest[0] ?? "");
  if (mixed !== undefined && rest[0]?.includes("/")) return { value: whole.value + mixed, used: whole.used + 1 };
  return whole;
}

/** "twenty five", "21.5", "half" → a number; throws `request.number`. */
export function readNumber(text: string): number {
  const words = splitNumberWords(text).filter((word) => word !== "percent" && word !== "degrees");
  const found = numberFrom(words);
  if (!found || found.used !== words.length) throw new DeviceError("request.number", { words: text });
  return found.value;
}
