// What a door sees of the tools of flows: hand registrations and results in, carry calls and events out.
import type { FlowCall, FlowEvent, FlowRegistered } from "./wire.ts";

export type LineName = "mqtt" | "http";

/** `unheard`: for certain nobody got it; `away`: there is no way out now; `refused`: the broker does not let it out. */
export type Sent = "sent" | "unheard" | "away" | "refused";

/** A way to clients. */
export interface FlowLine {
  readonly name: LineName;
  /** Whoever reaches it is on this machine or has the token; else the configuration must name who may register. */
  readonly isOwn: boolean;
  call(client: string, call: FlowCall): Promise<Sent>;
  /** Something that the client did not ask for: a lease that ran out, a daemon that started. */
  tell(client: string, told: FlowRegistered): void;
}

export type Verdict =
  | { ok: true }
  | { ok: false; code: "malformed" | "too_long" | "not_allowed" | "quota" | "no_such_call"; message: string };

export interface FlowPort {
  open(line: FlowLine): void;
  /** The line was cut and is there again: what was sent over it meanwhile may be lost, so clients are asked to register again. */
  reopened(line: FlowLine): void;
  /** `told` is the client's answer in any case. */
  register(line: FlowLine, client: string, bytes: Uint8Array): { verdict: Verdict; told: FlowRegistered };
  result(line: FlowLine, client: string, bytes: Uint8Array): Verdict;
  /** The client is gone for good: its tools go, its calls have no end. */
  leave(line: FlowLine, client: string): void;
  onEvent(listener: (event: FlowEvent) => void): () => void;
}
