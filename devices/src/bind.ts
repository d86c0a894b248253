// A spoken phrase → devices of this home, or a question, or an honest "unknown". It never guesses and never picks at random.
import type { Speaker } from "./call.ts";
import type { Device, Home } from "./home.ts";
import type { Kind } from "./kinds.ts";
import { lexicon } from "./lexicon.ts";
import { nearestNames } from "./nearest.ts";
import { isHere, isPair, isPronoun, isReference, type Phrase, parsePhrase, splitAtPlace } from "./phrase.ts";
import { exactReading, partlyNamed, placeSplits, type Reading, readingsOf } from "./readings.ts";
import { kindWord, type Vocabulary, vocabularyOf } from "./vocabulary.ts";
import { joined, type Word, wordsOf } from "./words.ts";

/** What a tool asks of a device. */
export interface Need {
  able(device: Device): boolean;
  /** Kinds meant first when only a place was named: "turn off the kitchen" means its lights. */
  readonly first: ReadonlySet<Kind>;
  /** Kinds that "everything" takes; absent: whatever is able. */
  readonly everything?: ReadonlySet<Kind>;
  /** A place alone may mean several devices at once. */
  readonly wide: boolean;
  /** Settles a choice by what goes on: the speaker that plays, the blind that moves. First test that leaves one wins. */
  readonly prefer?: readonly ((device: Device) => boolean)[];
  /** With no name said, what goes on in another room is meant before what rests in this one. */
  readonly roams?: boolean;
  /** Several answers do no harm: reading. */
  readonly many?: boolean;
}

export type Binding =
  | { readonly status: "bound"; readonly devices: readonly Device[] }
  | { readonly status: "ambiguous"; readonly candidates: readonly Device[] }
  | { readonly status: "unknown"; readonly phrase: string; readonly nearest: readonly string[] }
  /** The place is known and holds no such thing. */
  | { readonly status: "absent"; readonly what: string; readonly place: string }
  | { readonly status: "no_capability"; readonly devices: readonly Device[] };

interface Asking {
  readonly vocabulary: Vocabulary;
  readonly need: Need;
  readonly speaker: Speaker;
  readonly all: boolean;
  readonly both: boolean;
  readonly everything: boolean;
  readonly excluded: ReadonlySet<string>;
  /** "the other light": one of them. */
  readonly lone: boolean;
}

const bound = (devices: readonly Device[]): Binding => ({ status: "bound", devices });
const ambiguous = (candidates: readonly Device[]): Binding => ({ status: "ambiguous", candidates });

function preferred(need: Need, devices: readonly Device[]): Device | undefined {
  for (const test of need.prefer ?? []) {
    const left = devices.filter(test);
    if (left.length > 0) return left.length === 1 ? left[0] : undefined;
  }
  return undefined;
}

function settle(asking: Asking, devices: readonly Device[]): Binding {
  if (asking.need.many) return bound(devices);
  const only = preferred(asking.need, devices);
  return only ? bound([only]) : ambiguous(devices);
}

/** A place alone: the kinds this tool means first, all of them when the tool is wide. */
function choosePlace(asking: Asking, devices: readonly Device[]): Binding {
  const { need } = asking;
  if (asking.everything || asking.all) {
    const kinds = need.everything;
    const taken = kinds ? devices.filter((device) => kinds.has(device.kind)) : devices;
    return taken.length > 0 ? bound(taken) : ambiguous(devices);
  }
  if (need.many) return bound(devices);
  const first = devices.filter((device) => need.first.has(device.kind));
  if (first.length === 1 || (first.length > 1 && need.wide)) return bound(first);
  return settle(asking, first.length > 0 ? first : devices);
}

function chooseIn(asking: Asking, reading: Reading, devices: readonly Device[]): Binding {
  if (devices.length === 1 || reading.plural) return bound(devices);
  const oneRoom = (reading.place?.areas.size ?? 0) <= 1 && !reading.place?.whole;
  return reading.general && oneRoom && !asking.lone ? bound(devices) : settle(asking, devices);
}

function choose(asking: Asking, reading: Reading, able: readonly Device[]): Binding {
  const { speaker } = asking;
  const here = able.filter((device) => speaker.area !== undefined && device.area === speaker.area);
  if (asking.both)
    return [here, able].some(({ length }) => length === 2) ? bound(here.length === 2 ? here : able) : ambiguous(able);
  if (reading.by === "place") return able.length === 1 && !asking.everything ? bound(able) : choosePlace(asking, able);
  if (asking.all || able.length === 1) return bound(able);
  if (reading.place) return chooseIn(asking, reading, able);
  if (here.length > 0) return chooseIn(asking, reading, here);
  const rooms = new Set(able.map((device) => device.area));
  if (rooms.size === 1 && reading.plural) return bound(able);
  return settle(asking, able);
}

/** Devices a group may take: able, not excluded, and essential ones only by their own name. */
function fit(asking: Asking, reading: Reading): Device[] {
  return reading.devices.filter((device) => {
    if (asking.excluded.has(device.id) || !asking.need.able(device)) return false;
    return !device.essential || reading.by === "name" || (reading.devices.length === 1 && reading.by === "kind");
  });
}

/** In "the lights in the conservatory" it is the place that nobody knows. */
function unknownPlace(vocabulary: Vocabulary, words: readonly Word[]): string | undefined {
  const split = splitAtPlace(words).find(({ what }) => kindWord(joined(what)));
  if (!split || vocabulary.place(joined(split.where))) return undefined;
  return split.where.map((word) => word.key).join(" ");
}

function nothingFound(asking: Asking, words: readonly Word[], text: string): Binding {
  const { vocabulary } = asking;
  const partly = partlyNamed(vocabulary, words).filter((device) => asking.need.able(device) && !device.essential);
  if (partly.length > 0) {
    const oneRoom = new Set(partly.map((device) => device.area)).size === 1;
    return asking.all || (words.at(-1)?.plural === true && oneRoom) ? bound(partly) : ambiguous(partly);
  }
  const split = placeSplits(vocabulary, words).find(({ rest }) => rest.length === 0 || kindWord(joined(rest)));
  if (split) {
    const what = split.rest.map((word) => word.key).join(" ");
    return { status: "absent", what, place: split.place.label };
  }
  const where = unknownPlace(vocabulary, words);
  if (where !== undefined) {
    const { areas, floors } = vocabulary.home;
    const places = [...areas, ...floors].flatMap(({ name, aliases }) => [name, ...aliases]);
    return { status: "unknown", phrase: where, nearest: nearestNames(where, places, 2) };
  }
  const names = lexicon({ ...vocabulary.home, people: [], lists: [] }).filter((name) => !/^(all|every)/.test(name));
  return { status: "unknown", phrase: text, nearest: nearestNames(text, names, 3) };
}

const ableOfLast = ({ vocabulary, speaker, need }: Asking): Device[] =>
  vocabulary.home.devices.filter((device) => speaker.last?.includes(device.id) && need.able(device));

function bindReference(asking: Asking, isOfTwo = false): Binding {
  const { speaker, vocabulary } = asking;
  if (speaker.refers === "here") return bindRoom(asking, true);
  // The model writes "it" for "it's dark", too, which is said of the room.
  if (speaker.refers === "nothing" && speaker.area !== undefined) return bindRoom(asking, false);
  const last = vocabulary.home.devices.filter((device) => speaker.last?.includes(device.id));
  const able = ableOfLast(asking);
  if (isOfTwo && able.length !== 2) return ambiguous(able);
  if (able.length > 0) return bound(able);
  if (last.length > 0) return { status: "no_capability", devices: last };
  return speaker.last?.length === 0 ? ambiguous([]) : bindRoom(asking, false);
}

/** No name: what "it" is, where it was said; else the room, and what was touched last where several could be meant. */
function bindNothing(asking: Asking): Binding {
  const { speaker } = asking;
  const able = ableOfLast(asking);
  const points = speaker.refers === "it" || speaker.refers === "them";
  if (points && able.length > 0) return bound(able);
  // "It" may be the air in "make it warmer"; "them" are things, and these cannot be what the tool is for.
  if (speaker.refers === "them" && speaker.last !== undefined) return ambiguous([]);
  const binding = bindRoom(asking, speaker.refers === "here");
  if (binding.status !== "ambiguous" || able.length === 0) return binding;
  return binding.candidates.some(({ id }) => able.some((device) => device.id === id)) ? bound(able) : binding;
}

/** "There" is the room of what was touched last, when that was one room. */
function standing(home: Home, speaker: Speaker): Speaker {
  if (speaker.refers !== "there") return speaker;
  const rooms = new Set(home.devices.filter(({ id }) => speaker.last?.includes(id)).map(({ area }) => area));
  const [only] = rooms;
  const { area: _, ...rest } = speaker;
  return rooms.size === 1 && only !== undefined ? { ...rest, area: only } : rest;
}

/** "Here", or nothing said: the speaker's room, else the only able device of the home, else a question. */
function bindRoom(asking: Asking, strict: boolean): Binding {
  const { vocabulary, speaker, need } = asking;
  const able = vocabulary.home.devices.filter((device) => need.able(device) && !device.essential);
  const here = able.filter((device) => speaker.area !== undefined && device.area === speaker.area);
  const active = need.roams && !strict ? need.prefer?.[0] : undefined;
  if (active && !here.some(active)) {
    const going = able.filter(active);
    if (going.length === 1) return bound(going);
  }
  if (here.length > 0) return here.length === 1 ? bound(here) : choosePlace(asking, here);
  if (strict && speaker.area) {
    const place = vocabulary.home.areas.find((area) => area.id === speaker.area)?.name ?? speaker.area;
    return { status: "absent", what: "", place };
  }
  if (able.length === 1) return bound(able);
  return able.length === 0 ? { status: "no_capability", devices: [] } : settle(asking, able);
}

function bindPart(asking: Asking, part: readonly Word[], text: string): Binding {
  if (isReference(part)) return bindReference(asking);
  if (isHere(part)) return bindRoom(asking, true);
  const { vocabulary, speaker } = asking;
  const words = withRoom(part, speaker, vocabulary.home);
  const room = speaker.area;
  let unfit: readonly Device[] = [];
  let isPlace = false;
  let asked: Binding | undefined;
  for (const reading of readingsOf(vocabulary, words, { room, all: asking.all })) {
    const able = fit(asking, reading);
    const made = able.length > 0 ? choose(asking, reading, able) : undefined;
    // "Both blinds" may be those of the home, where this room has one.
    if (made && (made.status === "bound" || !asking.both)) return made;
    asked ??= made;
    isPlace ||= reading.by === "place";
    if (unfit.length === 0 && !isPlace) unfit = reading.devices;
  }
  if (asked || unfit.length === 0) return asked ?? nothingFound(asking, words, text);
  return { status: "no_capability", devices: unfit };
}

/** "the lights in here" → "the lights in the kitchen", said in the kitchen; "there" likewise. */
function withRoom(words: readonly Word[], speaker: Speaker, home: Home): readonly Word[] {
  const room = home.areas.find((area) => area.id === speaker.area);
  const keys = words.map((word) => word.key).join(" ");
  const tail = / (in here|here|in this room|in room|(?:in |over )?there)$/.exec(keys)?.[1];
  if (!room || !tail) return words;
  return [...wordsOf(room.name), ...words.slice(0, words.length - tail.split(" ").length)];
}

/** In "kitchen and bedroom lights" the kitchen gets its lights, in "kitchen lights and fan" the fan its kitchen. */
function shareWords(vocabulary: Vocabulary, parts: readonly (readonly Word[])[]): (readonly Word[])[][] {
  const splits = parts.map((part) => placeSplits(vocabulary, part));
  const kindOf = (part: readonly Word[]): readonly Word[] | undefined => {
    for (let i = 1; i < part.length; i++) if (kindWord(joined(part.slice(i)))) return part.slice(i);
    const front = splits[parts.indexOf(part)]?.find(({ rest }) => rest.length > 0 && kindWord(joined(rest)));
    return front?.rest;
  };
  const kinds = parts.map(kindOf);
  const kind = kinds.findLast((words) => words !== undefined);
  return parts.map((part, i) => {
    const isKind = kindWord(joined(part)) !== undefined;
    if (isKind) {
      const place = splits
        .slice(0, i)
        .flat()
        .findLast(({ rest }) => rest.length > 0)?.place;
      return place ? [[...wordsOf(place.label), ...part], part] : [part];
    }
    return kind && !kinds[i] ? [[...part, ...kind], part] : [part];
  });
}

function bindParts(asking: Asking, phrase: Phrase, text: string): Binding {
  const { vocabulary } = asking;
  if (phrase.parts.length === 0) {
    const able = vocabulary.home.devices.filter((device) => asking.need.able(device) && !device.essential);
    return phrase.all ? choosePlace(asking, able) : bindNothing(asking);
  }
  if (phrase.parts.length === 1) return bindPart(asking, phrase.parts[0] ?? [], text);
  const found: Device[] = [];
  for (const ways of shareWords(vocabulary, phrase.parts)) {
    const tries = ways.map((words) => bindPart(asking, words, words.map((word) => word.key).join(" ")));
    const best = tries.find((binding) => binding.status === "bound") ?? tries.at(-1);
    if (best?.status !== "bound") return best ?? ambiguous([]);
    found.push(...best.devices);
  }
  return bound([...new Set(found)]);
}

/** Takes away what was excepted. An exception that cannot be bound stops everything: acting on too much is worse. */
function bindExcept(asking: Asking, phrase: Phrase, except: Phrase, text: string): Binding {
  const spared = bindParts({ ...asking, all: true, everything: false, excluded: new Set() }, except, text);
  if (spared.status !== "bound") return spared;
  const ids = new Set(spared.devices.map((device) => device.id));
  const base = bindParts({ ...asking, excluded: ids }, phrase, text);
  if (base.status !== "bound") return base;
  // "all but the kitchen lights" speaks of lights, "everything but …" of everything.
  const kinds = new Set(spared.devices.map((device) => device.kind));
  const sameKind = phrase.parts.length === 0 && !phrase.everything;
  const left = base.devices.filter((device) => !ids.has(device.id) && (!sameKind || kinds.has(device.kind)));
  return left.length > 0 ? bound(left) : ambiguous([]);
}

/** Binds a phrase as said (or its absence) to the devices that can do what the tool needs. */
export function bindPhrase(home: Home, text: string | undefined, need: Need, asker: Speaker): Binding {
  const vocabulary = vocabularyOf(home);
  const speaker = standing(home, asker);
  const nothing = { all: false, both: false, everything: false, lone: false, excluded: new Set<string>() };
  const words = wordsOf(text ?? "");
  if (text === undefined || words.length === 0) return bindNothing({ vocabulary, need, speaker, ...nothing });
  if (isReference(words)) return bindReference({ vocabulary, need, speaker, ...nothing }, isPair(words));
  const phrase = parsePhrase(text);
  const excluded = phrase.other ? new Set(speaker.last) : nothing.excluded;
  const lone = phrase.other && phrase.parts[0]?.at(-1)?.plural === false;
  const { all, both, everything } = phrase;
  const asking: Asking = { vocabulary, need, speaker, all, both, everything, excluded, lone };
  const exact = exactReading(vocabulary, words, text);
  const able = fit(asking, exact);
  if (able.length > 0) return choose({ ...asking, all: false, both: false, everything: false }, exact, able);
  if (phrase.except) return bindExcept(asking, phrase, phrase.except, text);
  const only = phrase.parts[0];
  if (only && isPronoun(only) && phrase.parts.length === 1) return bindReference(asking);
  return bindParts(asking, phrase, text);
}
