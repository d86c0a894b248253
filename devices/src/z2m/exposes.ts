// What Zigbee2MQTT says a device can do ("exposes") → our kind, capabilities, and a codec for each of its properties.
import type { State, Value } from "../home.ts";
import type { Capability, Kind } from "../kinds.ts";
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

export interface Shape {
  /** Zigbee2MQTT's endpoint, for devices with several switches. */
  readonly endpoint: string | undefined;
  readonly kind: Kind;
  readonly capabilities: readonly Capability[];
  readonly codecs: readonly Codec[];
}

const canSet = ({ access = 0 }: Expose): boolean => (access & 2) !== 0;
const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
const hasKey = (set: State, key: string): boolean => set[key] !== undefined;

function onOff({ property = "state", value_on = "ON", value_off = "OFF" }: Expose, key: string): Codec {
  return {
    property,
    read: (told) => (told === value_on ? { [key]: true } : told === value_off ? { [key]: false } : {}),
    write: (set): Payload => (hasKey(set, key) ? { [property]: set[key] === true ? value_on : value_off } : {}),
  };
}

function scaled({ property = "brightness", value_min = 0, value_max = 254 }: Expose, key: string): Codec {
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

function plain(property: string, key: string, isSettable: boolean): Codec {
  return {
    property,
    read: (told) =>
      typeof told === "number" || typeof told === "string" || typeof told === "boolean" ? { [key]: told } : {},
    write: (set): Payload => (isSettable && hasKey(set, key) ? { [property]: set[key] } : {}),
  };
}

/** Mired, 1,000,000 / kelvin, inside what the lamp can do. */
function whiteTone({ property = "color_temp", value_min = 50, value_max = 1000 }: Expose): Codec {
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
function colour({ property = "color" }: Expose): Codec {
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

function fanMode({ property = "fan_mode", values = [] }: Expose): Codec {
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

function coverState({ property = "state" }: Expose, hasPosition: boolean): Codec {
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

function coverPosition({ property = "position" }: Expose): Codec {
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
function lockState(property: string): Codec {
  return {
    property,
    read: (told) => (typeof told === "string" ? { locked: told === "locked" } : {}),
    write: () => ({}),
  };
}

const MODES = ["heat", "cool", "auto", "dry", "fan_only", "off"];

function systemMode({ property = "system_mode" }: Expose): Codec {
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

const featureOf = ({ features = [] }: Expose, ...names: string[]): Expose | undefined =>
  names.flatMap((name) => features.find((feature) => feature.name === name) ?? [])[0];

type Specific = (expose: Expose) => { kind: Kind; capabilities: Capability[]; codecs: Codec[] };

function collect(
  pairs: readonly (readonly [Expose | undefined, Capability | undefined, (feature: Expose) => Codec])[],
): { codecs: Codec[]; capabilities: Capability[] } {
  const codecs: Codec[] = [];
  const capabilities = new Set<Capability>();
  for (const [feature, capability, make] of pairs) {
    if (feature === undefined) continue;
    codecs.push(make(feature));
    if (capability !== undefined && canSet(feature)) capabilities.add(capability);
  }
  return { codecs, capabilities: [...capabilities] };
}

const SPECIFIC: Readonly<Record<string, Specific>> = {
  light: (expose) => ({
    kind: "light",
    ...collect([
      [featureOf(expose, "state"), "onoff", (f) => onOff(f, "on")],
      [featureOf(expose, "brightness"), "brightness", (f) => scaled(f, "brightness")],
      [featureOf(expose, "color_temp"), "color_temperature", whiteTone],
      [featureOf(expose, "color_xy", "color_hs"), undefined, colour],
    ]),
  }),
  switch: (expose) => ({ kind: "plug", ...collect([[featureOf(expose, "state"), "onoff", (f) => onOff(f, "on")]]) }),
  fan: (expose) => ({
    kind: "fan",
    ...collect([
      [featureOf(expose, "state", "fan_state"), "onoff", (f) => onOff(f, "on")],
      [featureOf(expose, "mode", "fan_mode"), "fan_speed", fanMode],
    ]),
  }),
  lock: (expose) => ({
    kind: "lock",
    ...collect([
      [featureOf(expose, "state"), "lock", (f) => onOff({ value_on: "LOCK", value_off: "UNLOCK", ...f }, "locked")],
      [featureOf(expose, "lock_state"), undefined, (f) => lockState(f.property ?? "lock_state")],
    ]),
  }),
  cover: (expose) => {
    const position = featureOf(expose, "position");
    return {
      kind: "blind",
      ...collect([
        [featureOf(expose, "state"), "cover", (f) => coverState(f, position !== undefined)],
        [position, "position", coverPosition],
      ]),
    };
  },
  climate: (expose) => ({
    kind: "thermostat",
    ...collect([
      [
        featureOf(expose, "occupied_heating_setpoint", "current_heating_setpoint"),
        "climate",
        (f) => plain(f.property ?? "current_heating_setpoint", "target", true),
      ],
      [featureOf(expose, "system_mode"), "onoff", systemMode],
      [
        featureOf(expose, "local_temperature"),
        undefined,
        (f) => plain(f.property ?? "local_temperature", "temperature", false),
      ],
    ]),
  }),
};

/** Readings that our questions know, by Zigbee2MQTT's name. */
const READINGS: Readonly<Record<string, (expose: Expose) => Codec>> = {
  temperature: ({ property = "temperature" }) => plain(property, "temperature", false),
  humidity: ({ property = "humidity" }) => plain(property, "humidity", false),
  battery: ({ property = "battery" }) => plain(property, "battery", false),
  power: ({ property = "power" }) => plain(property, "power", false),
  // Zigbee's contact is true while the magnet is near: closed.
  contact: ({ property = "contact" }) => ({
    property,
    read: (told) => (typeof told === "boolean" ? { open: !told } : {}),
    write: () => ({}),
  }),
  occupancy: ({ property = "occupancy" }) => plain(property, "motion", false),
  presence: ({ property = "presence" }) => plain(property, "motion", false),
  smoke: ({ property = "smoke" }) => plain(property, "smoke", false),
};

const KIND_OF_READING: readonly (readonly [string, Kind])[] = [
  ["smoke", "smoke"],
  ["contact", "contact"],
  ["occupancy", "motion"],
  ["presence", "motion"],
];

/** One shape for each thing that can be switched; a sensor has one shape, a device that is nothing to us none. */
export function shapesOf(exposes: readonly Expose[]): Shape[] {
  const readings = exposes.filter(({ name = "" }) => READINGS[name] !== undefined);
  const sensed = readings.map((expose) => (READINGS[expose.name as string] as (expose: Expose) => Codec)(expose));
  const shapes = exposes.flatMap((expose): Shape[] => {
    const made = SPECIFIC[expose.type ?? ""]?.(expose);
    if (made === undefined || made.codecs.length === 0) return [];
    const hasColour = expose.type === "light" && featureOf(expose, "color_xy", "color_hs") !== undefined;
    return [
      {
        endpoint: expose.endpoint,
        ...made,
        capabilities: [...made.capabilities, ...(hasColour ? ["color" as const] : [])],
      },
    ];
  });
  const [first, ...rest] = shapes;
  if (first) {
    const capabilities = sensed.length > 0 ? [...first.capabilities, "sensor" as const] : first.capabilities;
    return [{ ...first, capabilities, codecs: [...first.codecs, ...sensed] }, ...rest];
  }
  if (sensed.length === 0) return [];
  const kind = KIND_OF_READING.find(([name]) => readings.some((expose) => expose.name === name))?.[1] ?? "sensor";
  return [{ endpoint: undefined, kind, capabilities: ["sensor"], codecs: sensed }];
}

/** What a report says in our words. */
export function readPayload({ codecs }: Shape, payload: Payload): State {
  return Object.assign(
    {},
    ...codecs.map((codec) => (codec.property in payload ? codec.read(payload[codec.property], payload) : {})),
  );
}

/** What must be sent; empty when the device has no property for any part of the wish. */
export function writePayload({ codecs }: Shape, set: State): Payload {
  return Object.assign({}, ...codecs.map((codec) => codec.write(set)));
}
