// One property of a Zigbee2MQTT device ↔ our words: a codec for each kind of property.
import type { State, Value } from "../home.ts";
import { hexOfHue, hexOfXy, isNear, type Xy, xyOfHex } from "./color.ts";

/** One node of `definition.exposes`; `property` is the key to write, which may differ from `name`. */
export interface Expose {
  type?: string;
  name?: string;
  property?: string;
  /** Bit 1 state, bit 2 set, bit 3 get. */
  access?: number;
  endpoint?: string;
  unit?: string;
  value_on?: Value;
  value_off?: Value;
  value_min?: number;
  value_max?: number;
  values?: Value[];
  features?: Expose[];
}

export type Payload = Record<string, unknown>;

/** Translates one property both ways. `read` gives what a report says; `write` what must be sent for a wish. */
export interface Codec {
  readonly property: string;
  /** Whether the device tells it when asked. */
  readonly isGettable?: boolean;
  read(told: unknown, payload: Payload): State;
  write(set: State): Payload;
}

export const numberIn = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
export const canSet = ({ access = 0 }: Expose): boolean => (access & 2) !== 0;
export const canGet = ({ access = 0 }: Expose): boolean => (access & 4) !== 0;
const hasKey = (set: State, key: string): boolean => set[key] !== undefined;

export function onOff({ property = "state", value_on = "ON", value_off = "OFF" }: Expose, key: string): Codec {
  return {
    property,
    read: (told) => (told === value_on ? { [key]: true } : told === value_off ? { [key]: false } : {}),
    write: (set): Payload => (hasKey(set, key) ? { [property]: set[key] === true ? value_on : value_off } : {}),
  };
}

export function scaled({ property = "brightness", value_min = 0, value_max = 254 }: Expose, key: string): Codec {
  return {
    property,
    read(told) {
      const value = numberIn(told);
      return value === undefined ? {} : { [key]: Math.round(((value - value_min) / (value_max - value_min)) * 100) };
    },
    write: (set): Payload => {
      const wanted = numberIn(set[key]);
      return wanted === undefined
        ? {}
        : { [property]: Math.round(value_min + (wanted / 100) * (value_max - value_min)) };
    },
  };
}

export function plain(property: string, key: string, isSettable: boolean): Codec {
  return {
    property,
    read: (told) =>
      typeof told === "number" || typeof told === "string" || typeof told === "boolean" ? { [key]: told } : {},
    write: (set): Payload => (isSettable && hasKey(set, key) ? { [property]: set[key] } : {}),
  };
}

// "Warm" is 2700 K; a lamp whose warmest is 2857 K has done it.
const NEAR_ENOUGH = 0.12;

/** Mired, 1,000,000 / kelvin, inside what the lamp can do. */
export function whiteTone({ property = "color_temp", value_min = 50, value_max = 1000 }: Expose): Codec {
  const miredOf = (kelvin: number): number => Math.min(value_max, Math.max(value_min, Math.round(1e6 / kelvin)));
  let asked: number | undefined;
  return {
    property,
    read(told, { color_mode }) {
      const mired = numberIn(told);
      if (mired === undefined || mired === 0 || (color_mode !== undefined && color_mode !== "color_temp")) return {};
      const kelvin = Math.round(1e6 / mired);
      const isMeant = asked !== undefined && miredOf(asked) === mired && Math.abs(kelvin / asked - 1) < NEAR_ENOUGH;
      return { kelvin: isMeant ? (asked as number) : kelvin };
    },
    write: (set): Payload => {
      asked = numberIn(set.kelvin);
      return asked === undefined ? {} : { [property]: miredOf(asked) };
    },
  };
}

/** Some lamps know hue (degrees) and saturation (percent) only. */
function seenIn({ x, y, hue, saturation }: Payload): Xy | undefined {
  const [atX, atY, degrees, percent] = [x, y, hue, saturation].map(numberIn);
  if (atX !== undefined && atY !== undefined) return { x: atX, y: atY };
  return degrees === undefined || percent === undefined ? undefined : xyOfHex(hexOfHue(degrees, percent));
}

/** Lamps report xy, which does not know how light the wish was: the wish is what was sent when the report is near it. */
export function colour({ property = "color" }: Expose): Codec {
  let sent: string | undefined;
  return {
    property,
    read(told, { color_mode }) {
      if (color_mode === "color_temp" || typeof told !== "object" || told === null) return {};
      const seen = seenIn(told as Payload);
      if (seen === undefined) return {};
      return { color: sent !== undefined && isNear(xyOfHex(sent), seen) ? sent : hexOfXy(seen) };
    },
    write: (set): Payload => {
      if (typeof set.color !== "string") return {};
      sent = set.color;
      return { [property]: { hex: set.color } };
    },
  };
}

/** Some locks tell more in `lock_state` than in `state`: "not_fully_locked" is not locked. */
export function lockState(property: string): Codec {
  return {
    property,
    read: (told) => (typeof told === "string" ? { locked: told === "locked" } : {}),
    write: () => ({}),
  };
}
