// A home of simulated devices: they answer after a random delay, one never does, one refuses, covers take their time.
import type { Command, Receipt, StateListener } from "../adapter.ts";
import { type Clock, systemClock } from "../clock.ts";
import { DeviceError } from "../errors.ts";
import type { Device, State } from "../home.ts";
import { react } from "./behaviour.ts";
import { OFFLINE_DEVICE, REFUSING_DEVICE } from "./demo-home.ts";

export interface SimulatorOptions {
  readonly seed?: number;
  readonly clock?: Clock;
  /** Ids of devices that hear nothing. */
  readonly offline?: readonly string[];
  /** Ids of devices that answer with an error. */
  readonly refusing?: readonly string[];
}

export interface Simulator {
  devices(): readonly Device[];
  send(command: Command, signal?: AbortSignal): Promise<Receipt>;
  onState(listener: StateListener): () => void;
  stop(): void;
}

const FASTEST_MS = 5;
const SLOWEST_MS = 60;
const TICK_MS = 250;
const PERCENT_PER_TICK = 5;
const REFUSAL = "its overheating protection is active";

/** A small random stream (mulberry32): the same seed gives the same home. */
export function openRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Moves a cover a little further until it is there. */
function travel(clock: Clock, from: number, to: number, tell: (state: State) => void): () => void {
  let at = from;
  const step = (): void => {
    at = to > at ? Math.min(to, at + PERCENT_PER_TICK) : Math.max(to, at - PERCENT_PER_TICK);
    const moving = at === to ? "stopped" : to > at ? "opening" : "closing";
    tell({ position: at, moving });
    if (at !== to) cancel = clock.after(TICK_MS, step);
  };
  let cancel = clock.after(TICK_MS, step);
  return () => cancel();
}

/** The answer of a device that hears nothing: none, until nobody waits any more. */
function silence(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new DeviceError("request.cancelled"));
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}

interface Bodies {
  take(device: Device, command: Command): void;
  stop(): void;
}

/** What the devices do with commands, and what goes on in them afterwards. */
function openBodies(clock: Clock, tell: (device: Device, report: State) => void): Bodies {
  const ongoing = new Map<string, () => void>();
  return {
    take(device, command) {
      ongoing.get(device.address)?.();
      ongoing.delete(device.address);
      const { report, travelTo, later } = react(device, device.state, command);
      const from = Number(device.state.position);
      const say = (state: State): void => tell(device, state);
      say(report);
      if (travelTo !== undefined) ongoing.set(device.address, travel(clock, from, travelTo, say));
      if (later)
        ongoing.set(
          device.address,
          clock.after(later.ms, () => say(later.report)),
        );
    },
    stop() {
      for (const cancel of ongoing.values()) cancel();
      ongoing.clear();
    },
  };
}

export function openSimulator(given: readonly Device[], options: SimulatorOptions = {}): Simulator {
  const { seed = 1, clock = systemClock, offline = [OFFLINE_DEVICE], refusing = [REFUSING_DEVICE] } = options;
  const devices = new Map(given.map((device) => [device.address, { ...device, state: { ...device.state } }]));
  const random = openRandom(seed);
  const listeners = new Set<StateListener>();
  const pending = new Set<() => void>();
  const bodies = openBodies(clock, (device, report) => {
    device.state = { ...device.state, ...report };
    for (const listener of listeners) listener(device.address, report);
  });
  const inAWhile = (): Promise<void> =>
    new Promise((done) => {
      const cancel = clock.after(FASTEST_MS + random() * (SLOWEST_MS - FASTEST_MS), () => {
        pending.delete(cancel);
        done();
      });
      pending.add(cancel);
    });
  return {
    devices: () => [...devices.values()],
    async send(command, signal) {
      const device = devices.get(command.address);
      if (!device) throw new DeviceError("device.link", { why: `there is no ${command.address}` });
      if (offline.includes(device.id)) return silence(signal);
      await inAWhile();
      if (signal?.aborted) throw new DeviceError("request.cancelled");
      if (refusing.includes(device.id)) throw new DeviceError("device.refused", { why: REFUSAL });
      bodies.take(device, command);
      return "accepted";
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      for (const cancel of pending) cancel();
      pending.clear();
      bodies.stop();
    },
  };
}
