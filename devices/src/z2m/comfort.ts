// Heating, cooling and fans: what a device calls its modes and speeds, and between which degrees it can be set.
import { DeviceError } from "../errors.ts";
import type { State } from "../home.ts";
import { type Codec, canSet, type Expose, numberIn, type Payload } from "./codecs.ts";

const refused = (why: string): DeviceError => new DeviceError("device.refused", { why });
const wordsIn = ({ values = [] }: Expose): string[] => values.filter((value) => typeof value === "string");

/** What stands for our modes among presets, best first; only where `system_mode` has no such mode. */
const PRESETS: Readonly<Record<string, readonly string[]>> = {
  auto: ["auto", "schedule", "program", "programming"],
  heat: ["manual", "comfort"],
  eco: ["eco"],
  off: ["off"],
};

/** Presets that leave the mode alone, best first. */
const PLAIN = ["manual", "none", "comfort"];

/** Several properties together are the mode. */
interface Mode {
  told: string | undefined;
  /** What was sent for a mode that the device has under another name. */
  meant?: { readonly sent: string; readonly wanted: string };
}

export interface ClimateFeatures {
  readonly heating: Expose | undefined;
  readonly cooling: Expose | undefined;
  readonly mode: Expose | undefined;
  readonly preset: Expose | undefined;
}

function setpoint({ property = "", value_min = 0, value_max = 0 }: Expose, isInUse: (mode?: string) => boolean): Codec {
  return {
    property,
    read: (told, { system_mode }) => {
      const target = numberIn(told);
      return target === undefined || !isInUse(typeof system_mode === "string" ? system_mode : undefined)
        ? {}
        : { target };
    },
    write: (set): Payload => {
      const target = numberIn(set.target);
      if (target === undefined || !isInUse(typeof set.mode === "string" ? set.mode : undefined)) return {};
      // Some definitions have a range of nothing.
      if (value_min < value_max && (target < value_min || target > value_max)) {
        throw refused(`it can be set from ${value_min} to ${value_max} °C`);
      }
      return { [property]: target };
    },
  };
}

function modeCodec(expose: Expose, others: readonly string[], mode: Mode): Codec {
  const { property = "system_mode" } = expose;
  const known = wordsIn(expose);
  const isSettable = canSet(expose);
  const wake = (): string | undefined =>
    [mode.told, "heat", "auto", "cool"].find((word) => word !== undefined && word !== "off" && known.includes(word));
  return {
    property,
    read(told) {
      if (typeof told !== "string") return {};
      if (told !== "off") mode.told = told;
      return { mode: mode.meant?.sent === told ? mode.meant.wanted : told, on: told !== "off" };
    },
    write: (set): Payload => {
      if (!isSettable) return {};
      const wanted = set.on === false ? "off" : typeof set.mode === "string" ? set.mode : set.on ? wake() : undefined;
      delete mode.meant;
      // How fast its fan turns says nothing of what it is to do.
      if (set.mode === undefined && (set.percent !== undefined || set.speed !== undefined)) return {};
      if (wanted === undefined || others.includes(wanted)) return {};
      if (known.includes(wanted)) return { [property]: wanted };
      // Who sets degrees wants it to run, in whatever mode it has for that.
      const sent = set.target === undefined ? undefined : wake();
      if (sent !== undefined) {
        mode.meant = { sent, wanted };
        return { [property]: sent };
      }
      throw refused(`it knows no mode "${wanted}", only ${[...known, ...others].join(", ")}`);
    },
  };
}

function presetCodec(expose: Expose, byMode: ReadonlyMap<string, string>): Codec {
  const { property = "preset" } = expose;
  const wake = byMode.has("off") ? ["heat", "auto"].find((mode) => byMode.has(mode)) : undefined;
  const meant = new Set(byMode.values());
  const plain = PLAIN.flatMap((word) => wordsIn(expose).find((preset) => preset.toLowerCase() === word) ?? [])[0];
  let now: unknown;
  return {
    property,
    read(told, { system_mode }) {
      now = told;
      const mode = [...byMode].find(([, preset]) => preset === told)?.[0];
      if (mode === undefined || system_mode === "off") return {};
      return byMode.has("off") ? { mode, on: mode !== "off" } : { mode };
    },
    write: (set): Payload => {
      const wanted = set.on === false ? "off" : set.on === true && set.mode === undefined ? wake : set.mode;
      if (typeof wanted !== "string") return {};
      const preset = byMode.get(wanted);
      if (preset !== undefined) return { [property]: preset };
      // A mode of its own counts only outside of the presets that stand for other modes.
      return wanted !== "off" && plain !== undefined && meant.has(String(now)) ? { [property]: plain } : {};
    },
  };
}

/** Our modes that a preset stands for. */
function presetModes({ mode, preset }: ClimateFeatures): Map<string, string> {
  if (preset === undefined || !canSet(preset)) return new Map();
  const direct = mode && canSet(mode) ? wordsIn(mode) : [];
  const there = wordsIn(preset);
  const found = Object.entries(PRESETS).flatMap(([ours, theirs]): [string, string][] => {
    const fits = theirs.flatMap((word) => there.find((preset) => preset.toLowerCase() === word) ?? []);
    return direct.includes(ours) || fits[0] === undefined ? [] : [[ours, fits[0]]];
  });
  return new Map(found);
}

export interface Climate {
  readonly codecs: readonly Codec[];
  readonly hasTarget: boolean;
  readonly canBeOff: boolean;
  readonly cools: boolean;
}

export function climate(features: ClimateFeatures): Climate {
  const { heating, cooling, mode, preset } = features;
  const now: Mode = { told: undefined };
  const modes = mode ? wordsIn(mode) : [];
  const presets = presetModes(features);
  const isCooling = (word = now.told): boolean => word === "cool" || heating === undefined;
  const usable = [
    ...(heating ? [setpoint(heating, (word) => cooling === undefined || !isCooling(word))] : []),
    ...(cooling ? [setpoint(cooling, isCooling)] : []),
  ];
  return {
    // The mode first: it says which of two setpoints counts; a preset is told over it.
    codecs: [
      ...(mode ? [modeCodec(mode, [...presets.keys()], now)] : []),
      ...(preset ? [presetCodec(preset, presets)] : []),
      ...usable,
    ],
    hasTarget: [heating, cooling].some((expose) => expose !== undefined && canSet(expose)),
    canBeOff: (mode !== undefined && canSet(mode) && modes.includes("off")) || presets.has("off"),
    cools: modes.includes("cool") && (modes.includes("dry") || modes.includes("fan_only")),
  };
}

/** Slow to fast. "on", "auto" and "smart" are no speeds. */
const SPEEDS = [
  "quiet",
  "silent",
  "min",
  "low",
  "low-med",
  "medium",
  "mid",
  "middle",
  "med-high",
  "high",
  "turbo",
  "max",
];

/** Word → percent, in even steps. */
function speedsOf(known: readonly string[]): Map<string, number> {
  const numbers = known.filter((word) => /^[1-9]\d?$/.test(word)).sort((a, b) => Number(a) - Number(b));
  const steps = numbers.length > 0 ? numbers : SPEEDS.filter((word) => known.includes(word));
  return new Map(steps.map((word, index) => [word, Math.floor(((index + 1) / steps.length) * 100)]));
}

export const hasSpeeds = (expose: Expose): boolean => speedsOf(wordsIn(expose)).size > 1;

export function fanMode(expose: Expose): Codec {
  const { property = "fan_mode" } = expose;
  const known = wordsIn(expose);
  const speeds = speedsOf(known);
  const nearest = (percent: number): string | undefined =>
    [...speeds].sort(([, a], [, b]) => Math.abs(a - percent) - Math.abs(b - percent))[0]?.[0];
  const auto = ["auto", "smart"].find((word) => known.includes(word));
  let asked: number | undefined;
  return {
    property,
    read(told) {
      if (typeof told !== "string") return {};
      if (told === "off") return { on: false, percent: 0 };
      // Three speeds cannot be 40 %: the one nearest to the wish means it.
      const meant = asked !== undefined && nearest(asked) === told ? asked : speeds.get(told);
      return { on: true, speed: told === auto ? "auto" : told, ...(meant !== undefined && { percent: meant }) };
    },
    write: (set): Payload => {
      if (set.on === false) return known.includes("off") ? { [property]: "off" } : {};
      if (set.speed === "auto" && auto === undefined) throw refused(`it knows no "auto", only ${known.join(", ")}`);
      if (set.speed === "auto") return { [property]: auto };
      asked = numberIn(set.percent);
      const word = asked === undefined ? undefined : nearest(asked);
      return word === undefined ? {} : { [property]: word };
    },
  };
}

export function fanSpeed({ property = "speed", value_min = 0, value_max = 100 }: Expose): Codec {
  const least = Math.max(0, value_min);
  const toSpeed = (percent: number): number => Math.max(least, Math.round((percent / 100) * value_max));
  let asked: number | undefined;
  return {
    property,
    read(told) {
      const speed = numberIn(told);
      if (speed === undefined) return {};
      const isMeant = asked !== undefined && toSpeed(asked) === speed;
      return { percent: isMeant ? (asked as number) : Math.round((speed / value_max) * 100) };
    },
    write: (set): Payload => {
      asked = numberIn(set.percent);
      return asked === undefined ? {} : { [property]: toSpeed(asked) };
    },
  };
}

/** Where something else says whether it runs: the mode of an air conditioner, the state of a fan. */
export const fanSpeedOnly = (codec: Codec): Codec => ({
  ...codec,
  read(told, payload) {
    const { on: _, ...state } = codec.read(told, payload);
    return state;
  },
  write: (set): Payload => (set.on === false ? {} : codec.write(set)),
});

/** One converter of Zigbee2MQTT takes state and mode of a fan, and only the first of the two: a speed goes alone. */
export const unlessSpeed = (codec: Codec): Codec => ({
  ...codec,
  write: (set: State): Payload => (set.percent === undefined && set.speed === undefined ? codec.write(set) : {}),
});
