// Zigbee2MQTT's lists (bridge/devices, bridge/groups) as devices of a home: names, rooms, addresses.
import type { Area, Device } from "../home.ts";
import { type Capability, KINDS } from "../kinds.ts";
import type { Expose } from "./codecs.ts";
import { type Shape, shapesOf } from "./exposes.ts";
import { isEssential, named } from "./kinds.ts";
import { areaOf, isTopic, sayEndpoint, slug, spoken } from "./names.ts";

export interface BridgeDevice {
  ieee_address?: string;
  type?: string;
  friendly_name?: string;
  disabled?: boolean;
  description?: string;
  power_source?: string;
  interview_completed?: boolean;
  definition?: { exposes?: Expose[]; description?: string } | null;
}

export interface BridgeGroup {
  id?: number;
  friendly_name?: string;
  members?: { ieee_address?: string }[];
}

/** One device of ours and how to speak with it. */
export interface Known {
  readonly device: Device;
  readonly shape: Shape;
  /** The topic below the base; several devices of ours may share one. */
  readonly topic: string;
  /** It hears nothing until it wakes by itself. */
  readonly isSleepy: boolean;
}

/** What the bridge lists and no command or question can reach. */
export interface Left {
  readonly name: string;
  readonly why: string;
}

export interface Catalogued {
  readonly known: readonly Known[];
  readonly areas: readonly Area[];
  readonly left: readonly Left[];
}

/** `areas`: the rooms that the home has already. */
export function catalogued(
  devices: readonly BridgeDevice[],
  groups: readonly BridgeGroup[],
  areas: readonly Area[],
): Catalogued {
  const found = new Map<string, Area>();
  const left: Left[] = [];
  const known = devices.flatMap((entry) => {
    const one = orNone(() => knownOf(entry, areas, found));
    if (typeof one !== "string") return one;
    if (one !== "")
      left.push({ name: String(entry?.friendly_name ?? entry?.ieee_address ?? "?").slice(0, 100), why: one });
    return [];
  });
  const grouped = groups.flatMap((group) => {
    const one = orNone(() => groupOf(group, { known, devices, areas, found }));
    return typeof one === "string" ? [] : one;
  });
  return { known: [...known, ...grouped], areas: [...found.values()], left };
}

/** The list comes from the wire: whatever stands in an entry costs that entry only. */
function orNone(read: () => Known[] | string): Known[] | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) return "the bridge's entry for it is malformed";
    throw error;
  }
}

/** Why an entry can be no device of ours; "": nobody would ask for it. */
function whyNot(entry: BridgeDevice): string | undefined {
  const { ieee_address: ieee, friendly_name: friendly, definition, type, interview_completed: isKnown } = entry;
  if (type === "Coordinator") return "";
  if (typeof ieee !== "string" || typeof friendly !== "string" || friendly === "")
    return "it has no address or no name";
  if (!isTopic(friendly)) return "its name has a + or #, which no topic can have: rename it";
  if (entry.disabled) return "it is disabled in Zigbee2MQTT";
  if (Array.isArray(definition?.exposes)) return undefined;
  return isKnown === false
    ? "its interview is not complete: wake it, or pair it again"
    : "Zigbee2MQTT has no definition for it";
}

const namesIn = (exposes: readonly Expose[]): string[] =>
  exposes.flatMap(({ name, features, type }) =>
    name !== undefined && (features === undefined || type === "composite") ? [name] : namesIn(features ?? []),
  );

/** What a device without a use is, for whoever wonders where it is. */
function whyNothing(exposes: readonly Expose[]): string {
  const names = [...new Set(namesIn(exposes))].filter((name) => name !== "linkquality");
  if (names.length === 0) return "Zigbee2MQTT lists nothing that it can do";
  if (names.includes("action")) return "it only tells which button was pressed; there is nothing to ask or to set";
  return `it has nothing to switch, set or read that needled knows, only ${names.slice(0, 6).join(", ")}`;
}

/** Several parts of one device: by their endpoint, or by what they are. */
function partName(base: string, shape: Shape, shapes: readonly Shape[]): string {
  if (shapes.length === 1) return base;
  const alike = shapes.filter(({ kind }) => kind === shape.kind);
  const word = KINDS[shape.kind].label[0];
  if (alike.length === 1) return new RegExp(`\\b${word}\\b`, "i").test(base) ? base : `${base} ${word}`;
  const endpoint = shape.endpoint === undefined ? "" : sayEndpoint(shape.endpoint);
  return `${base} ${endpoint === "" ? alike.indexOf(shape) + 1 : endpoint}`;
}

function knownOf(entry: BridgeDevice, areas: readonly Area[], found: Map<string, Area>): Known[] | string {
  const why = whyNot(entry);
  if (why !== undefined) return why;
  const { ieee_address: ieee = "", friendly_name: friendly = "", definition } = entry;
  const exposes = definition?.exposes ?? [];
  const names = [friendly, entry.description, definition?.description].filter((text) => typeof text === "string");
  const spokenName = spoken(friendly);
  const base = spokenName ?? `device ${ieee.slice(-4)}`;
  const shapes = shapesOf(exposes).map((shape) =>
    named(
      shape,
      names.map((text) => text.replace(/[_/]/g, " ")),
    ),
  );
  if (shapes.length === 0) return whyNothing(exposes);
  const area = areaOf(friendly, areas, found);
  const isSleepy = entry.type === "EndDevice" && !/mains|dc source/i.test(entry.power_source ?? "");
  return shapes.map((shape, index) => ({
    shape,
    topic: friendly,
    isSleepy,
    device: {
      id: `z2m_${slug(ieee)}${index > 0 ? `_${index + 1}` : ""}`,
      name: partName(base, shape, shapes),
      aliases: [],
      area,
      kind: shape.kind,
      capabilities: shape.capabilities,
      address: index > 0 ? `${ieee}#${index + 1}` : ieee,
      essential: isEssential(`${spokenName ?? ""} ${entry.description ?? ""}`),
      state: {},
      reachable: true,
    },
  }));
}

interface Around {
  readonly known: readonly Known[];
  readonly devices: readonly BridgeDevice[];
  readonly areas: readonly Area[];
  readonly found: Map<string, Area>;
}

/** A group's topic knows no endpoints: its `state` is all their states. */
function withoutEndpoint(expose: Expose): Expose {
  const { endpoint, ...rest } = expose;
  if (endpoint === undefined) return expose;
  const bare = (property: string | undefined): string | undefined =>
    property?.endsWith(`_${endpoint}`) ? property.slice(0, -endpoint.length - 1) : property;
  const features = expose.features?.map((feature) => {
    const property = bare(feature.property);
    return property === undefined ? feature : { ...feature, property };
  });
  return { ...rest, ...(features && { features }) };
}

/** A group does what all its members do. It is only meant by its own name: "all lights" means the lamps in it already. */
function groupOf(group: BridgeGroup, { known, devices, areas, found }: Around): Known[] {
  const { id, friendly_name: friendly, members = [] } = group;
  if (id === undefined || !friendly || !isTopic(friendly)) return [];
  const inside = members.flatMap(({ ieee_address: ieee }) => known.find(({ device }) => device.address === ieee) ?? []);
  const [first, ...rest] = inside;
  const name = spoken(friendly);
  if (first === undefined || name === undefined) return [];
  const isShared = (capability: Capability): boolean =>
    capability !== "sensor" && rest.every(({ device }) => device.capabilities.includes(capability));
  const capabilities = first.shape.capabilities.filter(isShared);
  if (capabilities.length === 0) return [];
  const entry = devices.find(({ ieee_address: ieee }) => ieee === first.device.address) ?? {};
  const exposes = (entry.definition?.exposes ?? []).map(withoutEndpoint);
  // Made anew: a shape remembers what was asked of its own device.
  const made = knownOf({ ...entry, definition: { ...entry.definition, exposes } }, areas, found);
  if (typeof made === "string" || made[0] === undefined) return [];
  const { shape } = made[0];
  const device: Device = {
    id: `z2m_group_${id}`,
    name,
    aliases: [],
    area: areaOf(friendly, areas, found),
    kind: first.device.kind,
    capabilities,
    address: `group:${id}`,
    essential: true,
    state: {},
    reachable: true,
  };
  return [{ device, shape: { ...shape, capabilities }, topic: friendly, isSleepy: false }];
}
