// "And the bedroom too": the name to say instead of the one that was said before.
import { bindPhrase, type Need } from "./bind.ts";
import { findDevice, type Home } from "./home.ts";
import { KINDS } from "./kinds.ts";
import { isHere, isReference } from "./phrase.ts";
import { placeSplits, readingsOf } from "./readings.ts";
import { vocabularyOf } from "./vocabulary.ts";
import { joined, wordsOf } from "./words.ts";

export interface OtherName {
  /** What was said now: "the bedroom", "the TV". */
  readonly said: string;
  /** The name in the sentence before; absent: it had none. */
  readonly was: string | undefined;
  /** Ids of the devices which that sentence was about. */
  readonly devices: readonly string[];
}

export interface FoundName {
  readonly name: string;
  /** It names where, and no thing. */
  readonly isPlace: boolean;
}

const ANYTHING: Need = { able: () => true, first: new Set(), wide: false };

const withArticle = (name: string): string => `the ${name.replace(/^(the|my|our) /i, "")}`;

/** Of one kind: as one says several of them. */
function kindOf(home: Home, ids: readonly string[]): readonly [string, string] | undefined {
  const kinds = new Set(ids.flatMap((id) => findDevice(home, id)?.kind ?? []));
  const [only] = kinds;
  return only !== undefined && kinds.size === 1 ? KINDS[only].label : undefined;
}

const isAll = (said: string): boolean =>
  /^(all|both|all of (them|those)|both of them|every ?one|all of it)$/i.test(said);

const isOther = /^(?:the )?other(?: one)?(s?)$/i;

/** Undefined when the home knows no such name. A room gets the kind of thing that was spoken of: "the bedroom lights". */
export function otherName(home: Home, { said, was, devices }: OtherName): FoundName | undefined {
  const vocabulary = vocabularyOf(home);
  const words = wordsOf(said);
  const label = kindOf(home, devices);
  const [one, kind] = label ?? [];
  if (isAll(said.trim())) return kind === undefined ? undefined : { name: `all the ${kind}`, isPlace: false };
  if (words.length === 0) return undefined;
  const [, others] = isOther.exec(said.trim()) ?? [];
  if (others !== undefined) return label && { name: `the other ${others ? kind : one}`, isPlace: false };
  if (vocabulary.place(joined(words))) {
    const wasPlace = was !== undefined && vocabulary.place(joined(wordsOf(was))) !== undefined;
    const isPlace = wasPlace || was === undefined || kind === undefined;
    return { name: isPlace ? withArticle(said) : `${withArticle(said)} ${kind}`, isPlace };
  }
  for (const { devices: found } of readingsOf(vocabulary, words, { room: undefined, all: false })) {
    if (found.length > 0) return { name: withArticle(said), isPlace: false };
  }
  return undefined;
}

export const isPlace = (home: Home, text: string): boolean =>
  vocabularyOf(home).place(joined(wordsOf(text))) !== undefined;

/** "the kitchen lights", "lights in the kitchen"; a device's own name has none to add to. */
export function hasPlace(home: Home, text: string): boolean {
  const words = wordsOf(text);
  return placeSplits(vocabularyOf(home), words).length > 0;
}

/** "the heating" in a home with three: a room would tell which. What only points ("it") has no name to add one to. */
export function isUnclear(home: Home, text: string): boolean {
  const words = wordsOf(text);
  return !isReference(words) && !isHere(words) && bindPhrase(home, text, ANYTHING, {}).status === "ambiguous";
}

/** Something here is called that, or is there. */
export const isKnown = (home: Home, text: string): boolean =>
  ["bound", "ambiguous"].includes(bindPhrase(home, text, ANYTHING, {}).status);

/** One name for several devices, where they are all that a room has of a kind; of one, its own. */
export function nameTogether(home: Home, ids: readonly string[]): string | undefined {
  const [first, ...more] = ids.flatMap((id) => findDevice(home, id) ?? []);
  if (first === undefined || more.length === 0) return first?.name;
  const room = home.areas.find(({ id }) => id === first.area)?.name;
  const kin = home.devices.filter(
    ({ area, kind, essential }) => area === first.area && kind === first.kind && !essential,
  );
  const isAll = kin.length === ids.length && kin.every(({ id }) => ids.includes(id));
  return room !== undefined && isAll ? `${room} ${KINDS[first.kind].label[1]}` : undefined;
}
