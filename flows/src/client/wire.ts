// What goes over the wire between the nodes and the daemon: docs/protocol.md sections 4 and 9 as types.
import type { AskReport, CallReport, Json, OutcomeWord, PolicyWord } from "@needled/daemon/protocol";

export type { Json };

export type Mode = "execute" | "interpret" | "dry_run";

export const eventKinds = ["intent", "calls", "outcome", "confirm", "device", "say"] as const;
export type EventKind = (typeof eventKinds)[number];

/** Interpreting asks nobody: there the policy is null as well. */
export interface AnsweredCall extends Omit<CallReport, "policy" | "outcome"> {
  policy: PolicyWord | null;
  outcome: OutcomeWord | null;
}

export interface IntentId {
  source: string;
  id: string;
}

export interface Confirm {
  challenge: string;
  deed: string;
  expires_at: number;
}

export interface Answer extends Omit<AskReport, "calls"> {
  intent: IntentId;
  calls: AnsweredCall[];
  confirm?: Confirm;
  recovered?: true;
}

export interface RefusedMessage {
  refused: { code: string; message: string };
  intent?: { source?: string; id?: string };
  challenge?: string;
}

export interface IntentBody {
  id: string;
  text: string;
  said_at: number;
  mode: Mode;
  room?: string;
}

export interface Speech {
  id: string;
  wav: Buffer;
  mode: Mode;
  room?: string;
}

export interface ConfirmationBody {
  challenge: string;
  yes: boolean;
  pin?: string;
}

export interface ToolDefinition {
  name: string;
  description: string;
  parameters?: Json;
  risk?: number;
  repeat?: "once" | "idempotent";
  timeout_s?: number;
  confirm?: boolean;
  say?: string;
}

export interface Registration {
  session: string;
  lease_s: number;
  tools: ToolDefinition[];
}

export interface Registered {
  session?: string;
  tools?: string[];
  refused?: { name?: string; path?: string; message: string }[];
  expires_at?: number;
  start?: boolean;
}

export interface Call {
  call: string;
  session: string;
  tool: string;
  arguments: { [key: string]: Json };
  text: string;
  intent: IntentId;
  room?: string;
  deadline: number;
}

export type FlowResult = { ok: true; say?: string; data?: Json } | { ok: false; error: string };

export type ResultBody = { call: string } & ({ ack: true } | FlowResult);

export interface EventBody {
  at?: string | number;
  intent?: IntentId;
  [key: string]: unknown;
}
