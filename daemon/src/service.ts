// The daemon put together: home, model, journal, policy, audit, spine and doors, started in order and stopped in reverse.
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type Adapter,
  catalogue,
  type Home,
  type House,
  lexicon,
  type OwnerTool,
  refusalReply,
  reply,
  systemClock,
} from "@needled/devices";
import { openAudit } from "./audit/audit.ts";
import { saltOf } from "./audit/salt.ts";
import { type Brain, openBrain } from "./brain.ts";
import type { Config } from "./config/schema.ts";
import type { EngineOptions } from "./engine-options.ts";
import { factsOf } from "./facts.ts";
import { openFlowsFor } from "./flows-for.ts";
import { openHouseFor } from "./house-for.ts";
import type { Door } from "./intake.ts";
import { type JournalPoint, openJournal } from "./journal/journal.ts";
import { takeLock } from "./lock.ts";
import { namesOf } from "./names.ts";
import { createPost } from "./owner/post.ts";
import { openPin } from "./policy/pin.ts";
import { createPolicy } from "./policy/policy.ts";
import type { Interpreter } from "./ports.ts";
import { recordAnswer } from "./record.ts";
import { openRooms, type Rooms } from "./rooms.ts";
import { readSecret } from "./secrets.ts";
import { createEars } from "./speech/ears.ts";
import { openGate } from "./spine/gate.ts";
import type { Mode } from "./spine/restrict.ts";
import { createSpine, type Spine } from "./spine/spine.ts";
import { inState } from "./state-folder.ts";

export interface ServiceOptions extends EngineOptions {
  config: Config;
  state: string;
  seed: number;
  /** $CREDENTIALS_DIRECTORY of systemd. */
  credentials?: string | undefined;
  /** Doors are made by who knows the command line; they may ask the service for its parts. */
  doors(parts: ServiceParts): Promise<Door[]>;
  /** Tools of the owner's own. */
  tools?: readonly OwnerTool[];
  /** Where the embedded broker listens, asked once the doors are open; undefined: there is none. */
  ownBroker?(): string | undefined;
  /** The drills put something else in the model's place, and end the process at labelled points. */
  interpreter?: Interpreter;
  adapters?(home: Home): Adapter[];
  /** Starts within a minute that count as a crash loop; the drills kill more often. */
  crashLoopStarts?: number;
  at?(point: JournalPoint): void;
  /** As for the journal. */
  rotateAfterBytes?: number;
}

export interface ServiceParts {
  /** Milliseconds since an earlier process last wrote its journal; undefined: there was none. */
  awayMs: number | undefined;
  house: House;
  rooms: Rooms;
  spine: Spine;
}

export interface Service extends ServiceParts {
  doors: readonly Door[];
  readonly mode: Mode;
  readonly model: string;
  /** Loads the model; until then intents wait. */
  ready(signal: AbortSignal): Promise<void>;
  isProgressing(): boolean;
  /** A door that opens late, such as the prompt. */
  addDoor(door: Door, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const crashLoop = { starts: 5, withinMs: 60_000 };
const stopMs = 5_000;
const longestTtlMs = 600_000;

/** Five starts in a minute: something kills the process, and doing the same again will not help. */
export function isCrashLoop(boots: readonly number[], now: number, starts = crashLoop.starts): boolean {
  return boots.filter((at) => Math.abs(now - at) < crashLoop.withinMs).length >= starts;
}

async function ageOf(folder: string, now: number): Promise<number | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  const stats = await Promise.all(names.map((name) => stat(join(folder, name))));
  const last = Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
  return Number.isFinite(last) ? Math.max(0, now - last) : undefined;
}

function gateFor({ limits, sources, open_sources }: Config): ReturnType<typeof openGate> {
  return openGate({
    ttlMs: (source) => (sources[source]?.ttl_s ?? limits.ttl_s) * 1_000,
    longestTtlMs,
    perMinute: limits.per_minute,
    burst: limits.burst,
    now: systemClock.now,
    monotonic: systemClock.monotonic,
    ...(!open_sources && { sources: new Set([...Object.keys(sources), "prompt", "timer", "unix", "http", "wyoming"]) }),
  });
}

export async function openService(options: ServiceOptions, signal: AbortSignal): Promise<Service> {
  const { config, state, log, at, rotateAfterBytes } = options;
  await inState(state, () => mkdir(state, { recursive: true, mode: 0o700 }));
  const closers: (() => Promise<unknown>)[] = [];
  const onClose = (close: () => Promise<unknown>): void => void closers.unshift(close);
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0))
      await one().catch((error: Error) => log.warn("a part did not stop", { message: error.message }));
  };
  try {
    const lock = await inState(state, () => takeLock(state));
    onClose(lock.release);
    const clock = systemClock;
    const awayMs = await ageOf(join(state, "journal"), clock.now());
    const folder = join(state, "journal");
    const seams = { ...(at && { at }), ...(rotateAfterBytes && { rotateAfterBytes }) };
    const journal = await inState(state, () => openJournal({ folder, now: clock.now, log, ...seams }));
    onClose(() => journal.close());
    const audit = await inState(state, () => openAudit(join(state, "audit"), log));
    const salt = await saltOf(journal, audit.head, log);
    onClose(async () => {
      await audit.close();
      if (audit.head) journal.note({ t: "anchor", anchor: { ...audit.head, salt } });
    });
    const opened = clock.monotonic();
    const isLooping = isCrashLoop(journal.state.boots, clock.now(), options.crashLoopStarts);
    const mode: Mode = isLooping ? "safe" : journal.degraded ? "degraded" : "normal";
    const { seed, adapters, credentials, tools: own = [] } = options;
    const shipped = [...catalogue(), ...own];
    const flows = openFlowsFor({ config, tools: shipped, journal, clock, log, brain: () => brain });
    onClose(async () => flows.stop());
    const post = createPost({ config, tools: own, flows, credentials, log });
    const owner = {
      get tools() {
        return [...own, ...flows.bindable()];
      },
      post,
    };
    const house = await openHouseFor({
      config,
      seed,
      clock,
      restore: journal.state.desk,
      adapters,
      credentials,
      log,
      owner,
    });
    await house.start(signal);
    onClose(() => house.stop());
    const brain: Brain = openBrain({
      ...options,
      tools: () => [...shipped, ...flows.tools()],
      ownTools: () => shipped,
      lexicon: () => lexicon(house.home),
      facts: (speaker) => factsOf(house.home, speaker),
    });
    const stopRenewing = house.on((event) => {
      if (event.type === "devices") brain.renew();
    });
    onClose(async () => stopRenewing());
    onClose(() => brain.close());
    // The engine reads its tools while the doors open. Who waits in `ready` hears of a failure.
    if (!options.interpreter) brain.ready(signal).catch(() => undefined);
    const rooms = openRooms(
      () => house,
      (source) => config.sources[source]?.room ?? config.serial.find((one) => `serial:${one.source}` === source)?.room,
      clock.monotonic,
    );
    const spine = createSpine({
      ports: {
        interpreter: options.interpreter ?? brain,
        binder: house,
        policy: createPolicy({
          tools: { has: (name) => shipped.some((tool) => tool.name === name) || flows.knows(name) },
          rows: config.policy,
          modelThreshold: () => (options.interpreter ? 0 : brain.threshold),
          minMaskMass: 0.01,
          areaOf: (id) => house.home.devices.find((device) => device.id === id)?.area,
        }),
        dispatcher: house,
        say: (outcome) => reply([outcome], { home: house.home, now: clock.now() }),
        refuse: refusalReply,
        names: namesOf(() => house.home),
        clock,
        log,
      },
      house,
      journal,
      flows,
      gate: gateFor(config),
      hear: config.speech && createEars(config.speech, log),
      speakerAt: rooms.speakerAt,
      beforeOf: rooms.beforeOf,
      remember: rooms.remember,
      record: (intent, answer) =>
        recordAnswer(audit, intent, answer, { words: config.log.utterances, salt, at: clock.now() }),
      ...(config.pin && { pin: openPin(await readSecret(config.pin, credentials), clock.monotonic) }),
      model: () => brain.model,
      tools: () => [...shipped, ...flows.tools()].map(({ name }) => name),
      inFlight: config.limits.in_flight,
      waiting: config.limits.waiting,
      mode: () =>
        mode === "safe" && clock.monotonic() - opened < crashLoop.withinMs
          ? "safe"
          : journal.degraded === undefined
            ? "normal"
            : "degraded",
      trouble: () => audit.failed && `the audit cannot be written: ${audit.failed}`,
      ...(at && { at }),
    });
    const parts = { awayMs, house, rooms, spine };
    const doors = await options.doors(parts);
    for (const door of doors) {
      await door.start(spine, signal);
      onClose(() => door.stop());
    }
    // The embedded broker is one of the doors, so the owner's messages find their way only now.
    await post.open(options.ownBroker?.());
    onClose(post.close);
    onClose(() => spine.stop(AbortSignal.timeout(stopMs)));
    await spine.start(doors);
    return {
      ...parts,
      doors,
      mode,
      get model() {
        return brain.model;
      },
      async ready(readySignal) {
        if (!options.interpreter) await brain.ready(readySignal);
        spine.setReady(true);
      },
      isProgressing: spine.isProgressing,
      async addDoor(door, doorSignal) {
        doors.push(door);
        onClose(() => door.stop());
        await door.start(spine, doorSignal);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
