// Heating, cooling and fans. The home says degrees in its unit, devices are told Celsius.
import { numberOf, textOf } from "../arguments.ts";
import type { Arguments, Refusal } from "../call.ts";
import type { Device, Home } from "../home.ts";
import { NEEDS } from "../needs.ts";
import { type DeviceTool, type Order, percent, refuse } from "./tool.ts";

const SENSIBLE = { C: [5, 35], F: [41, 95] } as const;
const STEP = { C: 1, F: 2 } as const;
const SPEEDS: Readonly<Record<string, number>> = { low: 33, medium: 66, high: 100 };

export const toCelsius = (degrees: number, unit: Home["unit"]): number =>
  unit === "C" ? degrees : Math.round(((degrees - 32) / 1.8) * 100) / 100;
export const fromCelsius = (celsius: number, unit: Home["unit"]): number =>
  Math.round((unit === "C" ? celsius : celsius * 1.8 + 32) * 10) / 10;

function rangeFault(degrees: number, { unit }: Home): Refusal | undefined {
  const [least, most] = SENSIBLE[unit];
  if (degrees >= least && degrees <= most) return undefined;
  return refuse("out_of_range", `I can set ${least} to ${most} °${unit}, not ${degrees}.`);
}

/** Told in the home's unit before anything else is asked. */
export function temperatureFault(home: Home, args: Arguments): Refusal | undefined {
  const degrees = numberOf(args, "degrees");
  return degrees === undefined || Number.isNaN(degrees) ? undefined : rangeFault(degrees, home);
}

/** A target outside what people live in is a misheard number, not a wish. */
function target(degrees: number, device: Device, home: Home): Order | Refusal {
  const fault = rangeFault(degrees, home);
  if (fault) return fault;
  const celsius = toCelsius(degrees, home.unit);
  const off = device.state.on === false || device.state.mode === "off";
  return { set: off ? { mode: device.kind === "thermostat" ? "heat" : "auto", target: celsius } : { target: celsius } };
}

const setTemperature: DeviceTool = {
  need: () => NEEDS.climate,
  order: (args, device, home) => target(numberOf(args, "degrees") ?? Number.NaN, device, home),
};

const changeTemperature: DeviceTool = {
  need: () => NEEDS.climate,
  order(args, device, home) {
    const now = device.state.target;
    if (typeof now !== "number") return refuse("unsupported", `I do not know what the ${device.name} is set to.`);
    const by = numberOf(args, "by") ?? STEP[home.unit];
    return target(fromCelsius(now, home.unit) + (args.direction === "up" ? by : -by), device, home);
  },
};

const setClimateMode: DeviceTool = {
  need: () => NEEDS.climate,
  order: (args) => ({ set: { mode: textOf(args, "mode") ?? "" } }),
};

const setFanSpeed: DeviceTool = {
  need: () => NEEDS.fan,
  order(args) {
    const speed = textOf(args, "speed");
    const wanted = numberOf(args, "percent") ?? SPEEDS[speed ?? ""];
    if (speed === "auto" && wanted === undefined) return { set: { on: true, speed: "auto" } };
    if (wanted === undefined) return refuse("invalid_arguments", "How fast: low, medium, high or auto?");
    return { set: wanted === 0 ? { on: false } : { on: true, percent: percent(wanted) } };
  },
};

export const CLIMATE_TOOLS = {
  set_temperature: setTemperature,
  change_temperature: changeTemperature,
  set_climate_mode: setClimateMode,
  set_fan_speed: setFanSpeed,
};
