// What sensors tell, by Zigbee2MQTT's names, as the readings that our questions know.
import type { State } from "../home.ts";
import type { Kind } from "../kinds.ts";
import { type Codec, type Expose, numberIn } from "./codecs.ts";

const readOnly = (property: string, read: Codec["read"]): Codec => ({ property, read, write: () => ({}) });

const NUMBERS: Readonly<Record<string, string>> = {
  temperature: "temperature",
  humidity: "humidity",
  battery: "battery",
  power: "power",
  co2: "air_quality",
  illuminance: "illuminance",
  illuminance_lux: "illuminance",
  soil_moisture: "soil_moisture",
  energy: "energy",
  pressure: "pressure",
};

const SWITCHES: Readonly<Record<string, string>> = {
  occupancy: "motion",
  presence: "motion",
  smoke: "smoke",
  water_leak: "leak",
  gas: "gas",
  carbon_monoxide: "carbon_monoxide",
  vibration: "vibration",
  battery_low: "battery_low",
  tamper: "tamper",
};

/** Beside another reading these say nothing of what the thing is. */
const KIND_OF_READING: readonly (readonly [string, Kind])[] = [
  ["smoke", "smoke"],
  ["contact", "contact"],
  ["occupancy", "motion"],
  ["presence", "motion"],
];

function binary({ value_on = true, value_off = false, property = "" }: Expose, key: string): Codec {
  return readOnly(
    property,
    (told): State => (told === value_on ? { [key]: true } : told === value_off ? { [key]: false } : {}),
  );
}

function numeric({ property = "", unit }: Expose, key: string): Codec {
  const scale = key === "power" && unit === "kW" ? 1_000 : 1;
  return readOnly(property, (told): State => {
    const value = numberIn(told);
    if (value === undefined) return {};
    // Some thermometers tell Fahrenheit when their owner chose so.
    return { [key]: unit === "°F" ? Math.round(((value - 32) / 1.8) * 10) / 10 : value * scale };
  });
}

/** Undefined: nothing that we know. */
export function reading(expose: Expose): Codec | undefined {
  const { name = "", type, property = name } = expose;
  if (!((expose.access ?? 1) & 1)) return undefined;
  // Zigbee's contact is true while the magnet is near: closed.
  if (name === "contact") {
    return readOnly(property, (told): State => (typeof told === "boolean" ? { open: !told } : {}));
  }
  const [number, binaryKey] = [NUMBERS[name], SWITCHES[name]];
  if (type === "numeric" && number !== undefined) return numeric({ ...expose, property }, number);
  return type === "binary" && binaryKey !== undefined ? binary({ ...expose, property }, binaryKey) : undefined;
}

export const kindOfReadings = (names: readonly (string | undefined)[]): Kind =>
  KIND_OF_READING.find(([name]) => names.includes(name))?.[1] ?? "sensor";
