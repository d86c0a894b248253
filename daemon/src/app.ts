// The composition root: builds the parts, starts them in order, stops them in reverse. No logic of its own.
import { catalogue, type OwnerTool } from "@needled/devices";
import type { Admitted } from "./admit.ts";
import { openBrain } from "./brain.ts";
import { carryOutDue } from "./due.ts";
import type { EngineOptions } from "./engine-options.ts";
import { memoryOf } from "./follow-up.ts";
import { mintId } from "./ids.ts";
import { namesOf } from "./names.ts";
import { createPolicy, type PolicyRow } from "./policy/policy.ts";
import { openSimulatedHouse } from "./simulated-house.ts";
import { runTurn, type Turn, type TurnPorts } from "./turn.ts";

export interface AppOptions extends EngineOptions {
  room: string | undefined;
  seed: number;
  isDryRun: boolean;
  /** Tools of the owner's own; here they are judged and explained, not sent. */
  tools?: readonly OwnerTool[];
  /** Policy rows of the owner's. */
  rows?: readonly PolicyRow[];
  /** For whom and when policy decides; the person at the prompt and now, unless told. */
  asker?: { source?: string | undefined; at?: number | undefined };
}

export interface App {
  /** Loads the engine now instead of with the first question; throws when there is none. */
  ready(signal: AbortSignal): Promise<void>;
  ask(given: { text: string; admitted?: Admitted }, signal: AbortSignal): Promise<Turn>;
  /** What the home says of itself: timers, reminders, messages. */
  onSpoken(listener: (text: string) => void): () => void;
  readonly model: string;
  readonly rooms: readonly string[];
  readonly deviceCount: number;
  close(): Promise<void>;
}

export async function openApp(options: AppOptions, signal: AbortSignal): Promise<App> {
  const { log, isDryRun, room } = options;
  const own = options.tools ?? [];
  const tools = [...catalogue(), ...own];
  const sim = await openSimulatedHouse({ seed: options.seed, room, tools: own }, signal);
  const brain = openBrain({
    tools: () => tools,
    lexicon: () => sim.lexicon,
    model: options.model,
    paths: options.paths,
    log,
  });
  const ports: TurnPorts = {
    interpreter: brain,
    binder: sim.house,
    policy: createPolicy({
      tools: new Set(tools.map((tool) => tool.name)),
      modelThreshold: () => brain.threshold,
      minMaskMass: 0.01,
      areaOf: (id) => sim.house.home.devices.find((device) => device.id === id)?.area,
      ...(options.rows && { rows: options.rows }),
    }),
    dispatcher: isDryRun ? undefined : sim.house,
    say: sim.say,
    refuse: sim.refuse,
    names: namesOf(() => sim.house.home),
    clock: sim.clock,
    log,
  };
  return {
    ready: (readySignal) => brain.ready(readySignal),
    async ask(given, turnSignal) {
      const at = sim.clock.now();
      const { source = "prompt", at: judgedAt = at } = options.asker ?? {};
      const asker = { source, door: source === "prompt" ? "stdin" : "mqtt", hasId: true, at: judgedAt };
      const before = sim.before();
      const intent = { ...given, id: mintId(at), speaker: sim.speaker(), asker, ...(before && { before }) };
      const turn = await runTurn(ports, intent, turnSignal);
      const memory = memoryOf(turn);
      if (memory) sim.remember(memory);
      return turn;
    },
    onSpoken: (listener) => sim.house.on((event) => carryOutDue(ports, event, listener, signal)),
    get model() {
      return brain.model;
    },
    rooms: sim.rooms,
    deviceCount: sim.deviceCount,
    async close() {
      await brain.close();
      await sim.close();
    },
  };
}
