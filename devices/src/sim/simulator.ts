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

export function openSimulator(given: readonly Device[], options: SimulatorOptions = {}): Simulator {
  const { seed = 1, clock = systemClock, offline = [OFFLINE_DEVICE], refusing = [REFUSING_DEVICE] } = options;
  const devices = new Map(given.map((device) => [device.address, { ...device, state: { ...device.state } }]));
  const random = openRandom(seed);
  const listeners = new Set<StateListener>();
  const ongoing = new Map<string, () => void>();
  const pending = new Set<() => void>();

  const tell = (device: Device, report: State): void => {
    device.state = { ...device.state, ...report };
    for (const listener of listeners) listener(device.address, report);
  };
  const take = (device: Device, command: Command): void => {
    ongoing.get(device.address)?.();
    ongoing.delete(device.address);
    const { report, travelTo, later } = react(device, device.state, command);
    const from = Number(device.state.position);
    tell(device, report);
    if (travelTo !== undefined)
      ongoing.set(
        device.address,
        travel(clock, from, travelTo, (state) => tell(device, state)),
      );
    if (later)
      ongoing.set(
        device.address,
        clock.after(later.ms, () => tell(device, later.report)),
      );
  };
  const answer = (device: Device, command: Command): Receipt => {
    if (refusing.includes(device.id))
      throw new DeviceError("device.refused", { why: "its overheating protection is active" });
    take(device, command);
    return "accepted";
  };
  return {
    devices: () => [...devices.values()],
    send(command, signal) {
      const device = devices.get(command.address);
      return new Promise((resolve, reject) => {
        const giveUp = (): void => reject(new DeviceError("request.cancelled"));
        signal?.addEventListener("abort", giveUp, { once: true });
        if (signal?.aborted) return giveUp();
        if (!device) return reject(new DeviceError("device.link", { why: `there is no ${command.address}` }));
        if (offline.includes(device.id)) return;
        const cancel = clock.after(FASTEST_MS + random() * (SLOWEST_MS - FASTEST_MS), () => {
          pending.delete(cancel);
          try {
            resolve(answer(device, command));
          } catch (error) {
            reject(error);
          }
        });
        pending.add(cancel);
      });
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      for (const cancel of [...pending, ...ongoing.values()]) cancel();
      pending.clear();
      ongoing.clear();
    },
  };
}
