// The owner's own tools: what the model may call beside the catalogue, and the messages they become. All plain JSON but `check`.
import type { Arguments, Refusal, Risk } from "../call.ts";
import type { Clock } from "../clock.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where a secret is; the secret itself is read when the message leaves, so that no journal ever holds it. */
export type HiddenValue = { readonly file: string } | { readonly credential: string };

/** What may be done again after a crash. `readable`: the echo's topic is read first. */
export type OwnerRepeat = "idempotent" | "readable" | "once";

export interface MqttMessage {
  readonly via: "mqtt";
  readonly topic: string;
  readonly payload?: Json;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** "none": the owner says that nothing will answer and that the broker's acknowledgement is enough. */
  readonly echo?: "none" | { readonly topic: string; readonly match: Json };
}

export interface HttpMessage {
  readonly via: "http";
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | HiddenValue>>;
  readonly body?: Json;
  /** Statuses that mean yes. */
  readonly expect: readonly number[];
  /** What the answer's JSON must hold; a dotted path. */
  readonly echo?: { readonly path: string; readonly equals: Json };
}

/** A call of a tool that a client on the wire handles itself; which client, and which of its lives. */
export interface FlowMessage {
  readonly via: "flow";
  /** Way and name of the client: `mqtt/nodered`. */
  readonly client: string;
  readonly session: string;
  readonly tool: string;
  readonly repeat: "once" | "idempotent";
  /** Filled in when the call is bound. */
  readonly arguments?: Arguments;
}

export type OwnerMessage = MqttMessage | HttpMessage | FlowMessage;

export interface OwnerTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly risk: Risk;
  readonly repeat: OwnerRepeat;
  readonly timeoutMs: number;
  /** The reply when it is done; placeholders as in the message. */
  readonly say?: string;
  /** Asks for a yes on another channel whatever its risk. */
  readonly asksFirst?: true;
  /** The message with placeholders. */
  readonly message: OwnerMessage;
  /** The first thing that is wrong with the values of a call. */
  check(args: Arguments): Refusal | undefined;
}

export interface OwnerVerdict {
  readonly status: "done" | "failed" | "unknown" | "rejected";
  readonly reason?: string;
  /** The words of who did it, instead of the tool's own. */
  readonly say?: string;
  /** What it gave back. */
  readonly data?: Json;
}

export interface PostOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** It may have left before: look whether the echo already says so. */
  readonly again?: boolean;
  /** Send nothing: say "done" when the echo already says so, "unknown" else. */
  readonly lookOnly?: boolean;
  /** The same whenever the same call is sent, after a crash too. */
  readonly tag?: string | undefined;
}

/** Carries messages out. Never throws for what the other side does. */
export interface OwnerPost {
  send(message: OwnerMessage, options: PostOptions): Promise<OwnerVerdict>;
}

export interface OwnerPart {
  readonly tools: readonly OwnerTool[];
  readonly post: OwnerPost;
}
