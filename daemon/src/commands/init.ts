// needled init: looks around, shows the devices by room, and writes a configuration with what it found.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CommandLine } from "../argv.ts";
import { parseConfig } from "../config/read.ts";
import type { Config } from "../config/schema.ts";
import { DaemonError, exitCodes, messageOf } from "../errors.ts";
import { homeText, lookAtHome, roomsInNames } from "../home-look.ts";
import type { HomeView } from "../intake.ts";
import { readSecret } from "../secrets.ts";
import { type Bridge, findBridges, findBroker, findSerial } from "../surroundings.ts";
import type { CommandIo } from "./io.ts";

interface Found {
  home?: string | undefined;
  url: string | undefined;
  bridges: Bridge[];
  serial: string[];
}

const text = (value: string): string => JSON.stringify(value);

/** What was found stands there; what was not stands there as a comment. */
function configText({ url, bridges, serial, home }: Found, line: CommandLine): string {
  const { username, "password-file": password } = line.values;
  const login = [
    ...(username === undefined ? [] : [`  username: ${text(username)}`]),
    ...(password === undefined ? [] : [`  password: {file: ${text(resolve(password))}}`]),
  ];
  const broker =
    url === undefined
      ? [`# mqtt: {url: "mqtt://HOST:1883"}   # no broker was found`]
      : ["mqtt:", `  url: ${text(url)}`, ...login];
  const zigbee =
    bridges.length === 0
      ? ["# zigbee2mqtt:                    # none was found on the broker", "#   - {base: zigbee2mqtt}"]
      : ["zigbee2mqtt:", ...bridges.map(({ base, devices }) => `  - {base: ${text(base)}}   # ${devices} devices`)];
  const lines = serial.map((path, n) => `#   - {path: ${text(path)}, source: panel${n === 0 ? "" : n + 1}}`);
  return [
    "# Written by needled init. All keys: docs/operating.md; check it with: needled config validate FILE",
    ...broker,
    ...zigbee,
    home === undefined
      ? "# home: {file: home.yaml}          # rooms, names, aliases"
      : `home: {file: ${text(home)}}   # rooms, names, aliases`,
    "# tools: [tools/*.yaml]            # your own tools",
    '# speech: {wyoming: "tcp://127.0.0.1:10300"}   # a speech recogniser',
    "# wyoming: {port: 10600}           # for Home Assistant's Assist",
    ...(lines.length === 0
      ? []
      : ["# serial:                          # take the # away for a device that sends words", ...lines]),
    "log: {level: info}",
    "",
  ].join("\n");
}

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

async function lookAround(line: CommandLine, io: CommandIo): Promise<Found> {
  io.progress("looking for a broker, Zigbee2MQTT and serial devices …\n");
  const { mqtt, username, "password-file": file } = line.values;
  const url = mqtt ?? (await findBroker());
  const serial = await findSerial();
  if (url === undefined) return { url, bridges: [], serial };
  const password = file === undefined ? undefined : await readSecret({ file }, undefined);
  const login = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  const bridges = await findBridges(url, login).catch((error: unknown) => Promise.reject(brokerFault(url, error)));
  return { url, bridges, serial };
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
function checkConfig(found: Found, line: CommandLine, out: string): Config {
  const read = parseConfig(configText(found, line), out);
  if (!read.ok) throw new DaemonError("config.invalid", read.problems.map(({ message }) => message).join("\n"));
  return read.config;
}

/** Rooms that nobody has named yet are taken from the names of the devices. */
async function writeHome(config: Config, out: string, io: CommandIo): Promise<{ home: HomeView; file?: string }> {
  const parts = { credentials: io.env.CREDENTIALS_DIRECTORY, log: io.log, signal: io.signal };
  const home = await lookAtHome(config, parts);
  const rooms = roomsInNames(home.devices.map(({ name }) => name));
  const file = join(dirname(resolve(out)), "home.yaml");
  const isThere = existsSync(file);
  if (rooms.length === 0 && !isThere) return { home };
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
  checkConfig({ url: line.values.mqtt, bridges: [], serial: [] }, line, out);
  const found = await lookAround(line, io);
  tellFound(found, io);
  const config = checkConfig(found, line, out);
  const known = found.bridges.length > 0 ? await writeHome(config, out, io) : undefined;
  if (known) io.out(["devices by room:", ...roomsOf(known.home)].join("\n"));
  const made = configText({ ...found, home: known?.file }, line);
  await write(out, made, line.flags.has("force") ? "w" : "wx");
  if (known?.file) io.out(`rooms      ${known.file} (look whether they are right)`);
  io.out([`wrote      ${out}`, ...nextSteps(out, known?.home)].join("\n"));
  return exitCodes.done;
}
