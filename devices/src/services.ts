// What the services of the home keep and can be told: timers, reminders, lists, messages, scheduled calls.
import type { Speaker, ToolCall } from "./call.ts";

export interface Timer {
  readonly id: string;
  readonly label: string;
  readonly durationMs: number;
  readonly endsAt: number;
}

export interface Reminder {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

export interface ScheduledCall {
  readonly id: string;
  readonly at: number;
  readonly call: ToolCall;
  readonly speaker: Speaker;
  readonly deed: string;
}

export interface ServicesSnapshot {
  readonly timers: readonly Timer[];
  readonly reminders: readonly Reminder[];
  readonly scheduled: readonly ScheduledCall[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** What the home does by itself. A due call is only a wish: the daemon binds and approves it again. */
export type HouseEvent =
  | { readonly type: "timer_done"; readonly timer: Timer; readonly say: string }
  | { readonly type: "reminder_due"; readonly reminder: Reminder; readonly say: string }
  | { readonly type: "call_due"; readonly scheduled: ScheduledCall }
  /** Too late to be what was meant: dropped, and said so. */
  | { readonly type: "call_missed"; readonly scheduled: ScheduledCall; readonly say: string }
  | {
      readonly type: "message";
      readonly message: string;
      readonly to: string | undefined;
      readonly devices: readonly string[];
      readonly say: string;
      readonly tag?: string;
    }
  | {
      readonly type: "state";
      readonly device: string;
      readonly state: Readonly<Record<string, string | number | boolean>>;
    }
  /** Devices came, went or changed their names: `home` is a new object. */
  | { readonly type: "devices" }
  | { readonly type: "reachable"; readonly device: string; readonly reachable: boolean }
  /** `tag`: the act that changed it, as given in ActOptions; absent when something fell due. */
  | { readonly type: "snapshot"; readonly snapshot: ServicesSnapshot; readonly tag?: string };

export type ServiceAction =
  | { readonly kind: "set_timer"; readonly durationMs: number; readonly label: string }
  | { readonly kind: "cancel_timer"; readonly ids: readonly string[] }
  | { readonly kind: "restore_timer"; readonly timers: readonly Timer[] }
  | { readonly kind: "set_reminder"; readonly text: string; readonly at: number }
  | { readonly kind: "cancel_reminder"; readonly id: string }
  | { readonly kind: "add_to_list"; readonly list: string; readonly item: string }
  | { readonly kind: "remove_from_list"; readonly list: string; readonly item: string }
  | {
      readonly kind: "send_message";
      readonly message: string;
      readonly to?: string;
      readonly devices: readonly string[];
    }
  | {
      readonly kind: "schedule";
      readonly at: number;
      readonly call: ToolCall;
      readonly speaker: Speaker;
      readonly deed: string;
    }
  | { readonly kind: "cancel_call"; readonly id: string };

export interface ServiceResult {
  readonly action: ServiceAction;
  /** Nothing was changed, and why. */
  readonly refused?: string;
  readonly timers?: readonly Timer[];
  readonly reminder?: Reminder;
  readonly scheduled?: ScheduledCall;
  readonly list?: { readonly name: string; readonly size: number };
  /** How to take it back; absent: it cannot be. */
  readonly back?: ServiceAction;
}
