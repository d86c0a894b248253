// Zigbee2MQTT's lists (bridge/devices, bridge/groups) as devices and scenes of a home.
import type { Area, Scene } from "../home.ts";
import { type BridgeDevice, type Known, knownOf, type Left } from "./bridge-device.ts";
import { type Around, type BridgeGroup, groupOf, scenesOf } from "./groups.ts";

export interface Catalogued {
  readonly known: readonly Known[];
  readonly areas: readonly Area[];
  readonly scenes: readonly Scene[];
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
  const around = { known, devices, areas, found };
  const grouped = groups.flatMap((group) => {
    const one = orNone(() => groupOf(group, around));
    return typeof one === "string" ? [] : one;
  });
  const { known: recalls, scenes } = scenesIn(groups, around);
  return { known: [...known, ...grouped, ...recalls], areas: [...found.values()], scenes, left };
}

function scenesIn(groups: readonly BridgeGroup[], around: Around): ReturnType<typeof scenesOf> {
  try {
    return scenesOf(groups, around);
  } catch (error) {
    if (error instanceof TypeError) return { known: [], scenes: [] };
    throw error;
  }
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
