// What Home Assistant lists: states, entities, devices, areas, floors, and what is exposed to Assist.
import type { Entity } from "./entity.ts";
import type { Answer, Socket } from "./socket.ts";

export interface EntityEntry {
  readonly entity_id: string;
  readonly device_id?: string | null;
  readonly area_id?: string | null;
  readonly hidden_by?: string | null;
  readonly disabled_by?: string | null;
  readonly entity_category?: string | null;
  readonly options?: { readonly conversation?: { readonly should_expose?: unknown } } | null;
}

export interface DeviceEntry {
  readonly id: string;
  readonly area_id?: string | null;
  readonly connections?: unknown;
  readonly identifiers?: unknown;
}

export interface PlaceEntry {
  readonly name?: unknown;
  readonly aliases?: unknown;
  readonly area_id?: string;
  readonly floor_id?: string | null;
  readonly level?: unknown;
}

export interface Lists {
  readonly states: readonly Entity[];
  readonly entities: readonly EntityEntry[];
  readonly devices: readonly DeviceEntry[];
  readonly areas: readonly PlaceEntry[];
  readonly floors: readonly PlaceEntry[];
  /** Undefined: the token may not read it. */
  readonly exposed: Readonly<Record<string, { readonly conversation?: unknown }>> | undefined;
  /** Whether Home Assistant exposes what is new by its own rule; undefined: the token may not read it. */
  readonly exposesNew: boolean | undefined;
  readonly isFahrenheit: boolean;
  /** False while it starts: what is not listed may still come. */
  readonly isRunning: boolean;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fieldsOf = (answer: Answer): Record<string, unknown> | undefined =>
  answer.is === "result" && isFields(answer.result) ? answer.result : undefined;

/** Lists come from the wire: an entry without its key costs that entry only. */
function rowsOf<T>(answer: Answer, key: string): T[] {
  const rows = answer.is === "result" && Array.isArray(answer.result) ? answer.result : [];
  return rows.filter((row) => isFields(row) && typeof row[key] === "string") as T[];
}

const isEntity = (entity: Entity): boolean => typeof entity.state === "string" && isFields(entity.attributes);

/** Undefined when the connection broke, or Home Assistant would not tell its states. */
export async function readLists({ request }: Socket): Promise<Lists | undefined> {
  const ask = (type: string, more: object = {}): Promise<Answer> => request({ type, ...more });
  const [states, entities, devices, areas, floors, exposed, exposesNew, config] = await Promise.all([
    ask("get_states"),
    ask("config/entity_registry/list"),
    ask("config/device_registry/list"),
    ask("config/area_registry/list"),
    // Before 2024.4 there are no floors.
    ask("config/floor_registry/list"),
    ask("homeassistant/expose_entity/list"),
    ask("homeassistant/expose_new_entities/get", { assistant: "conversation" }),
    ask("get_config"),
  ]);
  if (states.is !== "result" || entities.is !== "result" || config.is !== "result") return undefined;
  const told = fieldsOf(config);
  const units = told?.unit_system;
  const list = fieldsOf(exposed)?.exposed_entities;
  const exposeNew = fieldsOf(exposesNew)?.expose_new;
  return {
    states: rowsOf<Entity>(states, "entity_id").filter(isEntity),
    entities: rowsOf(entities, "entity_id"),
    devices: rowsOf(devices, "id"),
    areas: rowsOf(areas, "area_id"),
    floors: rowsOf(floors, "floor_id"),
    exposed: isFields(list) ? (list as Lists["exposed"]) : undefined,
    exposesNew: typeof exposeNew === "boolean" ? exposeNew : undefined,
    isFahrenheit: isFields(units) && units.temperature === "°F",
    isRunning: told?.state === "RUNNING",
  };
}

/** The other names of entities, which only the long form of an entry has. */
export async function readAliases(
  { request }: Socket,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const told = fieldsOf(await request({ type: "config/entity_registry/get_entries", entity_ids: ids })) ?? {};
  const pairs = Object.entries(told).map(([id, entry]): [string, string[]] => {
    const aliases = isFields(entry) && Array.isArray(entry.aliases) ? entry.aliases : [];
    return [id, aliases.filter((one): one is string => typeof one === "string")];
  });
  return new Map(pairs);
}
