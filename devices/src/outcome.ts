// What became of a call; replies are built from this and nothing else.
import type { Effect } from "./call.ts";
import type { State } from "./home.ts";
import type { Json } from "./owner/tool.ts";
import type { ServiceResult } from "./services.ts";

export type OutcomeStatus =
  | "done"
  | "failed"
  | "unknown"
  | "denied"
  | "needs_confirmation"
  | "rejected"
  | "expired"
  | "scheduled";

export interface DeviceOutcome {
  readonly device: string;
  readonly name: string;
  readonly status: "done" | "failed" | "unknown" | "rejected" | "expired";
  /** Set when the device confirmed the start of something that takes time. */
  readonly moving?: boolean;
  readonly before: State;
  readonly after: State;
  /** The device's own words for "failed", ours for "rejected". */
  readonly reason?: string;
  readonly ms: number;
}

export interface Outcome {
  readonly tool: string;
  readonly status: OutcomeStatus;
  readonly effect: Effect;
  readonly deed: string;
  readonly said: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly devices: readonly DeviceOutcome[];
  /** Name of the scene that the devices make up. */
  readonly scene?: string;
  readonly service?: ServiceResult;
  /** What was read, for get_state. */
  readonly property?: string;
  /** When it will happen, for "scheduled". */
  readonly at?: number;
  /** Set for an owner's tool: what to answer when it is done, by whom that was worded, and what came back. */
  readonly owner?: { readonly say?: string; readonly saidBy?: "flow"; readonly data?: Json };
  readonly reason?: string;
  readonly ms: number;
}
