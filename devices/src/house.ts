// The composition of this package: a home, its adapters, its services, and the calls that pass through.
import { type ActOptions, act } from "./act.ts";
import type { Adapter } from "./adapter.ts";
import type { Approved, Bound, BoundCall, Speaker, ToolCall } from "./call.ts";
import { type Clock, systemClock } from "./clock.ts";
import { openDesk } from "./desk.ts";
import { isProven } from "./evidence.ts";
import { openHistory } from "./history.ts";
import type { Home } from "./home.ts";
import { openLanes } from "./lanes.ts";
import type { Outcome } from "./outcome.ts";
import { bindOwner } from "./owner/bind.ts";
import type { OwnerMessage, OwnerPart } from "./owner/tool.ts";
import { bindCall } from "./plan.ts";
import { openRegistry, type Registry } from "./registry.ts";
import type { HouseEvent, ServicesSnapshot } from "./services.ts";

export type { ActOptions } from "./act.ts";

export interface HouseOptions {
  readonly home: Home;
  readonly adapters: readonly Adapter[];
  readonly clock?: Clock;
  /** Timers, reminders, lists, scheduled calls as kept from the last run. */
  readonly restore?: ServicesSnapshot;
  /** Tools of the owner's own, and who carries their messages. */
  readonly owner?: OwnerPart;
}

export interface House {
  /** The home as known now; a new object after start, when adapters have told what they see. */
  readonly home: Home;
  start(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Reads values, binds names to devices, makes the plan. No effects. */
  bind(call: ToolCall, speaker: Speaker): Bound;
  /** Carries an approved call out and waits for the devices' echoes. Never throws for what a device does. */
  act(call: Approved, options?: ActOptions): Promise<Outcome>;
  /** Whether the devices themselves report what the call wanted, now or within the time given. Sends nothing. */
  isProven(call: BoundCall, withinMs: number): Promise<boolean>;
  on(listener: (event: HouseEvent) => void): () => void;
  /** Plain data to keep and to give back as `restore`. */
  snapshot(): ServicesSnapshot;
}

/** Silence is the best sign there is of a dead device; its next report revives it. */
function markSilent(registry: Registry, outcome: Outcome): void {
  if (outcome.effect === "read") return;
  for (const { device, status, reason } of outcome.devices) {
    if (status === "unknown" && reason === undefined) registry.setReachable(device, false);
  }
}

/** Whether the topic that an owner's tool waits for says already what it wants. */
async function isToldDone(
  owner: OwnerPart | undefined,
  message: OwnerMessage,
  timeoutMs: number,
  clock: Clock,
): Promise<boolean> {
  const told = await owner?.post.send(message, { timeoutMs, clock, lookOnly: true });
  return told?.status === "done";
}

/** Opens a house; `start` brings its adapters up. */
export function openHouse({ home, adapters, clock = systemClock, restore, owner }: HouseOptions): House {
  const hearers = new Set<(event: HouseEvent) => void>();
  const emit = (event: HouseEvent): void => {
    for (const hear of hearers) hear(event);
  };
  const registry = openRegistry(home, emit);
  const history = openHistory();
  const desk = openDesk({ clock, restore, emit });
  const lanes = openLanes();
  const { linkOf } = registry;
  return {
    get home() {
      return registry.home;
    },
    async start(signal) {
      for (const adapter of adapters) await registry.bring(adapter, signal);
      desk.start();
    },
    async stop() {
      desk.stop();
      registry.close();
      for (const adapter of [...adapters].reverse()) await adapter.stop();
    },
    bind(call, speaker) {
      const own = owner?.tools.find(({ name }) => name === call.name);
      if (own) return bindOwner(own, call, speaker);
      return bindCall({ home: registry.home, now: clock.now(), history, kept: desk.snapshot() }, call, speaker);
    },
    async act(call, options) {
      const stage = { home: registry.home, clock, lanes, desk, history, linkOf, ...(owner && { post: owner.post }) };
      const outcome = await act(stage, call, options);
      markSilent(registry, outcome);
      return outcome;
    },
    async isProven({ plan }, withinMs) {
      if (plan.do === "owner") return plan.repeat === "readable" && isToldDone(owner, plan.message, withinMs, clock);
      const commands = plan.do === "command" || plan.do === "undo" ? plan.commands : [];
      const onReport = (listener: () => void): (() => void) => {
        const hear = ({ type }: HouseEvent): void => void (type === "state" && listener());
        hearers.add(hear);
        return () => void hearers.delete(hear);
      };
      return isProven({ commands, reportedOf: registry.reportedOf, onReport, clock, withinMs });
    },
    on(listener) {
      hearers.add(listener);
      return () => void hearers.delete(listener);
    },
    snapshot: desk.snapshot,
  };
}
