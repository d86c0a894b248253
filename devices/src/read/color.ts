// Color names → what a light understands. Whites become a color temperature.
import { DeviceError } from "../errors.ts";

const COLORS: Readonly<Record<string, string>> = {
  red: "#ff0000",
  scarlet: "#ff2400",
  crimson: "#dc143c",
  ruby: "#e0115f",
  cherry: "#de3163",
  maroon: "#800000",
  burgundy: "#800020",
  rose: "#ff007f",
  pink: "#ff69b4",
  hotpink: "#ff1493",
  salmon: "#fa8072",
  coral: "#ff7f50",
  peach: "#ffcba4",
  orange: "#ffa500",
  tangerine: "#f28500",
  apricot: "#fbceb1",
  amber: "#ffbf00",
  gold: "#ffd700",
  golden: "#ffd700",
  yellow: "#ffff00",
  lemon: "#fff44f",
  lime: "#bfff00",
  chartreuse: "#7fff00",
  olive: "#808000",
  green: "#00ff00",
  forestgreen: "#228b22",
  emerald: "#50c878",
  jade: "#00a86b",
  mint: "#98ff98",
  teal: "#008080",
  turquoise: "#40e0d0",
  aqua: "#00ffff",
  cyan: "#00ffff",
  skyblue: "#87ceeb",
  azure: "#007fff",
  blue: "#0000ff",
  navy: "#000080",
  navyblue: "#000080",
  royalblue: "#4169e1",
  babyblue: "#89cff0",
  cobalt: "#0047ab",
  sapphire: "#0f52ba",
  indigo: "#4b0082",
  violet: "#8f00ff",
  purple: "#800080",
  magenta: "#ff00ff",
  fuchsia: "#ff00ff",
  lavender: "#b57edc",
  lilac: "#c8a2c8",
  plum: "#8e4585",
  orchid: "#da70d6",
  mauve: "#e0b0ff",
  brown: "#964b00",
  chocolate: "#7b3f00",
  tan: "#d2b48c",
  beige: "#f5f5dc",
  ivory: "#fffff0",
  cream: "#fffdd0",
  silver: "#c0c0c0",
  gray: "#808080",
  grey: "#808080",
};

const WHITES: Readonly<Record<string, number>> = {
  white: 4000,
  warmwhite: 2700,
  softwhite: 2700,
  candlelight: 2000,
  neutralwhite: 4000,
  naturalwhite: 4000,
  coolwhite: 5000,
  coldwhite: 6000,
  brightwhite: 5000,
  daylight: 6500,
  daylightwhite: 6500,
};

// How much of a color remains, and how much white is added.
const SHADES: Readonly<Record<string, readonly [number, number]>> = {
  light: [0.5, 0.5],
  pale: [0.4, 0.6],
  pastel: [0.45, 0.55],
  soft: [0.6, 0.4],
  dark: [0.55, 0],
  deep: [0.7, 0],
  bright: [1, 0],
  vivid: [1, 0],
};

export interface Color {
  readonly hex: string;
  /** Set for shades of white. */
  readonly kelvin?: number;
}

function shade(hex: string, [keep, white]: readonly [number, number]): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `#${parts
    .map((part) =>
      Math.round(part * keep + 255 * white)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** Reads a color as said; throws `request.color` naming the words. */
export function readColor(text: string): Color {
  const said = text
    .trim()
    .toLowerCase()
    .replace(/\b(colou?r|please|the|a|to)\b/g, " ");
  const hex = /^#?([0-9a-f]{6})$/.exec(said.trim());
  if (hex) return { hex: `#${hex[1]}` };
  const words = said.split(/[^a-z]+/).filter((word) => word !== "");
  const kelvin = WHITES[words.join("")];
  if (kelvin !== undefined) return { hex: "#ffffff", kelvin };
  const whole = COLORS[words.join("")];
  if (whole) return { hex: whole };
  const base = COLORS[words.slice(1).join("")];
  const tint = SHADES[words[0] ?? ""];
  if (!base || !tint) throw new DeviceError("request.color", { words: text });
  return { hex: shade(base, tint) };
}

export const COLOR_NAMES: readonly string[] = Object.keys(COLORS);
