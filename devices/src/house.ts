// The composition of this package: a home, its adapters, its services, and the calls that pass through.
import type { Adapter } from "./adapter.ts";
import type { Approved, Bound, Speaker, ToolCall } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Home } from "./home.ts";
import type { Outcome } from "./outcome.ts";
import type { HouseEvent, ServicesSnapshot } from "./services.ts";

export interface HouseOptions {
  readonly home: Home;
  readonly adapters: readonly Adapter[];
  readonly clock?: Clock;
  /** Timers, reminders, lists, scheduled calls as kept from the last run. */
  readonly restore?: ServicesSnapshot;
}

export interface ActOptions {
  readonly signal?: AbortSignal;
  /** Clock time after which nothing may start any more. */
  readonly expiresAt?: number;
}

export interface House {
  readonly home: Home;
  start(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Reads values, binds names to devices, makes the plan. No effects. */
  bind(call: ToolCall, speaker: Speaker): Bound;
  /** Carries an approved call out and waits for the devices' echoes. Never throws for what a device does. */
  act(call: Approved, options?: ActOptions): Promise<Outcome>;
  on(listener: (event: HouseEvent) => void): () => void;
  snapshot(): ServicesSnapshot;
}
