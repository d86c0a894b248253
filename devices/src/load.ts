// A plain object (from a config file or another program) → Home; every fault names its place.
import { DeviceError } from "./errors.ts";
import type { Area, Device, Floor, Home, Place, Scene, State, Value } from "./home.ts";
import { CAPABILITIES, type Capability, KIND_NAMES, KINDS, type Kind } from "./kinds.ts";
import { nearestNames } from "./nearest.ts";

type Fields = Readonly<Record<string, unknown>>;

// Names reach the model and the speaker's ear, so nothing that could carry markup or control text gets in.
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.'’&/-]{0,47}$/u;
const ID = /^[\w.:-]{1,64}$/;
const MOST_DEVICES = 2000;

function fail(place: string, why: string): never {
  throw new DeviceError("config.home", { place, why });
}

function oneOf<T extends string>(place: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  const near = typeof value === "string" ? nearestNames(value, allowed, 1)[0] : undefined;
  return fail(
    place,
    `${JSON.stringify(value)} is none of ${allowed.join(", ")}${near ? ` (did you mean ${near}?)` : ""}`,
  );
}

function fieldsOf(place: string, value: unknown, allowed: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(place, "must be an object");
  for (const key of Object.keys(value)) {
    if (allowed.includes(key)) continue;
    const near = nearestNames(key, allowed, 1)[0];
    fail(`${place}.${key}`, `is not known here${near ? ` (did you mean ${near}?)` : ""}`);
  }
  return value as Fields;
}

function listOf<T>(place: string, value: unknown, read: (place: string, item: unknown) => T): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return fail(place, "must be a list");
  return value.map((item, index) => read(`${place}[${index}]`, item));
}

function readName(place: string, value: unknown): string {
  if (typeof value !== "string") return fail(place, "must be a text");
  const name = value.normalize("NFC").trim().replace(/\s+/g, " ");
  if (!NAME.test(name))
    return fail(place, `${JSON.stringify(value)} is no name: letters, digits and spaces, at most 48`);
  return name;
}

function readId(place: string, value: unknown): string {
  if (typeof value !== "string" || !ID.test(value)) return fail(place, "must be an id: letters, digits, _ . : -");
  return value;
}

function readState(place: string, value: unknown): State {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fail(place, "must be an object");
  const state: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    const ok =
      typeof item === "string" || typeof item === "boolean" || (typeof item === "number" && Number.isFinite(item));
    if (!ok) fail(`${place}.${key}`, "must be a text, a number, true or false");
    state[key] = item as Value;
  }
  return state;
}

function readPlace(place: string, fields: Fields): Place {
  return {
    id: readId(`${place}.id`, fields.id),
    name: readName(`${place}.name`, fields.name),
    aliases: listOf(`${place}.aliases`, fields.aliases, readName),
  };
}

const PLACE_KEYS = ["id", "name", "aliases"];

function readFloor(place: string, value: unknown): Floor {
  const fields = fieldsOf(place, value, [...PLACE_KEYS, "level"]);
  const level = fields.level;
  if (typeof level !== "number" || !Number.isInteger(level)) return fail(`${place}.level`, "must be a whole number");
  return { ...readPlace(place, fields), level };
}

function readReference(place: string, value: unknown, known: readonly Place[]): string | undefined {
  if (value === undefined || value === null) return undefined;
  return oneOf(
    place,
    value,
    known.map((item) => item.id),
  );
}

function readDevice(place: string, value: unknown, areas: readonly Area[]): Device {
  const extra = ["area", "kind", "capabilities", "address", "essential", "state", "reachable"];
  const fields = fieldsOf(place, value, [...PLACE_KEYS, ...extra]);
  const kind: Kind = oneOf(`${place}.kind`, fields.kind, KIND_NAMES);
  const named = readPlace(place, fields);
  const capabilities = fields.capabilities
    ? listOf(`${place}.capabilities`, fields.capabilities, (at, item) => oneOf(at, item, CAPABILITIES))
    : ([...KINDS[kind].capabilities] as Capability[]);
  const address = fields.address ?? named.id;
  if (typeof address !== "string" || address === "") fail(`${place}.address`, "must be a text");
  return {
    ...named,
    area: readReference(`${place}.area`, fields.area, areas),
    kind,
    capabilities,
    address,
    essential: fields.essential === true,
    state: readState(`${place}.state`, fields.state),
    reachable: fields.reachable !== false,
  };
}

function readScene(place: string, value: unknown, areas: readonly Area[], devices: readonly Device[]): Scene {
  const fields = fieldsOf(place, value, [...PLACE_KEYS, "area", "set"]);
  const set = fieldsOf(
    `${place}.set`,
    fields.set,
    devices.map((device) => device.id),
  );
  const wanted = Object.entries(set).map(([id, state]) => [id, readState(`${place}.set.${id}`, state)] as const);
  return {
    ...readPlace(place, fields),
    area: readReference(`${place}.area`, fields.area, areas),
    set: Object.fromEntries(wanted),
  };
}

function refuseTwice(place: string, what: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) fail(place, `the ${what} ${JSON.stringify(twice)} is used twice`);
}

/** Reads a home from plain data; throws `config.home` naming the first fault's place. */
export function loadHome(plain: unknown): Home {
  const keys = ["name", "unit", "floors", "areas", "devices", "scenes", "people", "lists"];
  const fields = fieldsOf("home", plain, keys);
  const named = (place: string, value: unknown): Place => readPlace(place, fieldsOf(place, value, PLACE_KEYS));
  const floors = listOf("floors", fields.floors, readFloor);
  const areas = listOf("areas", fields.areas, (place, value): Area => {
    const area = fieldsOf(place, value, [...PLACE_KEYS, "floor"]);
    return { ...readPlace(place, area), floor: readReference(`${place}.floor`, area.floor, floors) };
  });
  const devices = listOf("devices", fields.devices, (place, value) => readDevice(place, value, areas));
  if (devices.length > MOST_DEVICES) fail("devices", `at most ${MOST_DEVICES}`);
  const scenes = listOf("scenes", fields.scenes, (place, value) => readScene(place, value, areas, devices));
  for (const [place, items] of Object.entries({ floors, areas, devices, scenes })) {
    const ids = items.map((item) => item.id);
    refuseTwice(place, "id", ids);
  }
  const addresses = devices.map((device) => device.address);
  refuseTwice("devices", "address", addresses);
  return {
    name: fields.name === undefined ? "Home" : readName("name", fields.name),
    unit: fields.unit === undefined ? "C" : oneOf("unit", fields.unit, ["C", "F"] as const),
    floors,
    areas,
    devices,
    scenes,
    people: listOf("people", fields.people, named),
    lists: listOf("lists", fields.lists, named),
  };
}

/** What an adapter has told of a home. */
export interface Found {
  readonly devices: readonly Device[];
  readonly areas: readonly Area[];
  readonly floors: readonly Floor[];
  readonly scenes: readonly Scene[];
}

function withNew<T extends Place>(known: readonly T[], found: readonly T[]): readonly T[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...found.filter(({ id }) => !ids.has(id))];
}

/** What an adapter found, joined to the home by address: names and rooms are the home's, abilities and state the adapter's. */
export function mergeFound(home: Home, { devices: found, areas, floors, scenes }: Found): Home {
  const byAddress = new Map(found.map((device) => [device.address, device]));
  const known = home.devices.map((device) => {
    const seen = byAddress.get(device.address);
    byAddress.delete(device.address);
    if (!seen) return device;
    return {
      ...device,
      kind: device.kind,
      capabilities: seen.capabilities.length > 0 ? seen.capabilities : device.capabilities,
      state: { ...device.state, ...seen.state },
      reachable: seen.reachable,
    };
  });
  return {
    ...home,
    floors: withNew(home.floors, floors),
    areas: withNew(home.areas, areas),
    devices: withNew(known, [...byAddress.values()]),
    scenes: withNew(home.scenes, scenes),
  };
}
