// Colours between a screen's `#rrggbb` and CIE 1931 xy, which is what Zigbee lamps report.

export interface Xy {
  readonly x: number;
  readonly y: number;
}

const toLinear = (channel: number): number =>
  channel > 0.04045 ? ((channel + 0.055) / 1.055) ** 2.4 : channel / 12.92;
const toGamma = (channel: number): number =>
  channel > 0.0031308 ? 1.055 * channel ** (1 / 2.4) - 0.055 : 12.92 * channel;

/** sRGB, D65 (IEC 61966-2-1). */
export function xyOfHex(hex: string): Xy {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => toLinear(Number.parseInt(hex.slice(at, at + 2), 16) / 255));
  const x = 0.4124564 * r + 0.3575761 * g + 0.1804375 * b;
  const y = 0.2126729 * r + 0.7151522 * g + 0.072175 * b;
  const z = 0.0193339 * r + 0.119192 * g + 0.9503041 * b;
  const sum = x + y + z;
  return sum === 0 ? { x: 0.3127, y: 0.329 } : { x: x / sum, y: y / sum };
}

/** The brightest colour of this hue and saturation: xy knows no lightness. */
export function hexOfXy({ x, y }: Xy): string {
  const [bigX, bigZ] = y === 0 ? [0, 0] : [x / y, (1 - x - y) / y];
  const linear = [
    3.2404542 * bigX - 1.5371385 - 0.4985314 * bigZ,
    -0.969266 * bigX + 1.8760108 + 0.041556 * bigZ,
    0.0556434 * bigX - 0.2040259 + 1.0572252 * bigZ,
  ].map((channel) => Math.max(0, channel));
  const most = Math.max(...linear, 1e-9);
  const bytes = linear.map((channel) => Math.round(255 * Math.min(1, toGamma(channel / most))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Full brightness; degrees and percent. */
export function hexOfHue(hue: number, saturation: number): string {
  const channel = (n: number): number => {
    const k = (n + hue / 60) % 6;
    return 1 - (saturation / 100) * Math.max(0, Math.min(k, 4 - k, 1));
  };
  const bytes = [5, 3, 1].map((n) => Math.round(255 * Math.min(1, Math.max(0, channel(n)))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export const isNear = (a: Xy, b: Xy): boolean => Math.abs(a.x - b.x) < 0.02 && Math.abs(a.y - b.y) < 0.02;
