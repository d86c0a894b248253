// What some devices list loose instead of as one of the specific kinds: a bare switch, a siren, an air conditioner.
import { type Codec, canSet, type Expose, onOff, type Payload } from "./codecs.ts";
import { cover } from "./covers.ts";
import type { Shape } from "./exposes.ts";
import { reading } from "./sensors.ts";
import { asked } from "./specific.ts";

const withProperty = (expose: Expose): Expose & { property: string } => ({
  ...expose,
  property: expose.property ?? expose.name ?? "",
});
const isBare = ({ type, name = "", access = 0 }: Expose): boolean =>
  type === "binary" && /^state(_l?\d+)?$/.test(name) && (access & 3) === 3;

/** A bare `state` that can be set; "OPEN" is that of a valve. */
export const bareSwitches = (exposes: readonly Expose[]): Shape[] =>
  exposes.filter(isBare).map((listed) => {
    const expose = withProperty(listed);
    const endpoint = expose.endpoint ?? /^state_(.+)$/.exec(expose.property)?.[1];
    if (expose.value_on !== "OPEN") {
      return { endpoint, kind: "plug", capabilities: ["onoff"], codecs: [asked(expose, onOff(expose, "on"))] };
    }
    const position = exposes.find(({ name, type }) => name === "position" && type === "numeric");
    const { codecs } = cover(expose, position, []);
    return { endpoint, kind: "valve", capabilities: ["cover"], codecs: codecs.map((codec) => asked(expose, codec)) };
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

/** Heating that has no mode "off" is switched off by its bare `state`; elsewhere a bare state beside is a setting. */
export function withBare(shapes: readonly Shape[], [bare]: readonly Shape[]): Shape[] {
  const [first, ...rest] = shapes;
  if (first === undefined) return [];
  const isMissing = first.capabilities.includes("climate") && !first.capabilities.includes("onoff");
  if (!isMissing || bare === undefined) return [first, ...rest];
  const capabilities = [...first.capabilities, ...bare.capabilities];
  return [{ ...first, capabilities, codecs: [...first.codecs, ...bare.codecs] }, ...rest];
}

// What a siren may sense beside; with anything else it is a sensor that can howl, and stays one.
const BESIDE = ["battery", "battery_low", "tamper", "temperature", "humidity"];
// The longest that the standard's field can say is 18 hours; nobody wants that.
const HOWL = { mode: "emergency", level: "high", strobe: true, duration: 180 };

/** A siren is an appliance: "everything" never means it. */
export function siren(exposes: readonly Expose[]): Shape[] {
  if (exposes.some((expose) => reading(expose) && !BESIDE.includes(expose.name ?? ""))) return [];
  const alarm = exposes.find((expose) => expose.name === "alarm" && expose.type === "binary" && canSet(expose));
  const warning = exposes.find((expose) => expose.name === "warning" && expose.type === "composite");
  const found = alarm ?? warning;
  if (found === undefined) return [];
  const { property, ...rest } = withProperty(found);
  const howl = (isOn: boolean): Payload => ({ [property]: isOn ? HOWL : { ...HOWL, mode: "stop" } });
  const codec: Codec = alarm
    ? onOff({ ...rest, property }, "on")
    : { property, read: () => ({}), write: (set) => (typeof set.on === "boolean" ? howl(set.on) : {}) };
  return [{ endpoint: undefined, kind: "appliance", capabilities: ["onoff"], codecs: [asked(found, codec)] }];
}

/** Its parts under the names of a climate; the switch beside says the same as the mode "off". */
export function airConditioner(exposes: readonly Expose[]): readonly Expose[] {
  const of = (name: string): Expose | undefined => exposes.find((expose) => expose.name === name);
  const [target, mode, current] = [of("target_temperature"), of("system_mode"), of("current_temperature")];
  if (target?.type !== "numeric" || !canSet(target) || mode?.type !== "enum" || !canSet(mode)) return exposes;
  const features = [
    { ...withProperty(target), name: "current_heating_setpoint" },
    withProperty(mode),
    ...(current ? [{ ...withProperty(current), name: "local_temperature" }] : []),
  ];
  const isOff = mode.values?.includes("off") === true;
  return [{ type: "climate", features }, ...exposes.filter(({ type }) => !isOff || type !== "switch")];
}
