// What a command can do to people and things, judged by its effect on the device and not by the tool's name.
import type { Command } from "./adapter.ts";
import type { Risk } from "./call.ts";
import type { ToolSpec } from "./catalogue.ts";
import type { Device } from "./home.ts";
import type { Kind } from "./kinds.ts";

// Opening one of these lets somebody in.
const WAYS_IN: ReadonlySet<Kind> = new Set(["garage_door", "gate", "window"]);
const HEAT: ReadonlySet<Kind> = new Set(["thermostat", "air_conditioner", "appliance"]);

/** 0 read · 1 reversible comfort · 2 costly · 3 security · 4 never. */
export function commandRisk(device: Device, command: Pick<Command, "set">): Risk {
  const set = command.set ?? {};
  if (set.locked === false || set.armed === "off") return 3;
  if (device.kind === "camera" && set.on === false) return 3;
  // Some valves and doors are switches: on is open.
  if ((typeof set.position === "number" && set.position > 0) || set.on === true) {
    if (WAYS_IN.has(device.kind)) return 3;
    if (device.kind === "valve") return 2;
  }
  if (device.essential) return 2;
  if (HEAT.has(device.kind) && (set.on === true || "target" in set || "mode" in set)) return 2;
  return 1;
}

/** The risk of a whole call: the tool's own, raised by what its commands do. */
export function callRisk(tool: ToolSpec, devices: readonly Device[], commands: readonly Command[]): Risk {
  // "open" covers blinds and garage doors alike, so the device alone decides.
  let most: Risk = tool.name === "open" ? 1 : tool.risk;
  for (const command of commands) {
    const device = devices.find((candidate) => candidate.id === command.device);
    const risk = device ? commandRisk(device, command) : 4;
    if (risk > most) most = risk;
  }
  return most;
}
