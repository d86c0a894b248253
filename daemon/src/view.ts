// The home as programs outside see it: names and states, no addresses.
import type { Home } from "@needled/devices";
import type { HomeView } from "./intake.ts";

export function viewOf({ name, areas, devices }: Home, tools: readonly string[]): HomeView {
  return {
    name,
    areas: areas.map((area) => ({ id: area.id, name: area.name })),
    devices: devices.map((device) => ({
      id: device.id,
      name: device.name,
      ...(device.area !== undefined && { area: device.area }),
      kind: device.kind,
      state: device.state,
      reachable: device.reachable,
    })),
    tools,
  };
}
