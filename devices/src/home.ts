// The home model: what exists, what it is called, where it stands and what it last said of itself.
import { DeviceError } from "./errors.ts";
import type { Capability, Kind } from "./kinds.ts";

export type Value = string | number | boolean;
/** Canonical units: percent 0–100, degrees Celsius, kelvin, `#rrggbb`; cover position 100 is open. */
export type State = Readonly<Record<string, Value>>;

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Area id; undefined: belongs to no room. */
  readonly area: string | undefined;
  readonly kind: Kind;
  readonly capabilities: readonly Capability[];
  /** Hardware address: what adapters know the device by. */
  readonly address: string;
  /** Only ever meant by its own name, never by a group ("everything"): freezer, router. */
  readonly essential: boolean;
  state: State;
  reachable: boolean;
}

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

export interface Floor extends Place {
  readonly level: number;
}

export interface Area extends Place {
  readonly floor: string | undefined;
}

export interface Scene extends Place {
  readonly area: string | undefined;
  /** Device id → the state wanted. */
  readonly set: Readonly<Record<string, State>>;
}

export interface Home {
  readonly name: string;
  /** How people here say and hear temperatures. */
  readonly unit: "C" | "F";
  readonly floors: readonly Floor[];
  readonly areas: readonly Area[];
  readonly devices: readonly Device[];
  readonly scenes: readonly Scene[];
  readonly people: readonly Place[];
  readonly lists: readonly Place[];
}

export function findDevice(home: Home, id: string): Device | undefined {
  return home.devices.find((device) => device.id === id);
}

export function requireDevice(home: Home, id: string): Device {
  const device = findDevice(home, id);
  if (!device) throw new DeviceError("config.home", { place: `device ${id}`, why: "does not exist" });
  return device;
}

export function areaOf(home: Home, device: Device): Area | undefined {
  return home.areas.find((area) => area.id === device.area);
}

export function can(device: Device, capability: Capability): boolean {
  return device.capabilities.includes(capability);
}
