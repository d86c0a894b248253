// Music, television and the robot.
import { numberOf, textOf } from "../arguments.ts";
import { NEEDS } from "../needs.ts";
import { type DeviceTool, type Order, percent, refuse } from "./tool.ts";

const STEP = 10;
// Streams take a while to start.
const PLAY_TIMEOUT_MS = 6000;

// In a room with both, these go to the screen and everything else to the speaker.
const TO_WATCH = /\b(film|movie|show|series|episode|video|netflix|youtube|tv|television|channel|news)\b/i;

const playMedia: DeviceTool = {
  need: (args) => (TO_WATCH.test(textOf(args, "what") ?? "") ? NEEDS.screen : NEEDS.music),
  order: (args) => ({ verb: "play", text: textOf(args, "what") ?? "", expect: { playback: "playing" } }),
  timeoutMs: PLAY_TIMEOUT_MS,
};

const CONTROLS: Readonly<Record<string, Order>> = {
  pause: { set: { playback: "paused" } },
  resume: { set: { playback: "playing" } },
  stop: { set: { playback: "stopped" } },
  next: { verb: "next" },
  previous: { verb: "previous" },
};

const controlMedia: DeviceTool = {
  need: (args) => (args.action === "resume" ? NEEDS.media : NEEDS.playing),
  order: (args) =>
    CONTROLS[textOf(args, "action") ?? ""] ?? refuse("invalid_arguments", "Pause, resume, stop, next or previous?"),
};

const setVolume: DeviceTool = {
  need: () => NEEDS.volume,
  order: (args) => ({ set: { volume: numberOf(args, "level") ?? 0, muted: false } }),
};

const changeVolume: DeviceTool = {
  need: () => NEEDS.volume,
  order(args, device) {
    const direction = textOf(args, "direction");
    if (direction === "mute" || direction === "unmute") return { set: { muted: direction === "mute" } };
    const now = device.state.volume;
    if (typeof now !== "number") return refuse("unsupported", `I do not know how loud the ${device.name} is now.`);
    const by = numberOf(args, "by") ?? STEP;
    return { set: { volume: percent(direction === "up" ? now + by : now - by), muted: false } };
  },
};

const ACTIVITIES: Readonly<Record<string, Order>> = {
  start: { set: { activity: "cleaning" } },
  pause: { set: { activity: "paused" } },
  stop: { set: { activity: "idle" } },
  dock: { set: { activity: "returning" } },
  locate: { verb: "locate" },
};

const vacuum: DeviceTool = {
  need: () => NEEDS.vacuum,
  order: (args) =>
    ACTIVITIES[textOf(args, "action") ?? ""] ?? refuse("invalid_arguments", "Start, pause, stop, dock or locate?"),
  timeoutMs: 4000,
};

export const MEDIA_TOOLS = {
  play_media: playMedia,
  control_media: controlMedia,
  set_volume: setVolume,
  change_volume: changeVolume,
  vacuum,
};
