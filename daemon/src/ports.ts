// What a turn needs from the world. The turn sees these shapes only; app.ts decides what stands behind them.
import type {
  Approved,
  Bound,
  BoundCall,
  FoundName,
  Home,
  OtherName,
  Outcome,
  Speaker,
  ToolCall,
} from "@needled/devices";
import type { Refusal, Span, Values } from "./protocol.ts";

export interface Question {
  text: string;
  speaker: Speaker;
  /** Wall-clock milliseconds: the model may be told the time. */
  at: number;
}

/** One call as the model gave it, before anything was believed. */
export interface ReadCall {
  name: string;
  arguments: Values;
  spans: Readonly<Record<string, Span>>;
  confidence: number;
  rawConfidence: number;
  maskMass: number;
  /** What the tool's own schema says against the values. */
  problem?: Refusal;
}

export interface Reading {
  calls: ReadCall[];
  /** How sure the model is that nothing is to be called. */
  refusal?: { confidence: number; maskMass: number };
  /** Names of the tools that took part, and how many are registered. */
  inPlay: string[];
  registered: number;
  ms: { load: number; engine: number; encode: number; decode: number };
}

/** Text to calls. No effects; may throw a coded error. */
export interface Interpreter {
  read(question: Question, signal: AbortSignal): Promise<Reading>;
}

/** What the home knows of names and units. */
export interface Names {
  readonly unit: Home["unit"];
  /** The name to say instead of the one said before; undefined: the home knows none such. */
  other(given: OtherName): FoundName | undefined;
  /** A room, a floor, the house. */
  isPlace(text: string): boolean;
  /** It begins or ends with one. */
  hasPlace(text: string): boolean;
  /** Something here is called that. */
  isKnown(text: string): boolean;
  /** Several things here are called that, and one of them would be meant. */
  isUnclear(text: string): boolean;
  /** What one may try to say here. */
  readonly example: string;
}

/** Names to devices, values to plans. No effects. */
export interface Binder {
  bind(call: ToolCall, speaker: Speaker): Bound;
}

export interface ActOptions {
  signal: AbortSignal;
  /** Clock time after which nothing may start any more. */
  expiresAt?: number;
  /** Comes back with the events of services that the act changes. */
  tag?: string;
  /** An earlier process may have done it already: what can be read is read first. */
  again?: boolean;
}

/** The way to the devices: takes permission, not a call. */
export interface Dispatcher {
  act(approved: Approved, options: ActOptions): Promise<Outcome>;
  /** Whether the devices report what the call wanted, now or within the time given. Sends nothing. */
  isProven?(call: BoundCall, withinMs: number): Promise<boolean>;
}

/** Who wants it, as far as policy may know. */
export interface Asker {
  source: string;
  door: string;
  /** The sender gave an id, so a repeat of the message would be recognised. */
  hasId: boolean;
  /** Wall-clock milliseconds of the decision. */
  at: number;
  /** Area id of the speaker's room. */
  area?: string;
  /** Nothing comes of it, so it uses up no rate. */
  isTrial?: true;
  /** Somebody said yes on another channel. */
  confirmed?: { source: string; door: string; withPin: boolean };
}

export interface Clock {
  /** Milliseconds since 1970; may jump. */
  now(): number;
  /** Never jumps; only differences mean anything. */
  monotonic(): number;
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}
