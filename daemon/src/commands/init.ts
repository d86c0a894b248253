// needled init: looks around, shows the devices by room, and writes a configuration with what it found.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { CommandLine } from "../argv.ts";
import { parseConfig } from "../config/read.ts";
import type { Config } from "../config/schema.ts";
import { DaemonError, exitCodes, messageOf } from "../errors.ts";
import { findHomeAssistant, lookAt, usualHomeAssistants } from "../home-assistants.ts";
import { homeText, lookAtHome, roomsInNames } from "../home-look.ts";
import { configText, type Found } from "../init-file.ts";
import type { HomeView } from "../intake.ts";
import { readSecret } from "../secrets.ts";
import { findBridges, findBroker, findSerial } from "../surroundings.ts";
import type { CommandIo } from "./io.ts";

function roomsOf(home: HomeView): string[] {
  const named = [...home.areas.map(({ id, name }) => ({ id, name })), { id: undefined, name: "no room" }];
  return named.flatMap(({ id, name }) => {
    const there = home.devices.filter(({ area }) => area === id);
    if (there.length === 0) return [];
    const say = there.map((device) => `${device.name} (${device.kind}${device.reachable ? "" : ", away"})`);
    return [`  ${name}: ${say.join(", ")}`];
  });
}

function brokerFault(url: string, error: unknown): DaemonError {
  return new DaemonError("init.broker", url, `: ${messageOf(error)}`, { cause: error });
}

/** What was said on the command line, with paths that hold wherever the daemon starts. */
function givenIn({ values }: CommandLine): Found {
  const path = (key: string): string | undefined => values[key] && resolve(values[key]);
  const login = { username: values.username, passwordFile: path("password-file") };
  return { url: values.mqtt, ...login, ca: path("ca"), tokenFile: path("token-file"), bridges: [], serial: [] };
}

async function lookForBridges(given: Found, ca: Buffer | undefined): Promise<Found> {
  const url = given.url ?? (await findBroker());
  if (url === undefined) return given;
  const { username, passwordFile } = given;
  const password = passwordFile === undefined ? undefined : await readSecret({ file: passwordFile }, undefined);
  const login = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  const options = { ...login, ...(ca && { ca }) };
  const bridges = await findBridges(url, options).catch((error: unknown) => Promise.reject(brokerFault(url, error)));
  return { ...given, url, bridges };
}

function homeAssistantFault(address: string, error: unknown): DaemonError {
  return new DaemonError("init.home_assistant", address, `: ${messageOf(error)}`, { cause: error });
}

/** The one that was named must be there; of the usual ones, one that is. */
async function lookForHomeAssistant(
  line: CommandLine,
  io: CommandIo,
  ca: Buffer | undefined,
): Promise<{ url: string; version: string } | undefined> {
  const named = line.values["home-assistant"] ?? (io.env.HASS_SERVER || undefined);
  const options = ca ? { ca } : {};
  if (named === undefined) return findHomeAssistant(usualHomeAssistants, options).catch(() => undefined);
  return findHomeAssistant([named], options).catch((error: unknown) =>
    Promise.reject(homeAssistantFault(named.replace(/\/\/[^/@]*@/, "//"), error)),
  );
}

const tokenWay =
  "In Home Assistant open your profile, Security, create a long-lived access token and put it into a file that only needled can read.";

/** Asked of a person at a terminal; a program says --token-file. */
async function askForToken(io: CommandIo): Promise<string | undefined> {
  if (io.stdin.isTTY !== true) return undefined;
  const lines = createInterface({ input: io.stdin, output: io.stdout });
  try {
    const file = await lines.question(`${tokenWay}\nThat file (empty: leave Home Assistant out): `, {
      signal: io.signal,
    });
    return file.trim() === "" ? undefined : resolve(file.trim());
  } finally {
    lines.close();
  }
}

async function lookAround(line: CommandLine, io: CommandIo): Promise<Found> {
  io.progress("looking for a broker, Zigbee2MQTT, Home Assistant and serial devices …\n");
  const given = givenIn(line);
  const ca =
    given.ca === undefined
      ? undefined
      : await readFile(given.ca).catch((error: unknown) => Promise.reject(caFault(error)));
  const [serial, withBridges, peer] = await Promise.all([
    findSerial(),
    lookForBridges(given, ca),
    lookForHomeAssistant(line, io, ca),
  ]);
  tellFound({ ...withBridges, serial }, io);
  if (peer === undefined) {
    io.out("assistant  no Home Assistant found; name it with --home-assistant URL");
    return { ...withBridges, serial };
  }
  io.out(`assistant  ${peer.url} (Home Assistant ${peer.version})`);
  const tokenFile = given.tokenFile ?? (await askForToken(io));
  const found = { ...withBridges, serial, homeAssistant: peer.url, tokenFile };
  if (tokenFile === undefined) {
    io.out(`           ${tokenWay}\n           Then: needled init --token-file FILE`);
    return found;
  }
  const place = { url: peer.url, token: { file: tokenFile }, ...(given.ca !== undefined && { ca: given.ca }) };
  const told = await lookAt(place, undefined).catch((error: unknown) =>
    Promise.reject(homeAssistantFault(peer.url, error)),
  );
  io.out(`           ${told.replace(`${peer.url} answers, `, "")}`);
  return found;
}

function caFault(error: unknown): DaemonError {
  return new DaemonError("request.usage", `--ca: ${messageOf(error)}`, "", { cause: error });
}

function nextSteps(out: string, home: HomeView | undefined): string[] {
  const light = home?.devices.find(({ kind, reachable }) => kind === "light" && reachable);
  const first = light ? `turn on the ${light.name}` : "turn on the lamp";
  return [
    "Next:",
    `  needled start --config ${out}`,
    `  needled ask --config ${out} --dry-run "${first}"    (in another shell: shows what would happen)`,
    `  needled ask --config ${out} "${first}"`,
  ];
}

/** Readable by all: the service runs as a user of its own, and secrets stand in files of their own. */
async function write(file: string, what: string, flag: "w" | "wx"): Promise<void> {
  try {
    await writeFile(file, what, { mode: 0o644, flag });
  } catch (error) {
    const hint = "Make its folder, or write elsewhere with --out FILE.";
    throw new DaemonError("request.usage", `${file} cannot be written: ${messageOf(error)}. ${hint}`, "", {
      cause: error,
    });
  }
}

/** Before anybody is asked: an address with a password in it is neither used nor shown. */
function checkConfig(found: Found, out: string): Config {
  const read = parseConfig(configText(found), out);
  if (!read.ok) throw new DaemonError("config.invalid", read.problems.map(({ message }) => message).join("\n"));
  return read.config;
}

/** Rooms that nobody has named yet are taken from the names of the devices. */
async function writeHome(config: Config, out: string, io: CommandIo): Promise<{ home: HomeView; file?: string }> {
  const parts = { credentials: io.env.CREDENTIALS_DIRECTORY, log: io.log, signal: io.signal };
  const home = await lookAtHome(config, parts);
  // Home Assistant has said where its devices are.
  const rooms = roomsInNames(home.devices.filter(({ area }) => area === undefined).map(({ name }) => name));
  const file = join(dirname(resolve(out)), "home.yaml");
  const isThere = existsSync(file);
  if ((rooms.length === 0 || config.zigbee2mqtt.length === 0) && !isThere) return { home };
  if (!isThere) await write(file, homeText(rooms), "wx");
  // What is there is the owner's, from an earlier time; when it is no home file its fault is told, and nothing is lost.
  return { home: await lookAtHome({ ...config, home: { file } }, parts), file };
}

function tellFound({ url, bridges, serial }: Found, io: CommandIo): void {
  io.out(url === undefined ? "broker     none found; name it with --mqtt URL" : `broker     ${url}`);
  // Names on a broker are anybody's, and control characters would drive the terminal.
  const plain = (name: string): string => name.replace(/\p{Cc}/gu, "?");
  for (const { base, devices } of bridges) io.out(`zigbee     ${plain(base)}: ${devices} devices`);
  if (url !== undefined && bridges.length === 0) io.out("zigbee     no Zigbee2MQTT told its devices there within 2 s");
  for (const path of serial) io.out(`serial     ${path}`);
}

export async function runInit(line: CommandLine, io: CommandIo): Promise<number> {
  const out = line.values.out ?? "needled.yaml";
  if (existsSync(out) && !line.flags.has("force"))
    throw new DaemonError(
      "request.usage",
      `${out} is there already: --force writes over it, --out FILE writes elsewhere.`,
    );
  checkConfig(givenIn(line), out);
  const found = await lookAround(line, io);
  const config = checkConfig(found, out);
  const hasDevices = found.bridges.length > 0 || config.home_assistant.length > 0;
  const known = hasDevices ? await writeHome(config, out, io) : undefined;
  if (known) io.out(["devices by room:", ...roomsOf(known.home)].join("\n"));
  const made = configText({ ...found, home: known?.file });
  await write(out, made, line.flags.has("force") ? "w" : "wx");
  if (known?.file) io.out(`rooms      ${known.file} (look whether they are right)`);
  io.out([`wrote      ${out}`, ...nextSteps(out, known?.home)].join("\n"));
  return exitCodes.done;
}
