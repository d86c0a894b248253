// What passes between the daemon and a client that is the handler of tools: docs/protocol.md section 9 as types.
import type { Answer } from "../intake.ts";
import type { CallReport, Json, Values } from "../protocol.ts";

export interface FlowToolEntry {
  name: string;
  description: string;
  /** JSON Schema of an object. */
  parameters?: Readonly<Record<string, unknown>>;
  risk?: 0 | 1 | 2 | 3 | 4;
  repeat?: "once" | "idempotent";
  timeout_s?: number;
  confirm?: boolean;
  say?: string;
}

export interface FlowRegistration {
  /** New whenever the client starts. */
  session: string;
  lease_s?: number;
  tools: readonly FlowToolEntry[];
}

export interface FlowFault {
  /** The tool; "" when the registration as a whole is meant. */
  name: string;
  /** Dotted path within the tool. */
  path: string;
  message: string;
}

/** What stands of a client's tools, and what does not. */
export interface FlowRegistered {
  /** The daemon has just started and knows of no tools: register again. */
  start?: true;
  session?: string;
  tools: readonly string[];
  refused: readonly FlowFault[];
  expires_at?: number;
}

export interface FlowCall {
  /** The same whenever the same call is sent again. */
  call: string;
  session: string;
  tool: string;
  arguments: Values;
  text: string;
  intent: { source: string; id: string };
  room?: string;
  /** Milliseconds since 1970. */
  deadline: number;
}

export type FlowResult =
  | { call: string; ack: true }
  | { call: string; ok: true; say?: string; data?: Json }
  | { call: string; ok: false; error?: string };

interface About {
  /** Milliseconds since 1970. */
  at: number;
  intent: { source: string; id: string };
}

export type EventKind = "intent" | "calls" | "outcome" | "confirm" | "device";

/** By topic level, or name of the server-sent event. */
export interface EventBodies {
  intent: About & { text: string; room?: string };
  calls: About & { calls: readonly Pick<CallReport, "name" | "arguments" | "confidence" | "policy">[] };
  /** The answer; or a result that came after its call was given up. */
  outcome: ({ at: number } & Answer) | (About & { kind: "late"; client: string; result: FlowResult });
  confirm: About & {
    challenge?: string;
    deed: string;
    expires_at: number;
    by?: "any" | "other" | "pin";
    closed?: "yes" | "no" | "expired";
  };
  device: { at: number; device: string; area?: string; state: Values; reachable: boolean };
}

export type FlowEvent = { [K in EventKind]: { kind: K; body: EventBodies[K] } }[EventKind];
