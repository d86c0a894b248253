// Heating, cooling and fans. Home Assistant tells and takes degrees in its own unit; ours is Celsius.
import type { State } from "../home.ts";
import type { Capability } from "../kinds.ts";
import {
  type Call,
  type Domain,
  type Entity,
  hasFeature,
  known,
  listIn,
  numberIn,
  textIn,
  type View,
} from "./entity.ts";

const CAN_SET_TARGET = 1;
const CAN_SET_SPEED = 1;

export const toCelsius = (degrees: number | undefined, isFahrenheit: boolean): number | undefined =>
  degrees === undefined || !isFahrenheit ? degrees : Math.round(((degrees - 32) / 1.8) * 100) / 100;
const fromCelsius = (celsius: number, isFahrenheit: boolean): number =>
  isFahrenheit ? Math.round((celsius * 1.8 + 32) * 10) / 10 : celsius;

/** What this entity calls our mode: "auto" is "heat_cool" where there is no other. */
function modeFor(mode: string, { attributes }: Entity): string {
  const modes = listIn(attributes, "hvac_modes");
  return mode === "auto" && !modes.includes("auto") && modes.includes("heat_cool") ? "heat_cool" : mode;
}

function readClimate(entity: Entity, { isFahrenheit }: View): State {
  const { state, attributes } = entity;
  if (state === "unknown" || state === "unavailable") return {};
  const mode = state === modeFor("auto", entity) ? "auto" : state;
  return known({
    on: state !== "off",
    mode,
    target: toCelsius(numberIn(attributes, "temperature"), isFahrenheit),
    temperature: toCelsius(numberIn(attributes, "current_temperature"), isFahrenheit),
    humidity: numberIn(attributes, "current_humidity"),
  });
}

function climateCalls(set: State, entity: Entity, { isFahrenheit }: View): Call[] {
  const modes = listIn(entity.attributes, "hvac_modes");
  const off = modes.includes("off")
    ? { service: "set_hvac_mode", data: { hvac_mode: "off" } }
    : { service: "turn_off" };
  if (set.on === false || set.mode === "off") return [off];
  const calls: Call[] = [];
  if (typeof set.mode === "string")
    calls.push({ service: "set_hvac_mode", data: { hvac_mode: modeFor(set.mode, entity) } });
  else if (set.on === true) calls.push({ service: "turn_on" });
  if (typeof set.target === "number") {
    calls.push({ service: "set_temperature", data: { temperature: fromCelsius(set.target, isFahrenheit) } });
  }
  return calls;
}

export const climate: Domain = {
  facts(entity) {
    const modes = listIn(entity.attributes, "hvac_modes");
    const capabilities: Capability[] = ["onoff", "sensor"];
    if (hasFeature(entity, CAN_SET_TARGET)) capabilities.push("climate");
    return { kind: modes.includes("cool") ? "air_conditioner" : "thermostat", capabilities };
  },
  read: readClimate,
  calls: ({ set = {} }, entity, view) => climateCalls(set, entity, view),
};

/** A fan of three speeds says 66 when asked for 50: within one step it is what was asked. */
function percentOf(attributes: Entity["attributes"], { percent }: State): number | undefined {
  const seen = numberIn(attributes, "percentage");
  const step = numberIn(attributes, "percentage_step") ?? 1;
  return seen !== undefined && typeof percent === "number" && Math.abs(seen - percent) < step ? percent : seen;
}

function fanCalls(set: State, entity: Entity): Call[] {
  if (set.on === false) return [{ service: "turn_off" }];
  const preset = listIn(entity.attributes, "preset_modes").find((mode) => mode.toLowerCase() === set.speed);
  if (preset !== undefined) return [{ service: "turn_on", data: { preset_mode: preset } }];
  if (typeof set.percent === "number") return [{ service: "set_percentage", data: { percentage: set.percent } }];
  return set.on === true && set.speed === undefined ? [{ service: "turn_on" }] : [];
}

export const fan: Domain = {
  facts(entity, words) {
    const capabilities: Capability[] = hasFeature(entity, CAN_SET_SPEED) ? ["onoff", "fan_speed"] : ["onoff"];
    return { kind: /purifier|air cleaner/i.test(words) ? "purifier" : "fan", capabilities };
  },
  read({ state, attributes }, { asked }) {
    if (state === "off") return { on: false, percent: 0 };
    if (state !== "on") return {};
    return known({
      on: true,
      percent: percentOf(attributes, asked),
      speed: textIn(attributes, "preset_mode")?.toLowerCase(),
    });
  },
  calls: ({ set = {} }, entity) => fanCalls(set, entity),
};
