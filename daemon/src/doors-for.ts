// The doors that a configuration asks for. Where nothing is configured: a broker of our own on loopback, HTTP on loopback, a socket file.
// Those that not every home has are loaded when they are asked for: their packages are half of what a start would wait for.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@needled/devices";
import type { Config } from "./config/schema.ts";
import type { EmbeddedBroker } from "./doors/embedded-broker.ts";
import { createHttpDoor, type HttpDoor } from "./doors/http.ts";
import { readOrCreateToken } from "./doors/http-token.ts";
import { createUnixDoor } from "./doors/unix.ts";
import { codeOf, DaemonError, messageOf } from "./errors.ts";
import type { Door, Intake } from "./intake.ts";
import type { Log } from "./ports.ts";
import { readSecret } from "./secrets.ts";
import { socketOf } from "./state-folder.ts";
import { readVersion } from "./version.ts";

export interface DoorsOptions {
  config: Config;
  state: string;
  credentials: string | undefined;
  awayMs: number | undefined;
  log: Log;
}

export interface Doors {
  all: Door[];
  broker: EmbeddedBroker | undefined;
  http: HttpDoor;
  tokenPath: string;
  token: string;
}

/** A port of our own choice that is taken is no reason to stay away: the next free one is told instead. */
function orAnyPort<T extends Door>(make: (port: number) => T, port: number, log: Log): T {
  let door = make(port);
  const proxy: Door = {
    name: door.name,
    async start(intake: Intake, signal: AbortSignal) {
      try {
        await door.start(intake, signal);
      } catch (error) {
        if (codeOf(error) !== "door.cannot_listen" || port === 0) throw error;
        log.warn("a port is taken; another one is used", { port, message: messageOf(error) });
        door = make(0);
        await door.start(intake, signal);
      }
    },
    deliver: (route, answer) => door.deliver(route, answer),
    stop: () => door.stop(),
    state: () => door.state(),
  };
  return Object.assign(proxy, { port: () => (door as T & { port(): number }).port() }) as unknown as T;
}

async function mqttDoor({ config, credentials, awayMs, log }: DoorsOptions): Promise<Door | undefined> {
  const { mqtt, instance } = config;
  if (mqtt === undefined) return undefined;
  const { url, version, username, password, ca, discovery, events = true } = mqtt;
  const { createMqttDoor } = await import("./doors/mqtt.ts");
  return createMqttDoor({
    url,
    instance,
    ...(version !== undefined && { version }),
    ...(username !== undefined && { username }),
    ...(password && { password: await readSecret(password, credentials) }),
    ...(ca !== undefined && { tls: { ca: await readCa(ca) } }),
    ...(discovery === false && { discovery: false as const }),
    events: { isOn: events, withChallenge: config.flows.confirm },
    ...(awayMs !== undefined && { awayMs }),
    softwareVersion: readVersion(),
    clock: systemClock,
    log,
  });
}

async function readCa(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new DaemonError("config.invalid", `mqtt.ca: ${messageOf(error)}`, "", { cause: error });
  }
}

async function ownBroker({ config, log }: DoorsOptions): Promise<EmbeddedBroker> {
  const { createEmbeddedBroker } = await import("./doors/embedded-broker.ts");
  const { broker, instance } = config;
  const open = (port: number) => createEmbeddedBroker({ port, instance, softwareVersion: readVersion(), log });
  return orAnyPort(open, broker.port, log);
}

async function serialDoors({ config, log }: DoorsOptions): Promise<Door[]> {
  if (config.serial.length === 0) return [];
  const { createSerialDoor } = await import("./doors/serial.ts");
  return config.serial.map(({ path, baud, source, checksum }) =>
    createSerialDoor({
      path,
      device: source,
      ...(baud !== undefined && { baudRate: baud }),
      ...(checksum !== undefined && { checksum }),
      clock: systemClock,
      log,
    }),
  );
}

async function wyomingDoor({ config, log }: DoorsOptions): Promise<Door | undefined> {
  if (config.wyoming === undefined) return undefined;
  const { createWyomingDoor } = await import("./doors/wyoming.ts");
  return createWyomingDoor({ ...config.wyoming, softwareVersion: readVersion(), log });
}

export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { config, state, log } = options;
  const outside = await mqttDoor(options);
  const broker = outside ? undefined : await ownBroker(options);
  const tokenPath = join(state, "http.token");
  const token = await readOrCreateToken(tokenPath);
  const http = orAnyPort((port) => createHttpDoor({ port, token, log }), config.http.port, log);
  const serial = await serialDoors(options);
  const wyoming = await wyomingDoor(options);
  const unix = createUnixDoor({ path: socketOf(state), log });
  return {
    all: [
      ...(outside ? [outside] : []),
      ...(broker ? [broker] : []),
      http,
      unix,
      ...serial,
      ...(wyoming ? [wyoming] : []),
    ],
    broker,
    http,
    tokenPath,
    token,
  };
}
