// The house that a configuration describes: its home model, and who speaks for its devices.
import { readFile } from "node:fs/promises";
import {
  type Adapter,
  type Clock,
  type Home,
  type House,
  loadHome,
  openHouse,
  type ServicesSnapshot,
  simulatedAdapter,
  simulatedHome,
} from "@needled/devices";
import { parse } from "yaml";
import type { Config } from "./config/schema.ts";
import { DaemonError, messageOf } from "./errors.ts";

export interface HouseParts {
  config: Config;
  seed: number;
  clock: Clock;
  restore: ServicesSnapshot | undefined;
  /** Other adapters than the configuration says: for drills. */
  adapters: ((home: Home) => Adapter[]) | undefined;
}

/** Simulated when asked for, or when no device source is configured at all. */
export function isSimulated({ home, zigbee2mqtt }: Config): boolean {
  return home.simulated ?? (home.file === undefined && zigbee2mqtt.length === 0);
}

const emptyHome = { name: "home", unit: "C", floors: [], areas: [], devices: [], scenes: [], people: [], lists: [] };

async function homeOf(config: Config): Promise<Home> {
  const { file } = config.home;
  if (file === undefined) return loadHome(isSimulated(config) ? simulatedHome() : emptyHome);
  try {
    return loadHome(parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new DaemonError("config.invalid", `${file}: ${messageOf(error)}`, "", { cause: error });
  }
}

export async function openHouseFor({ config, seed, clock, restore, adapters: given }: HouseParts): Promise<House> {
  const home = await homeOf(config);
  const simulated = (): Adapter[] => (isSimulated(config) ? [simulatedAdapter(home, { seed, clock })] : []);
  const adapters = given?.(home) ?? simulated();
  return openHouse({ home, adapters, clock, ...(restore && { restore }) });
}
