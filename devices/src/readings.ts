// Every way to read one phrase part against the home's names, best first. Words must match whole; nothing is near enough.
import type { Device } from "./home.ts";
import { KINDS } from "./kinds.ts";
import { splitAtPlace } from "./phrase.ts";
import {
  type Fit,
  fitOf,
  type KindWord,
  kindWord,
  type NamedDevice,
  type PlaceWord,
  type Vocabulary,
} from "./vocabulary.ts";
import { joined, type Word } from "./words.ts";

export interface Reading {
  readonly by: "name" | "kind" | "place";
  readonly devices: readonly Device[];
  readonly place: PlaceWord | undefined;
  readonly plural: boolean;
  /** The word means every device of its kind ("light"), so one room's lights may answer to "the light". */
  readonly general: boolean;
  /** What was named, for "there is no fan in the kitchen". */
  readonly what: string;
}

const isPlural = (words: readonly Word[]): boolean => words.at(-1)?.plural === true;
const textOf = (words: readonly Word[]): string => words.map((word) => word.key).join(" ");
const inPlace = (place: PlaceWord, device: Device): boolean =>
  place.whole || (device.area !== undefined && place.areas.has(device.area));

function named(devices: readonly NamedDevice[], words: readonly Word[], place?: PlaceWord, what = words): Reading {
  const found = devices.map((entry) => entry.device);
  return { by: "name", devices: found, place, plural: isPlural(what), general: false, what: textOf(what) };
}

// Both are words for a contact sensor; one that is called after a door tells nothing of a window.
const RIVALS: Readonly<Record<string, string>> = { " door ": " window ", " window ": " door " };

/** Devices of the word's kinds; a word that is part of some of their names ("lamp") means those. */
export function ofKind(devices: readonly NamedDevice[], word: KindWord, said: readonly Word[]): Device[] {
  const text = ` ${textOf(said)} `;
  const rival = RIVALS[text];
  const isRival = ({ device, text: names }: NamedDevice): boolean =>
    rival !== undefined && device.kind === "contact" && names.some((n) => n.includes(rival) && !n.includes(text));
  const kin = devices.filter((entry) => word.kinds.has(entry.device.kind) && !isRival(entry));
  const called = kin.filter(
    ({ text: names, device }) => word.general.has(device.kind) || names.some((n) => n.includes(text)),
  );
  return (called.length > 0 ? called : kin).map(({ device }) => device);
}

function kindReading(devices: readonly NamedDevice[], words: readonly Word[], place?: PlaceWord): Reading | undefined {
  const word = kindWord(joined(words));
  if (!word) return undefined;
  const within = place ? devices.filter(({ device }) => inPlace(place, device)) : devices;
  const general = word.general.has("light");
  return {
    by: "kind",
    devices: ofKind(within, word, words),
    place,
    plural: isPlural(words),
    general,
    what: textOf(words),
  };
}

function byName(
  devices: readonly NamedDevice[],
  words: readonly Word[],
  fits: (fit: Fit, device: Device) => boolean,
  place?: PlaceWord,
): Reading {
  const found = devices.filter((entry) => {
    if (place && !inPlace(place, entry.device)) return false;
    return fits(fitOf(entry, words), entry.device);
  });
  return named(found, words, place);
}

/** "kitchen light", "light in the kitchen", "livingroomlight": a place and what remains. */
export function placeSplits(
  vocabulary: Vocabulary,
  words: readonly Word[],
): { place: PlaceWord; rest: readonly Word[] }[] {
  const splits: { place: PlaceWord; rest: readonly Word[] }[] = [];
  const add = (where: readonly Word[], rest: readonly Word[]): void => {
    const place = vocabulary.place(joined(where));
    if (place) splits.push({ place, rest });
  };
  for (let i = words.length; i > 0; i--) add(words.slice(0, i), words.slice(i));
  for (const { what, where } of splitAtPlace(words)) add(where, what);
  for (let i = 1; i < words.length; i++) add(words.slice(i), words.slice(0, i));
  const only = words.length === 1 ? words[0] : undefined;
  for (let i = 2; only && i < only.key.length; i++) {
    add([{ key: only.key.slice(0, i), plural: false }], [{ key: only.key.slice(i), plural: only.plural }]);
  }
  return splits;
}

function* placed(vocabulary: Vocabulary, words: readonly Word[], all: boolean): Generator<Reading> {
  const { devices } = vocabulary;
  for (const { place, rest } of placeSplits(vocabulary, words)) {
    // "bedroom lights upstairs": a place within a place.
    const inner = rest.length > 1 ? placeSplits(vocabulary, rest)[0] : undefined;
    if (rest.length === 0 || (rest.length === 1 && /^(1|one|thing|device)$/.test(rest[0]?.key ?? ""))) {
      const within = devices.filter(({ device }) => inPlace(place, device)).map(({ device }) => device);
      yield { by: "place", devices: within, place, plural: true, general: false, what: "" };
      continue;
    }
    const kind = kindReading(devices, rest, place);
    // "kitchen lamps" and "every kitchen lamp" are all of them; "kitchen ceiling light" may be the one called "Kitchen ceiling".
    if (kind?.plural || (kind && all)) yield kind;
    yield byName(devices, rest, (fit) => fit.exact, place);
    yield byName(devices, rest, (fit) => fit.like || fit.local, place);
    if (kind) yield kind;
    if (inner && inner.rest.length > 0) {
      const both = devices.filter(({ device }) => inPlace(place, device) && inPlace(inner.place, device));
      const reading = kindReading(both, inner.rest, inner.place);
      if (reading) yield reading;
    }
  }
}

/** "the lamp by the couch" is the couch lamp. */
function* turned(vocabulary: Vocabulary, words: readonly Word[]): Generator<Reading> {
  for (const { what, where } of splitAtPlace(words)) {
    if (what.length === 0) continue;
    const order = [...where, ...what];
    for (const fits of [(fit: Fit) => fit.like, (fit: Fit) => fit.local]) {
      yield { ...byName(vocabulary.devices, order, fits), plural: isPlural(what) };
    }
  }
}

/** The name as a person would type it: same words, and plural only where the name is. */
export function exactReading(vocabulary: Vocabulary, words: readonly Word[], text: string): Reading {
  const key = joined(words);
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replace(/^(the|my|our) /, "")
      .replace(/[^\p{L}\p{N}]/gu, "");
  const said = plain(text.trim());
  const found = vocabulary.devices.filter((entry) => {
    if (!entry.exact.has(key)) return false;
    return !isPlural(words) || [entry.device.name, ...entry.device.aliases].some((name) => plain(name) === said);
  });
  return named(found, words);
}

/** All readings in order of trust. The first that finds a fit device counts. */
export function* readingsOf(
  vocabulary: Vocabulary,
  words: readonly Word[],
  { room, all }: { room: string | undefined; all: boolean },
): Generator<Reading> {
  yield* placed(vocabulary, words, all);
  const { devices } = vocabulary;
  yield byName(devices, words, (fit) => fit.exact);
  yield byName(devices, words, (fit) => fit.like);
  yield byName(devices, words, (fit, device) => fit.local && device.area === room);
  yield byName(devices, words, (fit) => fit.shuffled);
  yield* turned(vocabulary, words);
  const kind = kindReading(devices, words);
  if (kind) yield kind;
  yield byName(devices, words, (fit) => fit.local);
}

/** Devices whose names, room and kind together hold every word said: good for a question, not for acting. */
export function partlyNamed(vocabulary: Vocabulary, words: readonly Word[]): Device[] {
  const kindAt = words.findIndex((_, i) => kindWord(joined(words.slice(i))) !== undefined);
  const kind = kindAt > 0 ? kindWord(joined(words.slice(kindAt))) : undefined;
  const rest = kind ? words.slice(0, kindAt) : words;
  const found = vocabulary.devices.filter(({ device, text }) => {
    if (kind && !kind.kinds.has(device.kind)) return false;
    const area = vocabulary.home.areas.find((candidate) => candidate.id === device.area);
    const hay = `${text.join("")} ${area?.name.toLowerCase() ?? ""} ${KINDS[device.kind].label[0]} `;
    return rest.length > 0 && rest.every((word) => hay.includes(` ${word.key} `));
  });
  return found.map(({ device }) => device);
}
