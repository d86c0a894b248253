// The composition of this package: a home, its adapters, its services, and the calls that pass through.
import { type ActOptions, act, type Stage } from "./act.ts";
import type { Adapter } from "./adapter.ts";
import type { Approved, Bound, Speaker, ToolCall } from "./call.ts";
import { type Clock, systemClock } from "./clock.ts";
import { openDesk } from "./desk.ts";
import type { Link } from "./dispatch.ts";
import { DeviceError } from "./errors.ts";
import { openHistory } from "./history.ts";
import type { Device, Home, State } from "./home.ts";
import { openLanes } from "./lanes.ts";
import { mergeDevices } from "./load.ts";
import type { Outcome } from "./outcome.ts";
import { bindCall } from "./plan.ts";
import type { HouseEvent, ServicesSnapshot } from "./services.ts";

export type { ActOptions } from "./act.ts";

export interface HouseOptions {
  readonly home: Home;
  readonly adapters: readonly Adapter[];
  readonly clock?: Clock;
  /** Timers, reminders, lists, scheduled calls as kept from the last run. */
  readonly restore?: ServicesSnapshot;
}

export interface House {
  /** The home as known now; a new object after start, when adapters have told what they see. */
  readonly home: Home;
  start(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Reads values, binds names to devices, makes the plan. No effects. */
  bind(call: ToolCall, speaker: Speaker): Bound;
  /** Carries an approved call out and waits for the devices' echoes. Never throws for what a device does. */
  act(call: Approved, options?: ActOptions): Promise<Outcome>;
  on(listener: (event: HouseEvent) => void): () => void;
  /** Plain data to keep and to give back as `restore`. */
  snapshot(): ServicesSnapshot;
}

interface Reports {
  tell(device: Device, state: State): void;
  of(device: Device, listener: (report: State) => void): () => void;
}

function openReports(): Reports {
  const listeners = new Map<string, Set<(report: State) => void>>();
  return {
    tell(device, state) {
      for (const listener of [...(listeners.get(device.id) ?? [])]) listener(state);
    },
    of(device, listener) {
      const set = listeners.get(device.id) ?? new Set();
      listeners.set(device.id, set.add(listener));
      return () => void set.delete(listener);
    },
  };
}

/** Opens a house; `start` brings its adapters up. */
export function openHouse({ home: given, adapters, clock = systemClock, restore }: HouseOptions): House {
  let home = given;
  const owners = new Map<string, Adapter>();
  const hearers = new Set<(event: HouseEvent) => void>();
  const emit = (event: HouseEvent): void => {
    for (const hear of hearers) hear(event);
  };
  const reports = openReports();
  const history = openHistory();
  const desk = openDesk({ clock, restore, emit });
  const lanes = openLanes();
  const ends: (() => void)[] = [];

  const withDevice = (address: string, run: (device: Device) => void): void => {
    const device = home.devices.find((candidate) => candidate.address === address);
    if (device) run(device);
  };
  const setReachable = (device: Device, reachable: boolean): void => {
    if (device.reachable === reachable) return;
    device.reachable = reachable;
    emit({ type: "reachable", device: device.id, reachable });
  };
  const onState = (address: string, state: State): void =>
    withDevice(address, (device) => {
      device.state = { ...device.state, ...state };
      setReachable(device, true);
      reports.tell(device, state);
      emit({ type: "state", device: device.id, state });
    });
  const linkOf = (device: Device): Link => ({
    async send(command, signal) {
      const adapter = owners.get(device.address);
      if (!adapter) throw new DeviceError("device.link", { why: `nothing speaks for ${device.name}` });
      return adapter.send(command, signal);
    },
    onReport: (listener) => reports.of(device, listener),
  });
  const stage = (): Stage => ({ home, clock, lanes, desk, history, linkOf });
  const bring = async (adapter: Adapter, signal?: AbortSignal): Promise<void> => {
    ends.push(adapter.onState(onState));
    ends.push(
      adapter.onReachable((address, reachable) => withDevice(address, (device) => setReachable(device, reachable))),
    );
    await adapter.start(signal);
    const found = adapter.devices();
    home = mergeDevices(home, found);
    for (const device of found) owners.set(device.address, adapter);
  };
  return {
    get home() {
      return home;
    },
    async start(signal) {
      for (const adapter of adapters) await bring(adapter, signal);
      desk.start();
    },
    async stop() {
      desk.stop();
      for (const end of ends.splice(0)) end();
      for (const adapter of [...adapters].reverse()) await adapter.stop();
    },
    bind: (call, speaker) => bindCall({ home, now: clock.now(), history, kept: desk.snapshot() }, call, speaker),
    act: async (call, options) => {
      const outcome = await act(stage(), call, options);
      for (const { device, status, reason } of outcome.devices) {
        // Silence is the best sign there is of a dead device; its next report revives it.
        const silent = home.devices.find((candidate) => candidate.id === device);
        if (silent && status === "unknown" && !reason && outcome.effect !== "read") setReachable(silent, false);
      }
      return outcome;
    },
    on(listener) {
      hearers.add(listener);
      return () => void hearers.delete(listener);
    },
    snapshot: desk.snapshot,
  };
}
