// On and off, brightness, color: lights first, but on/off serves whatever has a switch.
import { numberOf, textOf } from "../arguments.ts";
import { can } from "../home.ts";
import { NEEDS } from "../needs.ts";
import { readColor } from "../read/color.ts";
import { type DeviceTool, percent, refuse } from "./tool.ts";

const STEP = 20;
// Dimming never switches off: who wants dark says "off".
const DIMMEST = 1;

const TONES: Readonly<Record<string, number>> = { candle: 2000, warm: 2700, neutral: 4000, cool: 5000, daylight: 6500 };

const turnOn: DeviceTool = {
  need: () => NEEDS.onoff,
  order: (_, device) => ({
    set: device.kind === "vacuum" || device.kind === "mower" ? { activity: "cleaning" } : { on: true },
  }),
};

const turnOff: DeviceTool = {
  need: () => NEEDS.onoff,
  order: (_, device) => ({
    set: device.kind === "vacuum" || device.kind === "mower" ? { activity: "returning" } : { on: false },
  }),
};

const setBrightness: DeviceTool = {
  need: () => NEEDS.brightness,
  order(args) {
    const level = numberOf(args, "level") ?? 0;
    return { set: level === 0 ? { on: false } : { on: true, brightness: level } };
  },
};

const changeBrightness: DeviceTool = {
  need: () => NEEDS.brightness,
  order(args, device) {
    const { on, brightness } = device.state;
    if (on !== false && typeof brightness !== "number") {
      return refuse("unsupported", `I do not know how bright the ${device.name} is now.`);
    }
    const now = on === false ? 0 : Number(brightness);
    const by = numberOf(args, "by") ?? STEP;
    if (args.direction === "down" && on === false) return { set: { on: false } };
    const wanted = args.direction === "up" ? now + by : Math.max(DIMMEST, now - by);
    return { set: { on: true, brightness: percent(wanted) } };
  },
};

const setColor: DeviceTool = {
  need: (args) => (readColor(textOf(args, "color") ?? "").kelvin === undefined ? NEEDS.color : NEEDS.white),
  order(args, device) {
    const color = readColor(textOf(args, "color") ?? "");
    const white = color.kelvin !== undefined && can(device, "color_temperature");
    return { set: white ? { on: true, kelvin: color.kelvin ?? 0 } : { on: true, color: color.hex } };
  },
};

const setColorTemperature: DeviceTool = {
  need: () => NEEDS.white,
  order(args) {
    const kelvin = numberOf(args, "kelvin") ?? TONES[textOf(args, "tone") ?? ""];
    if (kelvin === undefined)
      return refuse("invalid_arguments", "Which white: candle, warm, neutral, cool or daylight?");
    return { set: { on: true, kelvin } };
  },
};

export const LIGHT_TOOLS = {
  turn_on: turnOn,
  turn_off: turnOff,
  set_brightness: setBrightness,
  change_brightness: changeBrightness,
  set_color: setColor,
  set_color_temperature: setColorTemperature,
};
