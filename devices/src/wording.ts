// The deed of each device tool in words: what is asked, what was done, what is unknown when nobody answers.
import { numberOf, textOf } from "./arguments.ts";
import type { Arguments } from "./call.ts";
import type { Home, State } from "./home.ts";
import { sayDegrees } from "./say.ts";

export interface Told {
  readonly args: Arguments;
  readonly said: string;
  readonly unit: Home["unit"];
  /** State after, where all devices agree; else empty. */
  readonly after: State;
  readonly moving: boolean;
}

export interface Wording {
  /** "turn on the lamp" */
  readonly deed: (told: Told) => string;
  /** "Turned on the lamp" */
  readonly done: (told: Told) => string;
  /** "turned on", after "I do not know whether it …". */
  readonly whether: string;
}

const plain = (deed: string, done: string, whether: string): Wording => ({
  deed: ({ said }) => `${deed} ${said}`,
  done: ({ said }) => `${done} ${said}`,
  whether,
});

const to = (deed: string, done: string, what: (told: Told) => string, whether: string): Wording => ({
  deed: (told) => `${deed} ${told.said} to ${what(told)}`,
  done: (told) => `${done} ${told.said} to ${what(told)}`,
  whether,
});

function level(told: Told, key: string): string {
  const value = told.after[key];
  return typeof value === "number" ? ` to ${Math.round(value)} %` : "";
}

const up = (told: Told): boolean => told.args.direction === "up";

function degrees(told: Told): string {
  const target = told.after.target;
  if (typeof target === "number") return sayDegrees(target, told.unit);
  return `${numberOf(told.args, "degrees")} °${told.unit}`;
}

function white(told: Told): string {
  const kelvin = numberOf(told.args, "kelvin");
  return kelvin === undefined ? `${textOf(told.args, "tone")} white` : `${kelvin} K`;
}

function speed(told: Told): string {
  const share = numberOf(told.args, "percent");
  return share === undefined ? String(textOf(told.args, "speed")) : `${share} %`;
}

function cover(deed: string, done: string, doing: string): Wording {
  return {
    deed: ({ said }) => `${deed} ${said}`,
    // A cover that has only started is not open yet.
    done: ({ said, moving }) => (moving ? `${doing} ${said}` : `${done} ${said}`),
    whether: "moved",
  };
}

const warmth: Wording = {
  deed: (told) => `turn ${told.said} ${up(told) ? "up" : "down"}`,
  done: (told) => `Turned ${told.said} ${up(told) ? "up" : "down"} to ${degrees(told)}`,
  whether: "changed",
};

const light: Wording = {
  deed: (told) => `${up(told) ? "brighten" : "dim"} ${told.said}`,
  done: (told) => `${up(told) ? "Brightened" : "Dimmed"} ${told.said}${level(told, "brightness")}`,
  whether: "changed",
};

function volumeVerb(told: Told): [string, string] {
  const direction = textOf(told.args, "direction");
  if (direction === "mute") return ["mute", "Muted"];
  if (direction === "unmute") return ["unmute", "Unmuted"];
  return direction === "up" ? ["turn up", "Turned up"] : ["turn down", "Turned down"];
}

const volume: Wording = {
  deed: (told) => `${volumeVerb(told)[0]} ${told.said}`,
  done: (told) => {
    const silent = /^(un)?mute$/.test(textOf(told.args, "direction") ?? "");
    return `${volumeVerb(told)[1]} ${told.said}${silent ? "" : level(told, "volume")}`;
  },
  whether: "changed",
};

const PAST: Readonly<Record<string, string>> = {
  pause: "Paused",
  resume: "Resumed",
  stop: "Stopped",
  next: "Skipped to the next one on",
  previous: "Went back to the previous one on",
  start: "Started",
  dock: "Sent home",
  locate: "Called out for",
};
const DEED: Readonly<Record<string, string>> = { next: "skip ahead on", previous: "go back on", dock: "send home" };

const action: Wording = {
  deed: ({ args, said }) => `${DEED[textOf(args, "action") ?? ""] ?? textOf(args, "action")} ${said}`,
  done: ({ args, said }) => `${PAST[textOf(args, "action") ?? ""] ?? "Done with"} ${said}`,
  whether: "did that",
};

const mode = (told: Told): string => (textOf(told.args, "mode") ?? "away").replace("_", " ");

export const WORDINGS: Readonly<Record<string, Wording>> = {
  turn_on: plain("turn on", "Turned on", "turned on"),
  turn_off: plain("turn off", "Turned off", "turned off"),
  set_brightness: {
    deed: ({ args, said }) => `set ${said} to ${numberOf(args, "level")} %`,
    done: ({ args, said }) =>
      numberOf(args, "level") === 0 ? `Turned off ${said}` : `Set ${said} to ${numberOf(args, "level")} %`,
    whether: "changed",
  },
  change_brightness: light,
  set_color: to("set", "Set", ({ args }) => String(textOf(args, "color")), "changed"),
  set_color_temperature: to("set", "Set", white, "changed"),
  set_temperature: to("set", "Set", degrees, "changed"),
  change_temperature: warmth,
  set_climate_mode: to("set", "Set", mode, "changed"),
  lock: plain("lock", "Locked", "locked"),
  unlock: plain("unlock", "Unlocked", "unlocked"),
  open: cover("open", "Opened", "Opening"),
  close: cover("close", "Closed", "Closing"),
  set_position: {
    deed: ({ args, said }) => `move ${said} to ${numberOf(args, "percent")} % open`,
    done: ({ args, said, moving }) => `${moving ? "Moving" : "Moved"} ${said} to ${numberOf(args, "percent")} % open`,
    whether: "moved",
  },
  stop_moving: plain("stop", "Stopped", "stopped"),
  set_fan_speed: to("set", "Set", speed, "changed"),
  play_media: {
    deed: ({ args, said }) => `play ${textOf(args, "what")} on ${said}`,
    done: ({ args, said }) => `Playing ${textOf(args, "what")} on ${said}`,
    whether: "started",
  },
  control_media: action,
  set_volume: {
    deed: ({ args, said }) => `set the volume of ${said} to ${numberOf(args, "level")} %`,
    done: ({ args, said }) => `Set the volume of ${said} to ${numberOf(args, "level")} %`,
    whether: "changed",
  },
  change_volume: volume,
  vacuum: action,
  activate_scene: plain("activate", "Activated", "changed"),
  arm_alarm: {
    deed: (told) => `arm ${told.said} (${mode(told)})`,
    done: (told) => `Armed ${told.said} (${mode(told)})`,
    whether: "is armed",
  },
  disarm_alarm: plain("disarm", "Disarmed", "is disarmed"),
  get_state: plain("read", "Read", "answered"),
  undo: plain("undo:", "Undone:", "went back"),
};

export const deedOf = (tool: string, told: Omit<Told, "after" | "moving">): string =>
  WORDINGS[tool]?.deed({ ...told, after: {}, moving: false }) ?? `${tool.replaceAll("_", " ")} ${told.said}`;
