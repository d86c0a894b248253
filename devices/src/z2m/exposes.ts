// What Zigbee2MQTT says a device can do ("exposes") → our kind, capabilities, and a codec for each of its properties.
import type { State } from "../home.ts";
import type { Capability, Kind } from "../kinds.ts";
import {
  type Codec,
  colour,
  coverPosition,
  coverState,
  type Expose,
  fanMode,
  lockState,
  onOff,
  type Payload,
  plain,
  scaled,
  systemMode,
  whiteTone,
} from "./codecs.ts";

export interface Shape {
  /** Zigbee2MQTT's endpoint, for devices with several switches. */
  readonly endpoint: string | undefined;
  readonly kind: Kind;
  readonly capabilities: readonly Capability[];
  readonly codecs: readonly Codec[];
}

const canSet = ({ access = 0 }: Expose): boolean => (access & 2) !== 0;

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
