// A call on its way: as the model made it, bound to devices, approved by policy.
import type { Command } from "./adapter.ts";
import type { OwnerMessage, OwnerRepeat } from "./owner/tool.ts";
import type { ServiceAction } from "./services.ts";

export type Risk = 0 | 1 | 2 | 3 | 4;
export type Effect = "set" | "read" | "once";
export type Arguments = Readonly<Record<string, unknown>>;

export interface ToolCall {
  readonly name: string;
  readonly arguments: Arguments;
}

/** Who asks, from where, and what the last turn touched ("it"). */
export interface Speaker {
  /** Area id of the room the speaker is in. */
  readonly area?: string;
  /** Device ids of the last turn, oldest first; empty: it was about something that is no device of the home. */
  readonly last?: readonly string[];
  /** The tool that touched them. */
  readonly lastTool?: string;
  /** What the sentence at hand points at: `it`, `them` and `there` at the last turn, `here` at the speaker's room; `nothing`: no such word in it. */
  readonly refers?: "it" | "them" | "there" | "here" | "nothing";
  readonly person?: string;
}

/** What is going to happen, complete and plain: it can be shown, journalled and judged by policy. */
export type Plan =
  | { readonly do: "command"; readonly commands: readonly Command[]; readonly scene?: string }
  | { readonly do: "read"; readonly property: string }
  | { readonly do: "service"; readonly action: ServiceAction }
  | { readonly do: "schedule"; readonly at: number; readonly call: ToolCall }
  | {
      readonly do: "undo";
      readonly action: string;
      readonly commands: readonly Command[];
      readonly service?: ServiceAction;
    }
  /** `say`: the owner's own reply when it is done. */
  | { readonly do: "owner"; readonly message: OwnerMessage; readonly repeat: OwnerRepeat; readonly say?: string };

export interface BoundCall {
  readonly tool: string;
  readonly arguments: Arguments;
  /** Of what will really happen: an undo of "lock" is as risky as "unlock". */
  readonly risk: Risk;
  /** Its tool wants a yes whatever the risk. */
  readonly asksFirst?: true;
  readonly effect: Effect;
  readonly timeoutMs: number;
  /** Device ids. */
  readonly targets: readonly string[];
  /** The targets as one says them: "the kitchen lights". */
  readonly said: string;
  /** The deed in words, for questions: "unlock the front door". */
  readonly deed: string;
  readonly plan: Plan;
  readonly speaker: Speaker;
}

export type RefusalCode = "unknown_device" | "ambiguous" | "invalid_arguments" | "out_of_range" | "unsupported";

export interface Refusal {
  readonly code: RefusalCode;
  /** A whole sentence for the person. */
  readonly message: string;
  /** Device ids to choose from, for "ambiguous". */
  readonly candidates?: readonly string[];
  /** The one name that it offers instead. */
  readonly meant?: string;
}

export type Bound = { readonly ok: true; readonly call: BoundCall } | { readonly ok: false; readonly refusal: Refusal };

declare const approvedBrand: unique symbol;
export type Approved = BoundCall & { readonly [approvedBrand]: true };

const approvals = new WeakSet<object>();

/** Mints the right to act, once. Only the daemon's policy may call this. */
export function approve(call: BoundCall): Approved {
  const approved = Object.freeze({ ...call }) as Approved;
  approvals.add(approved);
  return approved;
}

/** Spends an approval; false when there was none, so nothing acts twice on one yes. */
export function spendApproval(call: BoundCall): boolean {
  return approvals.delete(call);
}
