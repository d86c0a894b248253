// One property of a Zigbee2MQTT device ↔ our words: a codec for each kind of property.
import type { State, Value } from "../home.ts";
import { hexOfXy, isNear, xyOfHex } from "./color.ts";

/** One node of `definition.exposes`; `property` is the key to write, which may differ from `name`. */
export interface Expose {
  type?: string;
  name?: string;
  property?: string;
  /** Bit 1 state, bit 2 set, bit 3 get. */
  access?: number;
  endpoint?: string;
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
  read(told: unknown, payload: Payload): State;
  write(set: State): Payload;
}

const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
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
      const value = asNumber(told);
      return value === undefined ? {} : { [key]: Math.round(((value - value_min) / (value_max - value_min)) * 100) };
    },
    write: (set): Payload => {
      const wanted = asNumber(set[key]);
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

/** Mired, 1,000,000 / kelvin, inside what the lamp can do. */
export function whiteTone({ property = "color_temp", value_min = 50, value_max = 1000 }: Expose): Codec {
  return {
    property,
    read(told, { color_mode }) {
      const mired = asNumber(told);
      return mired === undefined || mired === 0 || (color_mode !== undefined && color_mode !== "color_temp")
        ? {}
        : { kelvin: Math.round(1e6 / mired) };
    },
    write: (set): Payload => {
      const kelvin = asNumber(set.kelvin);
      return kelvin === undefined
        ? {}
        : { [property]: Math.min(value_max, Math.max(value_min, Math.round(1e6 / kelvin))) };
    },
  };
}

/** Lamps report xy, which does not know how light the wish was: the wish is what was sent when the report is near it. */
export function colour({ property = "color" }: Expose): Codec {
  let sent: string | undefined;
  return {
    property,
    read(told, { color_mode }) {
      if (color_mode === "color_temp" || typeof told !== "object" || told === null) return {};
      const { x, y } = told as { x?: number; y?: number };
      if (asNumber(x) === undefined || asNumber(y) === undefined) return {};
      const seen = { x: x as number, y: y as number };
      return { color: sent !== undefined && isNear(xyOfHex(sent), seen) ? sent : hexOfXy(seen) };
    },
    write: (set): Payload => {
      if (typeof set.color !== "string") return {};
      sent = set.color;
      return { [property]: { hex: set.color } };
    },
  };
}

const SPEED_PERCENT: Readonly<Record<string, number>> = { low: 33, medium: 66, high: 100, on: 100 };

export function fanMode({ property = "fan_mode", values = [] }: Expose): Codec {
  const known = values.filter((value): value is string => typeof value === "string");
  const nearest = (percent: number): string | undefined =>
    known
      .filter((word) => SPEED_PERCENT[word] !== undefined && word !== "on")
      .sort((a, b) => Math.abs((SPEED_PERCENT[a] ?? 0) - percent) - Math.abs((SPEED_PERCENT[b] ?? 0) - percent))[0];
  let asked: number | undefined;
  return {
    property,
    read(told) {
      if (typeof told !== "string") return {};
      if (told === "off") return { on: false, percent: 0 };
      const percent = SPEED_PERCENT[told];
      const meant = asked !== undefined && nearest(asked) === told ? asked : percent;
      return { on: true, speed: told, ...(meant !== undefined && { percent: meant }) };
    },
    write: (set): Payload => {
      if (set.on === false && known.includes("off")) return { [property]: "off" };
      if (typeof set.speed === "string" && known.includes(set.speed)) return { [property]: set.speed };
      asked = asNumber(set.percent);
      const word = asked === undefined ? undefined : nearest(asked);
      return word === undefined ? {} : { [property]: word };
    },
  };
}

export function coverState({ property = "state" }: Expose, hasPosition: boolean): Codec {
  return {
    property,
    read: (told) =>
      hasPosition || typeof told !== "string"
        ? {}
        : told === "OPEN"
          ? { position: 100 }
          : told === "CLOSE"
            ? { position: 0 }
            : {},
    write: (set): Payload => {
      const position = asNumber(set.position);
      if (position === undefined || (hasPosition && position !== 0 && position !== 100)) return {};
      return { [property]: position > 0 ? "OPEN" : "CLOSE" };
    },
  };
}

export function coverPosition({ property = "position" }: Expose): Codec {
  return {
    property,
    read: (told) => (asNumber(told) === undefined ? {} : { position: told as number }),
    // Ends are reached by OPEN and CLOSE, which all covers know best.
    write: (set): Payload => {
      const position = asNumber(set.position);
      return position === undefined || position === 0 || position === 100 ? {} : { [property]: position };
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

const MODES = ["heat", "cool", "auto", "dry", "fan_only", "off"];

export function systemMode({ property = "system_mode" }: Expose): Codec {
  return {
    property,
    read: (told) => (typeof told === "string" ? { mode: told, on: told !== "off" } : {}),
    write: (set): Payload => {
      if (set.on === false) return { [property]: "off" };
      if (typeof set.mode === "string" && MODES.includes(set.mode)) return { [property]: set.mode };
      return set.on === true ? { [property]: "heat" } : {};
    },
  };
}
