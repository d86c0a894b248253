// Locks, covers and the alarm: where the wrong way round is the worst mistake. tools.test.ts holds every polarity.
import { numberOf, textOf } from "../arguments.ts";
import { NEEDS } from "../needs.ts";
import type { DeviceTool } from "./tool.ts";

const lock: DeviceTool = { need: () => NEEDS.lock, order: () => ({ set: { locked: true } }), timeoutMs: 5000 };
const unlock: DeviceTool = { need: () => NEEDS.lock, order: () => ({ set: { locked: false } }), timeoutMs: 5000 };

// Covers tell where they are every second or two while they move; one that tells earlier is believed earlier.
const COVER_TIMEOUT_MS = 4000;

const open: DeviceTool = {
  need: () => NEEDS.cover,
  order: () => ({ set: { position: 100 } }),
  timeoutMs: COVER_TIMEOUT_MS,
};
const close: DeviceTool = {
  need: () => NEEDS.cover,
  order: () => ({ set: { position: 0 } }),
  timeoutMs: COVER_TIMEOUT_MS,
};

const setPosition: DeviceTool = {
  need: () => NEEDS.position,
  order: (args) => ({ set: { position: numberOf(args, "percent") ?? 0 } }),
  timeoutMs: COVER_TIMEOUT_MS,
};

const stopMoving: DeviceTool = {
  need: () => NEEDS.moving,
  order: () => ({ verb: "stop", expect: { moving: "stopped" } }),
  timeoutMs: COVER_TIMEOUT_MS,
};

const armAlarm: DeviceTool = {
  need: () => NEEDS.alarm,
  order: (args) => ({ set: { armed: textOf(args, "mode") ?? "away" } }),
};
const disarmAlarm: DeviceTool = { need: () => NEEDS.alarm, order: () => ({ set: { armed: "off" } }) };

export const ACCESS_TOOLS = {
  lock,
  unlock,
  open,
  close,
  set_position: setPosition,
  stop_moving: stopMoving,
  arm_alarm: armAlarm,
  disarm_alarm: disarmAlarm,
};
