// Home Assistant's lists as devices, rooms, floors and scenes of a home.
import type { Area, Device, Floor, Scene } from "../home.ts";
import { findDomain } from "./domains.ts";
import { type Domain, domainOf, type Entity, isSilent, textIn, type View } from "./entity.ts";
import { exposureOf } from "./exposure.ts";
import type { DeviceEntry, EntityEntry, Lists, PlaceEntry } from "./lists.ts";
import { placeId, spoken } from "./names.ts";

/** One device of ours and how to speak with it. */
export interface Known {
  readonly device: Device;
  readonly domain: Domain;
  /** By which other adapters may know it: a Zigbee address. */
  readonly hardware: readonly string[];
}

export interface Catalogued {
  /** By entity id. */
  readonly known: ReadonlyMap<string, Known>;
  readonly areas: readonly Area[];
  readonly floors: readonly Floor[];
  readonly scenes: readonly Scene[];
  /** Entities that found no room. */
  readonly left: number;
  /** Of how many the owner's own choice was read. */
  readonly chosen: number;
}

export interface CatalogueOptions {
  /** Rooms and floors that the home has already. */
  readonly areas: readonly Area[];
  readonly floors: readonly Floor[];
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Tells the devices of several Home Assistants apart; empty for the first. */
  readonly mark: string;
  viewOf(entityId: string): View;
}

// A home holds 2,000 devices; other adapters need room too.
const MOST_ENTITIES = 1_500;

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const namesOf = (value: unknown): string[] => listed(value).flatMap((one) => spoken(String(one)) ?? []);

/** "0x00158d…": what Zigbee2MQTT writes into identifiers, and Home Assistant's own Zigbee into connections. */
export function hardwareOf(entry: DeviceEntry | undefined): string[] {
  const pairs = [...listed(entry?.connections), ...listed(entry?.identifiers)];
  const found = pairs.flatMap((pair) => {
    const [kind, value] = listed(pair).map(String);
    const inside = /0x[0-9a-f]{16}/i.exec(value ?? "")?.[0];
    const bare = kind === "zigbee" || kind === "zha" ? (value ?? "").replaceAll(":", "") : "";
    return inside ?? (/^[0-9a-f]{16}$/i.test(bare) ? `0x${bare}` : []);
  });
  return [...new Set(found.map((one) => one.toLowerCase()))];
}

interface Places {
  readonly areas: readonly Area[];
  readonly floors: readonly Floor[];
  /** Our id by Home Assistant's. */
  readonly idOf: ReadonlyMap<string, string>;
}

type Named = { readonly id: string; readonly name: string; readonly aliases: readonly string[] };

/** The home's own room of that name, where there is one: its id and its words count. */
function findOwn<T extends Named>(own: readonly T[], id: string, name: string): T | undefined {
  const lower = name.toLowerCase();
  return (
    own.find((place) => [place.name, ...place.aliases].some((one) => one.toLowerCase() === lower)) ??
    own.find((place) => place.id === id)
  );
}

function placesOf(lists: Lists, { areas: ownAreas, floors: ownFloors, mark }: CatalogueOptions): Places {
  const idOf = new Map<string, string>();
  const floors = lists.floors.flatMap((entry): Floor[] => {
    const { name, id } = called(entry, entry.floor_id ?? "", mark);
    const own = findOwn(ownFloors, id, name);
    idOf.set(`floor ${entry.floor_id}`, own?.id ?? id);
    const level = typeof entry.level === "number" && Number.isInteger(entry.level) ? entry.level : 0;
    return own ? [] : [{ id, name, aliases: namesOf(entry.aliases), level }];
  });
  const areas = lists.areas.flatMap((entry): Area[] => {
    const { name, id } = called(entry, entry.area_id ?? "", mark);
    const own = findOwn(ownAreas, id, name);
    idOf.set(`area ${entry.area_id}`, own?.id ?? id);
    return own ? [] : [{ id, name, aliases: namesOf(entry.aliases), floor: idOf.get(`floor ${entry.floor_id}`) }];
  });
  return { areas, floors, idOf };
}

function called(entry: PlaceEntry, key: string, mark: string): { id: string; name: string } {
  return { id: placeId(key), name: spoken(String(entry.name)) ?? spoken(key) ?? `place ${mark}${key.slice(-4)}` };
}

interface Making extends CatalogueOptions {
  readonly lists: Lists;
  readonly places: Places;
  readonly entries: ReadonlyMap<string, EntityEntry>;
  readonly devices: ReadonlyMap<string, DeviceEntry>;
}

function knownOf(entity: Entity, { entries, devices, places, aliases, mark, viewOf }: Making): Known | undefined {
  const { entity_id: id, attributes } = entity;
  const domain = findDomain(id);
  if (domain === undefined) return undefined;
  const friendly = textIn(attributes, "friendly_name") ?? "";
  const facts = domain.facts(entity, friendly);
  if (facts === undefined) return undefined;
  const entry = entries.get(id);
  const owner = devices.get(entry?.device_id ?? "");
  const area = entry?.area_id ?? owner?.area_id;
  const view = viewOf(id);
  const device: Device = {
    id: `ha${mark}_${id.replace(".", "_").slice(0, 56)}`,
    name: spoken(friendly) ?? spoken(id.slice(id.indexOf(".") + 1)) ?? `device ${id.slice(-4)}`,
    aliases: namesOf(aliases.get(id)),
    area: area ? places.idOf.get(`area ${area}`) : undefined,
    ...facts,
    address: mark === "" ? id : `${id}@${mark}`,
    essential: false,
    state: isSilent(entity) ? {} : domain.read(entity, view),
    reachable: !isSilent(entity),
  };
  return { device, domain, hardware: hardwareOf(owner) };
}

/** A scene of Home Assistant is one command; ours is a wish for one device that stands for it. */
const sceneOf = ({ id, name, aliases, area }: Device): Scene => ({
  id,
  name,
  aliases,
  area,
  set: { [id]: { on: true } },
});

// A scene that moves one of these would go past the question that unlocking asks.
const GUARDED = /^(lock|alarm_control_panel|cover|valve)\./;

function isGuarded({ entity_id: id, attributes }: Entity): boolean {
  return domainOf(id) === "scene" && listed(attributes.entity_id).some((one) => GUARDED.test(String(one)));
}

/** The entities that may be spoken to and are of use. */
export function exposedEntities(lists: Lists): { entities: Entity[]; chosen: number } {
  const entries = new Map(lists.entities.map((entry) => [entry.entity_id, entry]));
  let chosen = 0;
  const entities = lists.states.filter((entity) => {
    if (findDomain(entity.entity_id)?.facts(entity, "") === undefined || isGuarded(entity)) return false;
    const entry = entries.get(entity.entity_id);
    if (entry?.disabled_by) return false;
    const { isExposed, by } = exposureOf(lists, entity, entry);
    if (by === "assist") chosen += 1;
    return isExposed;
  });
  return { entities, chosen };
}

export function catalogued(lists: Lists, options: CatalogueOptions): Catalogued {
  const { entities, chosen } = exposedEntities(lists);
  const places = placesOf(lists, options);
  const making: Making = {
    ...options,
    lists,
    places,
    entries: new Map(lists.entities.map((entry) => [entry.entity_id, entry])),
    devices: new Map(lists.devices.map((entry) => [entry.id, entry])),
  };
  const sorted = [...entities].sort((a, b) => (a.entity_id < b.entity_id ? -1 : 1));
  const all = sorted.flatMap((entity): [string, Known][] => {
    const found = knownOf(entity, making);
    return found ? [[entity.entity_id, found]] : [];
  });
  const kept = all.slice(0, MOST_ENTITIES);
  const scenes = kept.filter(([id]) => domainOf(id) === "scene").map(([, { device }]) => sceneOf(device));
  const { areas, floors } = places;
  return { known: new Map(kept), areas, floors, scenes, left: all.length - kept.length, chosen };
}
