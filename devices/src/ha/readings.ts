// What only tells: sensors of the readings that our questions know.
import type { State } from "../home.ts";
import type { Kind } from "../kinds.ts";
import { toCelsius } from "./comfort.ts";
import { type Domain, type Entity, textIn } from "./entity.ts";

type Read = (value: number, unit: string | undefined) => State;

const READINGS: Readonly<Record<string, Read>> = {
  temperature: (value, unit) => ({ temperature: toCelsius(value, unit === "°F") ?? value }),
  humidity: (humidity) => ({ humidity }),
  battery: (battery) => ({ battery }),
  power: (value, unit) => ({ power: unit === "kW" ? value * 1_000 : value }),
  carbon_dioxide: (value) => ({ air_quality: value }),
};

const readingOf = ({ attributes }: Entity): Read | undefined => READINGS[textIn(attributes, "device_class") ?? ""];

export const sensor: Domain = {
  facts: (entity) => (readingOf(entity) ? { kind: "sensor", capabilities: ["sensor"] } : undefined),
  read(entity) {
    const value = Number.parseFloat(entity.state);
    if (!Number.isFinite(value)) return {};
    return readingOf(entity)?.(value, textIn(entity.attributes, "unit_of_measurement")) ?? {};
  },
  calls: () => [],
};

const BINARY: Readonly<Record<string, readonly [Kind, (isOn: boolean) => State]>> = {
  door: ["contact", (open) => ({ open })],
  garage_door: ["contact", (open) => ({ open })],
  window: ["contact", (open) => ({ open })],
  opening: ["contact", (open) => ({ open })],
  motion: ["motion", (motion) => ({ motion })],
  occupancy: ["motion", (motion) => ({ motion })],
  presence: ["motion", (motion) => ({ motion })],
  smoke: ["smoke", (smoke) => ({ smoke })],
};

const binaryOf = ({ attributes }: Entity) => BINARY[textIn(attributes, "device_class") ?? ""];

export const binarySensor: Domain = {
  facts(entity) {
    const found = binaryOf(entity);
    return found && { kind: found[0], capabilities: ["sensor"] };
  },
  read(entity) {
    if (entity.state !== "on" && entity.state !== "off") return {};
    return binaryOf(entity)?.[1](entity.state === "on") ?? {};
  },
  calls: () => [],
};
