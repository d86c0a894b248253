// The grammar of a device phrase: quantifiers, exceptions, "and", prepositions. It knows no home.
import { type Word, wordsOf } from "./words.ts";

export interface Phrase {
  /** Joined by "and"; never empty unless the phrase was. */
  readonly parts: readonly (readonly Word[])[];
  /** "all", "every", "everything". */
  readonly all: boolean;
  /** "everything": no kind was named. */
  readonly everything: boolean;
  /** "both": there must be exactly two. */
  readonly both: boolean;
  /** "the other lamp": not the ones just touched. */
  readonly other: boolean;
  readonly except: Phrase | undefined;
}

const ALL = new Set(["all", "every", "each", "any"]);
const EVERYTHING = new Set(["everything", "every thing", "all thing"]);
const EXCEPT = /^(but|except|excluding|besides|beside|without|minus)$/;
const PREPOSITIONS = new Set(
  "in inside on at by near beside over above under below behind from of for to within throughout around next along".split(
    " ",
  ),
);

function exceptAt(words: readonly Word[]): { at: number; length: number } | undefined {
  for (let i = 0; i < words.length; i++) {
    const pair = `${words[i]?.key} ${words[i + 1]?.key}`;
    if (pair === "apart from" || pair === "other than" || pair === "except for") return { at: i, length: 2 };
    const word = words[i]?.key ?? "";
    // "beside" also says where something stands; it excludes only after a quantifier.
    if (EXCEPT.test(word) && (word !== "beside" || isQuantifier(words[0]?.key))) return { at: i, length: 1 };
  }
  return undefined;
}

function isQuantifier(key: string | undefined): boolean {
  return key !== undefined && (ALL.has(key) || EVERYTHING.has(key));
}

function splitParts(words: readonly Word[]): Word[][] {
  const parts: Word[][] = [[]];
  for (const word of words) {
    if (word.key === "and" || word.key === "," || word.key === "plus") parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.filter((part) => part.length > 0);
}

interface Head {
  readonly rest: readonly Word[];
  readonly all: boolean;
  readonly everything: boolean;
  readonly both: boolean;
  readonly other: boolean;
}

function readHead(words: readonly Word[]): Head {
  const head = { all: false, everything: false, both: false, other: false };
  let i = 0;
  const key = (): string => words[i]?.key ?? "";
  if (key() === "any" && words.at(-1)?.plural === false) {
    // "any lamp" is one of them, "any lights" are all.
    i += 1;
  } else if (ALL.has(key())) {
    head.all = true;
    i += 1;
  } else if (EVERYTHING.has(key())) {
    head.all = true;
    head.everything = true;
    i += 1;
  } else if (key() === "whole" || key() === "entire") {
    head.all = true;
    i += 1;
  } else if (key() === "both") {
    head.both = true;
    i += 1;
  }
  const quantified = head.all || head.both;
  if (quantified && key() === "of") i += 1;
  if (head.all && /^\d+$/.test(key()) && words.length > i + 1) i += 1;
  if (quantified && key() === "single") i += 1;
  if (key() === "other" && words.length > i + 1) {
    head.other = true;
    i += 1;
  }
  if (head.all && (key() === "thing" || key() === "device") && !head.everything) {
    head.everything = true;
    i += 1;
  }
  return { ...head, rest: words.slice(i) };
}

function readPhrase(words: readonly Word[]): Phrase {
  const cut = exceptAt(words);
  const { rest, ...head } = readHead(cut ? words.slice(0, cut.at) : words);
  const except = cut ? readPhrase(words.slice(cut.at + cut.length)) : undefined;
  return { ...head, parts: splitParts(rest), except };
}

export function parsePhrase(text: string): Phrase {
  return readPhrase(wordsOf(text));
}

/** Every way to read "X in the Y": what, and where. Prepositions at the start give a place alone. */
export function splitAtPlace(words: readonly Word[]): { what: readonly Word[]; where: readonly Word[] }[] {
  const ways: { what: readonly Word[]; where: readonly Word[] }[] = [];
  for (let i = 0; i < words.length - 1; i++) {
    const word = words[i]?.key ?? "";
    if (!PREPOSITIONS.has(word)) continue;
    const long = (word === "next" && words[i + 1]?.key === "to") || (word === "inside" && words[i + 1]?.key === "of");
    ways.push({ what: words.slice(0, i), where: words.slice(i + (long ? 2 : 1)) });
  }
  return ways;
}

const REFERENCES = new Set(
  "it, that, them, those, these, they, that 1, this 1, that one, this one, those one, these one, same, same 1, same one".split(
    ", ",
  ),
);
/** As many as there were: "both of them", "them all". */
const ALL_OF = /^(?:(?:both|all)(?: of)? (?:them|those|these|it)|(?:them|those|these) (?:both|all|2)|both|all of it)$/;
const HERE = new Set(["here", "in here", "this room", "in this room", "room", "this area", "over here"]);

const spaced = (words: readonly Word[]): string => words.map((word) => word.key).join(" ");

/** "it", "that one": what the last turn touched. */
export function isReference(words: readonly Word[]): boolean {
  const said = spaced(words);
  return REFERENCES.has(said) || ALL_OF.test(said) || said === "this";
}

/** "both", "them both": two were touched. */
export function isPair(words: readonly Word[]): boolean {
  return isReference(words) && words.some(({ key }) => key === "both" || key === "2");
}

/** "here", "this room": where the speaker is. */
export function isHere(words: readonly Word[]): boolean {
  return HERE.has(spaced(words));
}

/** "the one", "the ones": says nothing but where. */
export function isPronoun(words: readonly Word[]): boolean {
  return words.length === 1 && (words[0]?.key === "1" || words[0]?.key === "one");
}
