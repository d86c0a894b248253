// One entity of Home Assistant as it comes over the wire, and what a domain must know to make a device of it.
import type { Command } from "../adapter.ts";
import type { State } from "../home.ts";
import type { Capability, Kind } from "../kinds.ts";

export type Attributes = Readonly<Record<string, unknown>>;

export interface Entity {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Attributes;
}

/** What an entity is to us; entities that are nothing to us have none. */
export interface Facts {
  readonly kind: Kind;
  readonly capabilities: readonly Capability[];
}

/** How to look at an entity besides its own words. */
export interface View {
  /** Whether this Home Assistant counts in Fahrenheit. */
  readonly isFahrenheit: boolean;
  /** What was last asked of it: reports in steps or other colour spaces that are near it mean it. */
  readonly asked: State;
}

/** One service of the entity's own domain, unless another is named. */
export interface Call {
  readonly service: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Domain {
  facts(entity: Entity, words: string): Facts | undefined;
  read(entity: Entity, view: View): State;
  /** In the order in which they must be done; none when the entity has nothing to set for that. */
  calls(command: Command, entity: Entity, view: View): Call[];
}

export const domainOf = (entityId: string): string => entityId.slice(0, entityId.indexOf("."));

export const numberIn = (attributes: Attributes, key: string): number | undefined => {
  const value = attributes[key];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};

export const textIn = (attributes: Attributes, key: string): string | undefined => {
  const value = attributes[key];
  return typeof value === "string" && value !== "" ? value : undefined;
};

export const listIn = (attributes: Attributes, key: string): string[] => {
  const value = attributes[key];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
};

/** `supported_features` is a sum of bits; Home Assistant's source has a table of them for each domain. */
export const hasFeature = ({ attributes }: Entity, ...bits: number[]): boolean =>
  bits.some((bit) => ((numberIn(attributes, "supported_features") ?? 0) & bit) !== 0);

/** The pairs that are known. */
export function known(pairs: Readonly<Record<string, State[string] | undefined>>): State {
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== undefined)) as State;
}

export const isUnavailable = ({ state }: Entity): boolean => state === "unavailable";
/** "unknown" is also what Home Assistant says of scenes that nobody has used and of what only takes commands. */
export const isSilent = ({ entity_id, state, attributes }: Entity): boolean =>
  state === "unavailable" ||
  (state === "unknown" && domainOf(entity_id) !== "scene" && attributes.assumed_state !== true);
