// The home's names as keys: which places, kinds and devices a run of words can mean.
import type { Area, Device, Home } from "./home.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { joined, keyOf, type Word, wordsOf } from "./words.ts";

export interface KindWord {
  readonly key: string;
  readonly kinds: ReadonlySet<Kind>;
  /** Kinds of which this word means every device, whatever its name. */
  readonly general: ReadonlySet<Kind>;
}

export interface PlaceWord {
  readonly label: string;
  readonly areas: ReadonlySet<string>;
  readonly whole: boolean;
}

const HOUSE = ["house", "home", "apartment", "flat", "everywhere", "place", "whole house", "every room", "all rooms"];

function kindWords(): Map<string, KindWord> {
  const found = new Map<string, { key: string; kinds: Set<Kind>; general: Set<Kind> }>();
  for (const [kind, facts] of Object.entries(KINDS) as [Kind, (typeof KINDS)[Kind]][]) {
    for (const word of facts.words) {
      const key = keyOf(word.replace("!", ""));
      const entry = found.get(key) ?? { key, kinds: new Set<Kind>(), general: new Set<Kind>() };
      entry.kinds.add(kind);
      if (word.endsWith("!")) entry.general.add(kind);
      found.set(key, entry);
    }
  }
  return found;
}

const KIND_WORDS = kindWords();

export function kindWord(key: string): KindWord | undefined {
  return KIND_WORDS.get(key);
}

/** The ways a name may be said: without its kind ("front door" for "Front door lock"), or with another word for it. */
function likeNames(words: readonly Word[], kind: Kind): string[] {
  const keys: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (!KIND_WORDS.get(joined(words.slice(i)))?.kinds.has(kind)) continue;
    const rest = joined(words.slice(0, i));
    keys.push(`${rest}#${kind}`);
    if (i > 0) keys.push(rest);
  }
  return keys;
}

export interface NamedDevice {
  readonly device: Device;
  readonly exact: ReadonlySet<string>;
  readonly like: ReadonlySet<string>;
  /** Names without the room they begin with: "ceiling light" of "Kitchen ceiling light"; good inside that room only. */
  readonly local: ReadonlySet<string>;
  /** The words of its names in one fixed order: "left curtain" is "Curtain left". */
  readonly shuffled: ReadonlySet<string>;
  /** Of those, the ones as they are written, their kind still on them. */
  readonly bare: ReadonlySet<string>;
  /** Every run of words in its names, to see whether a kind word is part of the name. */
  readonly text: readonly string[];
}

export interface Vocabulary {
  readonly home: Home;
  readonly devices: readonly NamedDevice[];
  place(key: string): PlaceWord | undefined;
}

const inOrder = (words: readonly Word[]): string =>
  words
    .map((word) => word.key)
    .sort()
    .join(" ");

function areaNames(area: Area | undefined): string[] {
  return area ? [area.name, ...area.aliases].map(keyOf) : [];
}

function nameDevice(device: Device, area: Area | undefined): NamedDevice {
  const names = [device.name, ...device.aliases].map(wordsOf);
  const local = new Set<string>();
  const bare = new Set<string>();
  const rooms = new Set(areaNames(area));
  for (const words of names) {
    for (let i = 1; i < words.length; i++) {
      if (!rooms.has(joined(words.slice(0, i)))) continue;
      const rest = words.slice(i);
      bare.add(joined(rest));
      for (const key of [joined(rest), ...likeNames(rest, device.kind)]) if (!key.startsWith("#")) local.add(key);
    }
  }
  const like = names.flatMap((words) => likeNames(words, device.kind)).filter((key) => !key.startsWith("#"));
  return {
    device,
    exact: new Set(names.map(joined)),
    shuffled: new Set(names.filter((words) => words.length > 1).map(inOrder)),
    like: new Set(like),
    local,
    bare,
    text: names.map((words) => ` ${words.map((word) => word.key).join(" ")} `),
  };
}

function placeWords(home: Home): Map<string, PlaceWord> {
  const places = new Map<string, PlaceWord>();
  const add = (text: string, place: PlaceWord): void => {
    const key = keyOf(text);
    if (!places.has(key)) places.set(key, place);
  };
  for (const area of home.areas) {
    const place = { label: area.name, areas: new Set([area.id]), whole: false };
    for (const name of [area.name, ...area.aliases]) add(name, place);
  }
  const levels = [...home.floors].sort((a, b) => a.level - b.level);
  for (const floor of home.floors) {
    const areas = home.areas.filter((area) => area.floor === floor.id).map((area) => area.id);
    const place = { label: floor.name, areas: new Set(areas), whole: false };
    // With exactly two floors the words are plain; with more they depend on where one stands.
    const relative = levels.length !== 2 ? [] : floor === levels[0] ? ["downstairs"] : ["upstairs"];
    for (const name of [floor.name, ...floor.aliases, ...relative]) add(name, place);
  }
  for (const name of HOUSE) add(name, { label: "the house", areas: new Set(home.areas.map((a) => a.id)), whole: true });
  return places;
}

const built = new WeakMap<Home, Vocabulary>();

/** The vocabulary of a home; made once per Home object. */
export function vocabularyOf(home: Home): Vocabulary {
  const known = built.get(home);
  if (known) return known;
  const places = placeWords(home);
  const devices = home.devices.map((device) => {
    const area = home.areas.find((candidate) => candidate.id === device.area);
    return nameDevice(device, area);
  });
  const made: Vocabulary = { home, devices, place: (key) => places.get(key) };
  built.set(home, made);
  return made;
}

export interface Fit {
  readonly exact: boolean;
  readonly like: boolean;
  readonly local: boolean;
  readonly shuffled: boolean;
}

/** How well a run of words names a device: by its very name, by a name as good, by its name inside its room. */
export function fitOf(entry: NamedDevice, words: readonly Word[]): Fit {
  const name = joined(words);
  const others = likeNames(words, entry.device.kind).filter((key) => !key.startsWith("#"));
  const kin = [name, ...others.filter((key) => key.includes("#"))];
  const exact = entry.exact.has(name);
  // A kind word more than the name has ("Rosie the robot") does no harm; both sides dropping one would.
  const like = exact || kin.some((key) => entry.like.has(key)) || others.some((key) => entry.exact.has(key));
  const local = kin.some((key) => entry.local.has(key)) || others.some((key) => entry.bare.has(key));
  return { exact, like, local, shuffled: entry.shuffled.has(inOrder(words)) };
}
