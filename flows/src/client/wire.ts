// What goes over the wire between the nodes and the daemon (docs/protocol.md sections 4 and 9): its own types, and what doors add.
import type {
  AskReport,
  CallReport,
  FlowCall,
  EventKind as FlowEventKind,
  FlowResult as FlowMessage,
  FlowRegistered,
  FlowRegistration,
  FlowToolEntry,
  Json,
} from "@needled/daemon/protocol";

export type { CallReport, Json };
export type Call = FlowCall;
export type Registered = FlowRegistered;
export type Registration = FlowRegistration;
export type ToolDefinition = FlowToolEntry;
export type ResultBody = FlowMessage;

export type Mode = "execute" | "interpret" | "dry_run";

/** Announcements are no event of the daemon's, but come the same way. */
export type EventKind = FlowEventKind | "say";
export const eventKinds: readonly EventKind[] = ["intent", "calls", "outcome", "confirm", "device", "say"];

/** A result without its call. */
export type FlowResult = { ok: true; say?: string; data?: Json } | { ok: false; error: string };

export interface IntentId {
  source: string;
  id: string;
}

export interface Confirm {
  challenge: string;
  deed: string;
  expires_at: number;
}

export interface Answer extends AskReport {
  intent: IntentId;
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

export interface EventBody {
  at?: number;
  intent?: IntentId;
  [key: string]: unknown;
}
