// What the middle of the daemon is made of, and what it gives to who runs it.
import type { Clock, House, Speaker } from "@needled/devices";
import type { Flows } from "../flows/flows.ts";
import type { Before, Memory } from "../follow-up.ts";
import type { Answer, Door, Intake } from "../intake.ts";
import type { Journal, JournalPoint } from "../journal/journal.ts";
import type { KeptIntent } from "../journal/state.ts";
import type { PinCheck } from "../policy/pin.ts";
import type { Hear } from "../speech/ears.ts";
import type { TurnPorts } from "../turn.ts";
import type { Gate } from "./gate.ts";

export interface SpineOptions {
  ports: Omit<TurnPorts, "ledger" | "clock"> & { clock: Clock };
  house: House;
  journal: Journal;
  /** Absent: nobody listens to sounds. */
  hear?: Hear | undefined;
  /** Tools that clients handle, and who hears of what happens. */
  flows?: Pick<Flows, "port" | "emit" | "returned" | "start">;
  gate: Gate;
  /** The speaker that a room name stands for, with what "it" means there. */
  speakerAt(room: string | undefined, source: string): Speaker;
  /** What half a sentence of this source may lean on; absent: nothing. */
  beforeOf?(source: string): Before | undefined;
  /** Called after a turn that one may point back at. */
  remember(source: string, memory: Memory): void;
  /** Told of every answer before it is on disk; twice when a crash came in between. */
  record?(intent: KeptIntent, answer: Answer): void;
  pin?: PinCheck;
  model(): string;
  /** Names of what the model may call now. */
  tools?(): readonly string[];
  inFlight: number;
  waiting: number;
  /** `safe` after a crash loop: only reading is left, as in `degraded`. */
  mode?(): "normal" | "degraded" | "safe";
  /** What health should say though orders are still taken. */
  trouble?(): string | undefined;
  /** Test seam of the drills. */
  at?(point: JournalPoint): void;
}

export interface Spine extends Intake {
  /** Finishes what an earlier process left and begins to work; the doors open after this. */
  start(doors: readonly Door[]): Promise<void>;
  setReady(ready: boolean): void;
  /** False when a turn has been stuck for longer than any turn may take. */
  isProgressing(): boolean;
  /** Takes nothing more in; resolves when all that was taken is answered or `signal` aborts. */
  stop(signal: AbortSignal): Promise<void>;
}
