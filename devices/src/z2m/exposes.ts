// What Zigbee2MQTT says a device can do ("exposes") → our kind, capabilities, and a codec for each of its properties.
import type { State } from "../home.ts";
import type { Capability, Kind } from "../kinds.ts";
import {
  type Codec,
  canGet,
  canSet,
  colour,
  type Expose,
  lockState,
  onOff,
  type Payload,
  plain,
  scaled,
  whiteTone,
} from "./codecs.ts";
import { climate, fanMode, fanSpeed, unlessSpeed } from "./comfort.ts";
import { cover, motorCodec } from "./covers.ts";
import { kindOfReadings, reading } from "./sensors.ts";

export interface Shape {
  /** Zigbee2MQTT's endpoint, for devices with several switches. */
  readonly endpoint: string | undefined;
  readonly kind: Kind;
  readonly capabilities: readonly Capability[];
  readonly codecs: readonly Codec[];
  /** What makes it stand still; absent: it does not move. */
  stop?(): Payload;
}

type Made = Omit<Shape, "endpoint">;
type Find = (...names: string[]) => Expose | undefined;

const finder =
  ({ features = [] }: Expose): Find =>
  (...names) =>
    names.flatMap((name) => features.find((feature) => feature.name === name) ?? [])[0];

type Pair = readonly [Expose | undefined, Capability | undefined, (feature: Expose) => Codec];

const asked = (feature: Expose, codec: Codec): Codec => ({ ...codec, isGettable: canGet(feature) });

function collect(pairs: readonly Pair[]): { codecs: Codec[]; capabilities: Capability[] } {
  const codecs: Codec[] = [];
  const capabilities = new Set<Capability>();
  for (const [feature, capability, make] of pairs) {
    if (feature === undefined) continue;
    codecs.push(asked(feature, make(feature)));
    if (capability !== undefined && canSet(feature)) capabilities.add(capability);
  }
  return { codecs, capabilities: [...capabilities] };
}

const SPECIFIC: Readonly<Record<string, (find: Find) => Made>> = {
  light: (find) => {
    const color = find("color_xy", "color_hs");
    return {
      kind: "light",
      ...collect([
        [find("state"), "onoff", (f) => onOff(f, "on")],
        [find("brightness"), "brightness", (f) => scaled(f, "brightness")],
        [find("color_temp"), "color_temperature", whiteTone],
        [color, "color", colour],
      ]),
    };
  },
  switch: (find) => ({ kind: "plug", ...collect([[find("state"), "onoff", (f) => onOff(f, "on")]]) }),
  fan: (find) => {
    const [mode, speed] = [find("mode", "fan_mode"), find("speed")];
    // An empty codec of its own is no loss: which of the two a fan has, only its definition knows.
    const state = (f: Expose): Codec => (mode ? unlessSpeed(onOff(f, "on")) : onOff(f, "on"));
    return {
      kind: "fan",
      ...collect([
        [find("state", "fan_state"), "onoff", state],
        [mode, "fan_speed", fanMode],
        [mode ? undefined : speed, "fan_speed", fanSpeed],
      ]),
    };
  },
  lock: (find) => ({
    kind: "lock",
    ...collect([
      [find("state"), "lock", (f) => onOff({ value_on: "LOCK", value_off: "UNLOCK", ...f }, "locked")],
      [find("lock_state"), undefined, (f) => lockState(f.property ?? "lock_state")],
    ]),
  }),
  cover: (find) => {
    const [state, position] = [find("state"), find("position")];
    const { codecs, stop } = cover(state, position);
    const capabilities: Capability[] = [];
    if ((state && canSet(state)) || (position && canSet(position))) capabilities.push("cover");
    if (position && canSet(position)) capabilities.push("position");
    const gettable = [state, position].flatMap((feature) => (feature && canGet(feature) ? [feature.property] : []));
    return {
      kind: "blind",
      capabilities,
      codecs: codecs.map((codec) => ({ ...codec, isGettable: gettable.includes(codec.property) })),
      stop,
    };
  },
  climate: (find) => {
    const made = climate({
      heating: find("occupied_heating_setpoint", "current_heating_setpoint"),
      cooling: find("occupied_cooling_setpoint", "current_cooling_setpoint"),
      mode: find("system_mode"),
      preset: find("preset"),
    });
    const temperature = collect([
      [find("local_temperature"), undefined, (f) => plain(f.property ?? "local_temperature", "temperature", false)],
    ]);
    const capabilities: Capability[] = [];
    if (made.hasTarget) capabilities.push("climate");
    if (made.canBeOff) capabilities.push("onoff");
    if (temperature.codecs.length > 0) capabilities.push("sensor");
    const kind = made.cools ? "air_conditioner" : "thermostat";
    return { kind, capabilities, codecs: [...made.codecs, ...temperature.codecs] };
  },
};

/** Older lists call every setting that is on or off a switch or a lock: "window_detection", "child_lock". */
const isSetting = ({ type = "", features = [] }: Expose): boolean =>
  (type === "switch" || type === "lock") && !features.some(({ property = "" }) => /^state(_|$)/.test(property));

function shapeOf(expose: Expose): Shape[] {
  const make = SPECIFIC[expose.type ?? ""];
  if (make === undefined || isSetting(expose)) return [];
  const made = make(finder(expose));
  return made.codecs.length === 0 ? [] : [{ endpoint: expose.endpoint, ...made }];
}

/** A bare `state` that can be set is a switch, in a device that has none of the specific kinds. */
const bareSwitch = (exposes: readonly Expose[]): Shape[] =>
  exposes
    .filter(
      ({ type, name, access = 0 }) => type === "binary" && /^state(_l?\d+)?$/.test(name ?? "") && (access & 3) === 3,
    )
    .map((expose) => {
      const { name = "state", property = name } = expose;
      const endpoint = expose.endpoint ?? /^state_(.+)$/.exec(property)?.[1];
      const opens = expose.value_on === "OPEN";
      const codec = opens ? opening(onOff({ ...expose, property }, "on")) : onOff({ ...expose, property }, "on");
      return {
        endpoint,
        kind: opens ? "valve" : "plug",
        capabilities: [opens ? "cover" : "onoff"],
        codecs: [asked(expose, codec)],
      };
    });

/** A switch that lets something flow: on is open. */
export function opening(codec: Codec): Codec {
  return {
    ...codec,
    read(told, payload) {
      const state = codec.read(told, payload);
      return typeof state.on === "boolean" ? { ...state, position: state.on ? 100 : 0 } : state;
    },
    write: (set) => codec.write(typeof set.position === "number" ? { on: set.position > 0 } : set),
  };
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
export function shapesOf(exposes: readonly Expose[]): Shape[] {
  const sensed = exposes.flatMap((expose): Sensed[] => {
    const codec = reading(expose);
    return codec ? [[expose, asked(expose, codec)]] : [];
  });
  const specific = exposes.flatMap(shapeOf);
  const bare = bareSwitch(exposes);
  const shapes = specific.length > 0 ? withBare(specific, bare) : bare;
  if (shapes.length === 0) return sensed.length === 0 ? [] : sensorShapes(sensed);
  const motors = exposes.filter(({ name = "" }) => ["moving", "running", "motor_state"].includes(name));
  const moving = shapes.map((shape) =>
    shape.stop ? { ...shape, codecs: [...shape.codecs, ...motors.map(motorCodec)] } : shape,
  );
  return withReadings(moving, sensed);
}

/** Heating that has no mode "off" is switched off by its bare `state`; elsewhere a bare state beside is a setting. */
function withBare([first, ...rest]: readonly Shape[], [bare]: readonly Shape[]): Shape[] {
  if (first === undefined) return [];
  const isMissing = first.capabilities.includes("climate") && !first.capabilities.includes("onoff");
  if (!isMissing || bare === undefined) return [first, ...rest];
  return [
    { ...first, capabilities: [...first.capabilities, "onoff"], codecs: [...first.codecs, ...bare.codecs] },
    ...rest,
  ];
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
