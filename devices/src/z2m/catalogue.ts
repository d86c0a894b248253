// Zigbee2MQTT's lists (bridge/devices, bridge/groups) as devices of a home: names, rooms, addresses.
import type { Area, Device } from "../home.ts";
import type { Capability } from "../kinds.ts";
import type { Expose } from "./codecs.ts";
import { type Shape, shapesOf } from "./exposes.ts";

export interface BridgeDevice {
  ieee_address?: string;
  type?: string;
  friendly_name?: string;
  disabled?: boolean;
  description?: string;
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
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.'’&/-]{0,47}$/u;

/** What a person may say: the last part of a path, underscores as spaces; undefined when nothing speakable is left. */
function spoken(friendly: string): string | undefined {
  const last = friendly.split("/").at(-1) ?? "";
  const name = last
    .normalize("NFC")
    .replace(/[_\s]+/g, " ")
    .trim()
    .slice(0, 48);
  return NAME.test(name) && !/^0x[0-9a-f]{16}$/i.test(name) ? name : undefined;
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "") || "x";

/** "kitchen/ceiling" is in the kitchen; so is "Kitchen ceiling light" in a home that has a kitchen. */
function areaOf(friendly: string, areas: readonly Area[], found: Map<string, Area>): string | undefined {
  const [first = "", ...rest] = friendly.split("/");
  const all = [...areas, ...found.values()];
  const named = (word: string): Area | undefined =>
    all.find(({ name, aliases }) => [name, ...aliases].some((one) => one.toLowerCase() === word.toLowerCase()));
  if (rest.length > 0) {
    const name = spoken(first);
    if (name === undefined) return undefined;
    const known = named(name);
    if (known) return known.id;
    const area = { id: slug(name), name, aliases: [], floor: undefined };
    found.set(area.id, area);
    return area.id;
  }
  const words = (spoken(friendly) ?? "").toLowerCase();
  const fits = all.filter(({ name, aliases }) =>
    [name, ...aliases].some((one) => words.startsWith(`${one.toLowerCase()} `)),
  );
  return fits.sort((a, b) => b.name.length - a.name.length)[0]?.id;
}

const COVER_WORDS: readonly (readonly [RegExp, Device["kind"]])[] = [
  [/garage/i, "garage_door"],
  [/\bgate\b/i, "gate"],
  [/window|skylight/i, "window"],
];

function kindOf({ kind }: Shape, words: string): Device["kind"] {
  if (kind === "blind") return COVER_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? kind;
  if (kind === "plug" && /\b(lamp|light|lights|bulb)\b/i.test(words)) return "light";
  return kind;
}

export interface Catalogued {
  readonly known: readonly Known[];
  readonly areas: readonly Area[];
}

/** `areas`: the rooms that the home has already. Entries that are malformed, disabled or of no use are left out. */
export function catalogued(
  devices: readonly BridgeDevice[],
  groups: readonly BridgeGroup[],
  areas: readonly Area[],
): Catalogued {
  const found = new Map<string, Area>();
  const known = devices.flatMap((entry) => orNone(() => knownOf(entry, areas, found)));
  const grouped = groups.flatMap((group) => orNone(() => groupOf(group, known, areas, found)));
  return { known: [...known, ...grouped], areas: [...found.values()] };
}

/** The list comes from the wire: whatever stands in an entry costs that entry only. */
function orNone(read: () => Known[]): Known[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}

/** A topic to subscribe to is of one device; a wildcard would be of all. */
const isTopic = (friendly: string): boolean => !/[+#\0]/.test(friendly);

function knownOf(entry: BridgeDevice, areas: readonly Area[], found: Map<string, Area>): Known[] {
  const { ieee_address: ieee, friendly_name: friendly, definition } = entry;
  if (
    !ieee ||
    !friendly ||
    !isTopic(friendly) ||
    entry.disabled ||
    entry.type === "Coordinator" ||
    !Array.isArray(definition?.exposes)
  )
    return [];
  const shapes = shapesOf(definition.exposes);
  const base = spoken(friendly) ?? `device ${ieee.slice(-4)}`;
  const area = areaOf(friendly, areas, found);
  return shapes.map((shape, index) => {
    const name = shapes.length > 1 ? `${base} ${shape.endpoint ?? index + 1}` : base;
    const words = `${name} ${definition.description ?? ""} ${entry.description ?? ""}`;
    return {
      shape,
      topic: friendly,
      device: {
        id: `z2m_${slug(ieee)}${index > 0 ? `_${index + 1}` : ""}`,
        name,
        aliases: [],
        area,
        kind: kindOf(shape, words),
        capabilities: shape.capabilities,
        address: index > 0 ? `${ieee}#${index + 1}` : ieee,
        essential: false,
        state: {},
        reachable: true,
      },
    };
  });
}

/** A group does what all its members do. It is only meant by its own name: "all lights" means the lamps in it already. */
function groupOf(
  group: BridgeGroup,
  known: readonly Known[],
  areas: readonly Area[],
  found: Map<string, Area>,
): Known[] {
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
  return [{ device, shape: { ...first.shape, capabilities }, topic: friendly }];
}
