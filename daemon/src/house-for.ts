// The house that a configuration describes: its home model, and who speaks for its devices.
import { readFile } from "node:fs/promises";
import {
  type Adapter,
  type Clock,
  type Home,
  type House,
  loadHome,
  type OwnerPart,
  openHouse,
  type ServicesSnapshot,
  simulatedAdapter,
  simulatedHome,
  zigbee2mqttAdapter,
} from "@needled/devices";
import { parse } from "yaml";
import { type Config, isSimulated } from "./config/schema.ts";
import { DaemonError, messageOf } from "./errors.ts";
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
    return loadHome(parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new DaemonError("config.invalid", `${file}: ${messageOf(error)}`, "", { cause: error });
  }
}

type AdapterParts = Pick<HouseParts, "seed" | "clock" | "credentials" | "log">;

async function adaptersOf(config: Config, home: Home, parts: AdapterParts): Promise<Adapter[]> {
  const { seed, clock, credentials, log } = parts;
  const { mqtt, zigbee2mqtt } = config;
  const simulated = isSimulated(config) ? [simulatedAdapter(home, { seed, clock })] : [];
  if (zigbee2mqtt.length === 0) return simulated;
  if (mqtt === undefined)
    throw new DaemonError("config.invalid", "zigbee2mqtt needs mqtt.url: the broker that Zigbee2MQTT uses");
  const { url, version, username, ca } = mqtt;
  const common = {
    url,
    areas: home.areas,
    log: (message: string, fields?: Record<string, unknown>) => log.warn(message, fields),
    ...(version !== undefined && { version }),
    ...(username !== undefined && { username }),
    ...(mqtt.password && { password: await readSecret(mqtt.password, credentials) }),
    ...(ca !== undefined && { tls: { ca: await readFile(ca) } }),
  };
  return [...simulated, ...zigbee2mqtt.map(({ base }) => zigbee2mqttAdapter({ ...common, base }))];
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
