// needled start: the daemon. At a terminal it is also a prompt.
import type { CommandLine } from "../argv.ts";
import { isSimulated } from "../config/schema.ts";
import { createPromptDoor } from "../doors/prompt.ts";
import { type Doors, openDoors } from "../doors-for.ts";
import { exitCodes } from "../errors.ts";
import { createLog } from "../log.ts";
import { openNotify } from "../notify.ts";
import { openService, type Service, type ServiceParts } from "../service.ts";
import { readVersion } from "../version.ts";
import type { CommandIo } from "./io.ts";
import { homeOptions } from "./options.ts";
import { readWholeSettings, type Settings } from "./settings.ts";

const suggestions = ["turn off the kitchen lights and set the bedroom to 21 degrees", "is the front door locked"];

function placesOf(settings: Settings, { broker, http, token, tokenPath }: Doors, isTerminal: boolean): string[] {
  const { config, state } = settings;
  const mqtt = broker ? `mqtt://127.0.0.1:${broker.port()} (its own broker)` : (config.mqtt?.url ?? "");
  return [
    `MQTT    ${mqtt}, topics needled/${config.instance}/…`,
    // A person gets an address to click; what a service says stays in a log, so there the page asks for the token.
    `page    http://127.0.0.1:${http.port()}/${isTerminal ? `#${token}` : ""}`,
    `HTTP    http://127.0.0.1:${http.port()}, token in ${tokenPath}`,
    `state   ${state}`,
  ];
}

function greeting(service: Service, settings: Settings, doors: Doors, isTerminal: boolean): string {
  const { home } = service.house;
  const what = isSimulated(settings.config) ? "a simulated home" : home.name;
  const rooms = home.areas.map(({ name }) => name).join(", ");
  const { instance } = settings.config;
  const port = doors.broker?.port();
  const third =
    port === undefined
      ? "close the blinds in the living room"
      : `mosquitto_pub -p ${port} -q 1 -t needled/${instance}/in/terminal -m "close the blinds in the living room"   (in another terminal)`;
  return [
    `needled ${readVersion()}: ${what} with ${home.devices.length} devices in ${home.areas.length} rooms, model ${service.model}.`,
    ...(rooms === "" ? [] : [`Rooms: ${rooms}.`]),
    ...placesOf(settings, doors, isTerminal),
    ...(service.mode === "normal"
      ? []
      : [
          `MODE    ${service.mode}: only reading. ${service.spine.health().why ?? "It was started too often; see the log."}`,
        ]),
    "Three things to try (copy and paste), or say it your own way:",
    "",
    ...[...suggestions, third].map((text) => `  ${text}`),
    "",
    "exit or Ctrl-D: leave.",
  ].join("\n");
}

function helpOf(service: Service): string {
  const doors = service.doors.map((door) => `  ${door.name.padEnd(7)} ${door.state().text}`);
  return [
    "Say what you want in plain words, for example:",
    ...suggestions.map((text) => `  ${text}`),
    "Ways in:",
    ...doors,
  ].join("\n");
}

/** Resolves when the person leaves or a signal comes. */
function whenOver(io: CommandIo, leaving: AbortController): Promise<void> {
  const signal = AbortSignal.any([io.signal, leaving.signal]);
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

export async function runStart(line: CommandLine, io: CommandIo): Promise<number> {
  const settings = await readWholeSettings(line, io);
  const { config, state, tools, notes } = settings;
  // The environment decides for whoever debugs; else a configured daemon says what its configuration wants.
  const isSilent = settings.file === undefined || io.env.NEEDLED_LOG !== undefined;
  const log = isSilent ? io.log : createLog(config.log.level, io.progress);
  for (const note of notes) log.warn(note);
  const leaving = new AbortController();
  const notify = openNotify(io.env, log);
  let doors: Doors | undefined;
  let service: Service | undefined;
  const home = homeOptions(line);
  const prompt = createPromptDoor({
    input: io.stdin,
    output: io.stdout,
    say: io.out,
    help: () => (service ? helpOf(service) : ""),
    onLeave: () => leaving.abort(),
  });
  const opened = await openService(
    {
      config:
        home.room === undefined ? config : { ...config, sources: { ...config.sources, prompt: { room: home.room } } },
      state,
      seed: home.seed,
      model: home.model ?? config.model,
      paths: io.paths,
      log,
      credentials: io.env.CREDENTIALS_DIRECTORY,
      tools,
      ownBroker: () => doors?.broker && `mqtt://127.0.0.1:${doors.broker.port()}`,
      async doors(parts: ServiceParts) {
        parts.rooms.check(home.room);
        doors = await openDoors({
          config,
          state,
          credentials: io.env.CREDENTIALS_DIRECTORY,
          awayMs: parts.awayMs,
          log,
        });
        return doors.all;
      },
    },
    io.signal,
  );
  service = opened;
  try {
    await opened.ready(io.signal);
    io.out(greeting(opened, settings, doors as Doors, io.stdin.isTTY === true));
    await opened.addDoor(prompt, io.signal);
    notify.ready(opened);
    await whenOver(io, leaving);
    return exitCodes.done;
  } finally {
    notify.stopping();
    await opened.close();
  }
}
