// Phrases as plain words: case, accents, articles, possessives and plurals taken off, the same way on names and on speech.

const DROPPED = new Set(["the", "a", "an", "my", "our", "your", "his", "her", "their", "please"]);

const DIGITS = new Map(
  ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].map((word, i) => [word, `${i + 1}`]),
);

function singular(word: string): string {
  if (word.length < 3 || /(ss|us|is)$/.test(word)) return word;
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(x|z|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

export interface Word {
  readonly key: string;
  readonly plural: boolean;
}

/** "My kids' Bedside-Lamps" → kid, bedside, lamp(plural). */
export function wordsOf(text: string): Word[] {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/([a-z])'s\b/g, "$1")
    .replace(/&/g, " and ")
    .replace(/,/g, " , ");
  const words: Word[] = [];
  for (const raw of plain.split(/[^\p{L}\p{N},]+/u)) {
    if (raw === "" || DROPPED.has(raw)) continue;
    const key = DIGITS.get(raw) ?? singular(raw);
    words.push({ key, plural: key !== raw && !DIGITS.has(raw) });
  }
  return words;
}

/** One string for a run of words, so that "living room", "livingroom" and "Living-Room" are equal. */
export function joined(words: readonly Word[]): string {
  return words.map((word) => word.key).join("");
}

export function keyOf(text: string): string {
  return joined(wordsOf(text));
}
