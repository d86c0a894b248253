// The JSON that leaves the command line: docs/protocol.md section 3 as types. Fields are only ever added.
import type { OutcomeStatus } from "@needled/devices";

export type * from "./flows/wire.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Arguments by key. */
export type Values = Readonly<Record<string, Json>>;

/** [start, end) in UTF-16 units of the text as it was given. */
export type Span = readonly [start: number, end: number];

export type PolicyWord = "allow" | "confirm" | "deny";

export type OutcomeWord = OutcomeStatus;

export type RefusalCode =
  | "empty"
  | "too_long"
  | "bad_text"
  | "no_call"
  | "low_confidence"
  | "out_of_range"
  | "unknown_device"
  | "ambiguous"
  | "invalid_arguments"
  | "unsupported"
  | "expired"
  | "degraded"
  | "engine";

export interface Refusal {
  code: RefusalCode;
  message: string;
}

export interface CallReport {
  name: string;
  arguments: Values;
  spans: Readonly<Record<string, Span>>;
  confidence: number;
  /** null: policy was not asked, since the words were only to be read. */
  policy: PolicyWord | null;
  /** The policy row that decided; absent when the call did not get as far as policy. */
  rule?: string;
  /** null in a dry run: nothing was sent, so nothing came of it. */
  outcome: OutcomeWord | null;
  /** Why the call did not go through, when it did not. */
  problem?: Refusal;
  /** What the names were taken to mean: ids of the home model. */
  devices?: string[];
  /** The reply of this call is worded by the flow that carried it out. */
  said_by?: "flow";
  /** What that flow gave back. */
  data?: Json;
}

/** Milliseconds. `load`: waiting for the engine to start; `engine`: the time in it, `encode` and `decode` its parts. */
export interface Timings {
  total: number;
  load: number;
  engine: number;
  encode: number;
  decode: number;
  dispatch: number;
}

export interface AskReport {
  id: string;
  text: string;
  calls: CallReport[];
  refusal?: Refusal;
  reply: string;
  /** Some of the reply's words are a flow's. */
  said_by?: "flow";
  /** Of the first call that has some. */
  data?: Json;
  handled_by: "model";
  /** The words that the model read: half a sentence ("and the bedroom too") made whole from the turn before. */
  read_as?: string;
  dry_run?: true;
  /** The words were read, and no more. */
  mode?: "interpret";
  timings: Timings;
}

export interface ExplainedCall extends CallReport {
  raw_confidence: number;
  mask_mass: number;
  /** null: the call did not get as far as that. */
  threshold: number | null;
  risk: number | null;
  evidence: Record<string, string>;
  /** The deed in words. */
  binding: string | null;
  /** The message of an owner's tool, in words. */
  sends?: string;
}

export interface ExplainReport extends Omit<AskReport, "calls"> {
  model: string;
  in_play: string[];
  registered: number;
  no_call?: { confidence: number; mask_mass: number };
  calls: ExplainedCall[];
}

export interface Prediction {
  id: Json;
  query: string;
  answers: PlainCall[];
  raw: PlainCall[];
  confidence: number;
  ms: number;
  error?: string;
}

export interface PlainCall {
  name: string;
  arguments: Values;
}
