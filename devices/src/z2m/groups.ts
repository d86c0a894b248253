// Groups and scenes of Zigbee2MQTT: several devices under one name, and what they were told to remember together.
import type { Area, Device, Scene } from "../home.ts";
import type { Capability } from "../kinds.ts";
import { type BridgeDevice, type BridgeScene, type Known, knownOf } from "./bridge-device.ts";
import type { Codec, Expose } from "./codecs.ts";
import { areaOf, isTopic, slug, spoken } from "./names.ts";

export interface BridgeGroup {
  id?: number;
  friendly_name?: string;
  members?: { ieee_address?: string }[];
  scenes?: readonly BridgeScene[];
}

export interface Around {
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
export function groupOf(group: BridgeGroup, { known, devices, areas, found }: Around): Known[] {
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

/** A scene that moves one of these would go past the question that opening it asks. */
const GUARDED: readonly Capability[] = ["lock", "cover", "alarm"];

const recall = (id: number): Codec => ({
  property: "scene_recall",
  read: () => ({}),
  write: (set) => (set.on === true ? { scene_recall: id } : {}),
});

interface Keeper {
  readonly topic: string;
  readonly address: string;
  readonly scenes: readonly BridgeScene[];
  readonly members: readonly Known[];
}

/** Who keeps scenes: groups, and endpoints of devices. */
function keepersOf(groups: readonly BridgeGroup[], { known, devices }: Around): Keeper[] {
  const ofGroups = groups.flatMap(({ id, friendly_name: topic = "", members = [], scenes = [] }): Keeper[] => {
    const addresses = members.map(({ ieee_address: ieee }) => ieee);
    const inside = known.filter(({ device }) => addresses.includes(device.address.replace(/#.*$/, "")));
    return id === undefined || topic === "" ? [] : [{ topic, address: `group:${id}`, scenes, members: inside }];
  });
  const ofDevices = devices.flatMap(({ ieee_address: address = "", friendly_name: topic = "", endpoints = {} }) =>
    Object.entries(endpoints).flatMap(([endpoint, { scenes = [] }]): Keeper[] => {
      if (scenes.length === 0) return [];
      const members = known.filter((one) => one.topic === topic);
      return [{ topic: endpoint === "1" ? topic : `${topic}/${endpoint}`, address, scenes, members }];
    }),
  );
  return [...ofGroups, ...ofDevices].filter(({ topic, scenes, members }) => {
    const isGuarded = members.some(({ device }) => device.capabilities.some((one) => GUARDED.includes(one)));
    return isTopic(topic) && Array.isArray(scenes) && members.length > 0 && !isGuarded;
  });
}

/** Scenes by their name: one that several devices keep is one scene; "Scene 3" is what nobody has named. */
export function scenesOf(groups: readonly BridgeGroup[], around: Around): { known: Known[]; scenes: Scene[] } {
  const known: Known[] = [];
  const scenes = new Map<string, Scene>();
  for (const { topic, address, scenes: kept, members } of keepersOf(groups, around)) {
    for (const { id, name: told } of kept) {
      const name =
        typeof told === "string" && !/^scene \d+$/i.test(told) ? spoken(told.replaceAll("/", " ")) : undefined;
      if (typeof id !== "number" || name === undefined) continue;
      const key = name.toLowerCase();
      const device: Device = {
        id: `z2m_scene_${slug(`${address}_${topic}_${id}`)}`,
        name,
        aliases: [],
        area: undefined,
        kind: "plug",
        capabilities: [],
        address: `${address}/${topic}/scene:${id}`,
        essential: false,
        state: {},
        reachable: true,
      };
      const told_by = members.map((one) => one.topic);
      known.push({
        device,
        topic,
        isSleepy: false,
        shape: { endpoint: undefined, kind: "plug", capabilities: [], codecs: [recall(id)] },
        provenBy: [topic, ...told_by],
      });
      const set = { ...scenes.get(key)?.set, [device.id]: { on: true } };
      scenes.set(key, { id: `z2m_scene_${slug(name)}`, name, aliases: [], area: undefined, set });
    }
  }
  return { known, scenes: [...scenes.values()] };
}
