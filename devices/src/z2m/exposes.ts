// What Zigbee2MQTT says a device can do ("exposes") → our kind, capabilities, and a codec for each of its properties.
import type { State } from "../home.ts";
import type { Capability, Kind } from "../kinds.ts";
import type { Codec, Expose, Payload } from "./codecs.ts";
import { airConditioner, bareSwitches, siren, withBare } from "./loose.ts";
import { kindOfReadings, reading } from "./sensors.ts";
import { asked, finder, SPECIFIC } from "./specific.ts";

export interface Shape {
  /** Zigbee2MQTT's endpoint, for devices with several switches. */
  readonly endpoint: string | undefined;
  readonly kind: Kind;
  readonly capabilities: readonly Capability[];
  readonly codecs: readonly Codec[];
  /** What makes it stand still; absent: it does not move. */
  stop?(): Payload;
}

/** Older lists call every setting that is on or off a switch or a lock: "window_detection", "child_lock". */
const isSetting = ({ type = "", features = [] }: Expose): boolean =>
  (type === "switch" || type === "lock") && !features.some(({ property = "" }) => /^state(_|$)/.test(property));

const MOTORS = ["moving", "running", "motor_state"];

function shapeOf(expose: Expose, all: readonly Expose[]): Shape[] {
  const make = SPECIFIC[expose.type ?? ""];
  if (make === undefined || isSetting(expose)) return [];
  const motors = all.filter(({ name = "", endpoint }) => MOTORS.includes(name) && endpoint === expose.endpoint);
  const made = make(finder(expose), motors);
  return made.codecs.length === 0 ? [] : [{ endpoint: expose.endpoint, ...made }];
}

type Sensed = readonly [Expose, Codec];

/** A reading of one outlet belongs to that outlet, any other to the device's first part. */
function withReadings(shapes: readonly Shape[], sensed: readonly Sensed[]): Shape[] {
  const isOf = ({ endpoint }: Shape, expose: Expose): boolean => endpoint !== undefined && endpoint === expose.endpoint;
  return shapes.map((shape, index) => {
    const own = sensed.filter(([expose]) =>
      shapes.some((one) => isOf(one, expose)) ? isOf(shape, expose) : index === 0,
    );
    if (own.length === 0) return shape;
    const capabilities = [...new Set([...shape.capabilities, "sensor" as const])];
    return { ...shape, capabilities, codecs: [...shape.codecs, ...own.map(([, codec]) => codec)] };
  });
}

/** One thermometer of several in a device is a sensor of its own, else each would overwrite the other. */
function sensorShapes(sensed: readonly Sensed[]): Shape[] {
  const endpoints = [...new Set(sensed.map(([{ endpoint }]) => endpoint))];
  const names = sensed.map(([{ name }]) => name);
  const isTwice = new Set(names).size < names.length;
  const groups = isTwice ? endpoints : [undefined];
  return groups.map((endpoint) => {
    const own = sensed.filter(([expose]) => !isTwice || expose.endpoint === endpoint);
    const kind = kindOfReadings(own.map(([{ name }]) => name));
    return { endpoint, kind, capabilities: ["sensor"], codecs: own.map(([, codec]) => codec) };
  });
}

/** One shape for each thing that can be switched; a sensor has one shape, a device that is nothing to us none. */
export function shapesOf(listed: readonly Expose[]): Shape[] {
  const exposes = airConditioner(listed);
  const sensed = exposes.flatMap((expose): Sensed[] => {
    const codec = reading(expose);
    return codec ? [[expose, asked(expose, codec)]] : [];
  });
  const specific = exposes.flatMap((expose) => shapeOf(expose, exposes));
  const bare = bareSwitches(exposes);
  const shapes = specific.length > 0 ? withBare(specific, bare) : bare.length > 0 ? bare : siren(exposes);
  if (shapes.length > 0) return withReadings(shapes, sensed);
  return sensed.length === 0 ? [] : sensorShapes(sensed);
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
