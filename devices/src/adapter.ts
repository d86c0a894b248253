// The edge to real devices: what every adapter (simulated home, Zigbee2MQTT, …) implements.
import type { Area, Device, Floor, Scene, State } from "./home.ts";

/** One thing asked of one device. `set` states the wish; `verb` is for what no state can express. */
export interface Command {
  readonly device: string;
  readonly address: string;
  readonly set?: State;
  readonly verb?: Verb;
  /** Words for the verb: what to play, how it was said. */
  readonly text?: string;
  /** What the device must report before this counts as done; empty: its own acceptance, or any report. */
  readonly expect: State;
}

export type Verb = "stop" | "play" | "next" | "previous" | "locate";

/** "accepted": the device itself answered. "sent": it left us, nothing more is known. */
export type Receipt = "accepted" | "sent";

export type StateListener = (address: string, state: State) => void;
export type ReachableListener = (address: string, reachable: boolean) => void;

export interface Adapter {
  readonly name: string;
  start(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Devices as this source sees them now; merged into the home by address. */
  devices(): readonly Device[];
  /** Rooms that this source knows beyond the home's own. */
  areas?(): readonly Area[];
  floors?(): readonly Floor[];
  /** Scenes that this source keeps; what they set is of its own devices. */
  scenes?(): readonly Scene[];
  /** Calls back when devices came, went or changed their names. */
  onChange?(listener: () => void): () => void;
  /** Rejects with `device.refused` when the device says no, `device.link` when nothing could be sent. */
  send(command: Command, signal?: AbortSignal): Promise<Receipt>;
  /** Calls back on every state report, changed or not; the returned function ends it. */
  onState(listener: StateListener): () => void;
  onReachable(listener: ReachableListener): () => void;
}
