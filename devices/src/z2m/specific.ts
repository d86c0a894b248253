// Zigbee2MQTT's specific kinds (light, switch, fan, lock, cover, climate) → our kind, capabilities and codecs.
import type { Capability } from "../kinds.ts";
import {
  type Codec,
  canGet,
  canSet,
  colour,
  type Expose,
  lockState,
  onOff,
  plain,
  scaled,
  whiteTone,
} from "./codecs.ts";
import { climate, fanMode, fanSpeed, fanSpeedOnly, hasSpeeds, unlessSpeed } from "./comfort.ts";
import { cover } from "./covers.ts";
import type { Shape } from "./exposes.ts";

type Made = Omit<Shape, "endpoint">;
type Find = (...names: string[]) => Expose | undefined;

export const finder =
  ({ features = [] }: Expose): Find =>
  (...names) =>
    names.flatMap((name) => features.find((feature) => feature.name === name) ?? [])[0];

type Pair = readonly [Expose | undefined, Capability | undefined, (feature: Expose) => Codec];

export const asked = (feature: Expose, codec: Codec): Codec => ({ ...codec, isGettable: canGet(feature) });

const askedAll = (features: readonly (Expose | undefined)[], codecs: readonly Codec[]): Codec[] =>
  codecs.map((codec) => {
    const feature = features.find((one) => one?.property === codec.property);
    return feature === undefined ? codec : asked(feature, codec);
  });

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

export const SPECIFIC: Readonly<Record<string, (find: Find, motors: readonly Expose[]) => Made>> = {
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
    const state = (f: Expose): Codec => (mode ? unlessSpeed(onOff(f, "on")) : onOff(f, "on"));
    return {
      kind: "fan",
      ...collect([
        [find("state", "fan_state"), "onoff", state],
        [mode, "fan_speed", (f) => (find("state", "fan_state") ? fanSpeedOnly(fanMode(f)) : fanMode(f))],
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
  cover: (find, motors) => {
    const [state, position] = [find("state"), find("position")];
    const { codecs, stop } = cover(state, position, motors);
    const capabilities: Capability[] = [];
    if ((state && canSet(state)) || (position && canSet(position))) capabilities.push("cover");
    if (position && canSet(position)) capabilities.push("position");
    return {
      kind: "blind",
      capabilities,
      codecs: askedAll([state, position], codecs),
      ...(state && { stop }),
    };
  },
  climate: (find) => {
    const features = {
      heating: find("occupied_heating_setpoint", "current_heating_setpoint"),
      cooling: find("occupied_cooling_setpoint", "current_cooling_setpoint"),
      mode: find("system_mode"),
      preset: find("preset"),
    };
    const made = climate(features);
    const codecs = askedAll(Object.values(features), made.codecs);
    const fan = find("fan_mode");
    const others = collect([
      [find("local_temperature"), undefined, (f) => plain(f.property ?? "local_temperature", "temperature", false)],
      [fan && canSet(fan) && hasSpeeds(fan) ? fan : undefined, "fan_speed", (f) => fanSpeedOnly(fanMode(f))],
    ]);
    const capabilities: Capability[] = [];
    if (made.hasTarget) capabilities.push("climate");
    if (made.canBeOff) capabilities.push("onoff");
    if (find("local_temperature")) capabilities.push("sensor");
    const kind = made.cools ? "air_conditioner" : "thermostat";
    return {
      kind,
      capabilities: [...capabilities, ...others.capabilities],
      codecs: [...codecs, ...others.codecs],
    };
  },
};
