// The house that a configuration describes: its home model, and who speaks for its devices.
import { readFile } from "node:fs/promises";
import {
  type Adapter,
  type Clock,
  type Home,
  type House,
  homeAssistantAdapter,
  loadHome,
  type OwnerPart,
  openHouse,
  type ServicesSnapshot,
  simulatedAdapter,
  simulatedHome,
  zigbee2mqttAdapter,
} from "@needled/devices";
import { type Config, isSimulated } from "./config/schema.ts";
import { DaemonError, messageOf } from "./errors.ts";
import { whereaboutsOf } from "./home-assistants.ts";
import type { Log } from "./ports.ts";
import { readSecret } from "./secrets.ts";

export interface HouseParts {
  config: Config;
  seed: number;
  clock: Clock;
  restore: ServicesSnapshot | undefined;
  credentials: string | undefined;
  log: Log;
  /** Other adapters than the configuration says: for drills. */
  adapters: ((home: Home) => Adapter[]) | undefined;
  owner?: OwnerPart;
}

const emptyHome = { name: "home", unit: "C", floors: [], areas: [], devices: [], scenes: [], people: [], lists: [] };

async function homeOf(config: Config): Promise<Home> {
  const { file } = config.home;
  if (file === undefined) return loadHome(isSimulated(config) ? simulatedHome() : emptyHome);
  try {
    const text = await readFile(file, "utf8");
    return loadHome(file.endsWith(".json") ? JSON.parse(text) : (await import("yaml")).parse(text));
  } catch (error) {
    throw new DaemonError("config.invalid", `${file}: ${messageOf(error)}`, "", { cause: error });
  }
}

type AdapterParts = Pick<HouseParts, "seed" | "clock" | "credentials" | "log">;

type Warn = (message: string, fields?: Record<string, unknown>) => void;

async function zigbeeOf(config: Config, home: Home, { credentials }: AdapterParts, log: Warn): Promise<Adapter[]> {
  const { mqtt, zigbee2mqtt } = config;
  if (zigbee2mqtt.length === 0) return [];
  if (mqtt === undefined)
    throw new DaemonError("config.invalid", "zigbee2mqtt needs mqtt.url: the broker that Zigbee2MQTT uses");
  const { url, version, username, ca } = mqtt;
  const common = {
    url,
    areas: home.areas,
    log,
    ...(version !== undefined && { version }),
    ...(username !== undefined && { username }),
    ...(mqtt.password && { password: await readSecret(mqtt.password, credentials) }),
    ...(ca !== undefined && { tls: { ca: await readFile(ca) } }),
  };
  return zigbee2mqtt.map(({ base }) => zigbee2mqttAdapter({ ...common, base }));
}

async function adaptersOf(config: Config, home: Home, parts: AdapterParts): Promise<Adapter[]> {
  const { seed, clock, credentials } = parts;
  const log: Warn = (message, fields) => parts.log.warn(message, fields);
  const simulated = isSimulated(config) ? [simulatedAdapter(home, { seed, clock })] : [];
  const zigbee = await zigbeeOf(config, home, parts, log);
  const { areas, floors } = home;
  const others = config.home_assistant.map(async (one, index) => {
    const where = await whereaboutsOf(one, credentials);
    // What is spoken with directly needs no second way.
    return homeAssistantAdapter({ ...where, areas, floors, besides: zigbee, number: index + 1, log });
  });
  return [...simulated, ...zigbee, ...(await Promise.all(others))];
}

export async function openHouseFor({
  config,
  seed,
  clock,
  restore,
  adapters: given,
  credentials,
  log,
  owner,
}: HouseParts): Promise<House> {
  const home = await homeOf(config);
  const adapters = given?.(home) ?? (await adaptersOf(config, home, { seed, clock, credentials, log }));
  return openHouse({ home, adapters, clock, ...(restore && { restore }), ...(owner && { owner }) });
}
