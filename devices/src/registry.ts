// The devices as their adapters tell them: who speaks for which, what each last said, and who listens for it.
import type { Adapter } from "./adapter.ts";
import type { Link } from "./dispatch.ts";
import { DeviceError } from "./errors.ts";
import type { Device, Home, State } from "./home.ts";
import { type Found, mergeFound } from "./load.ts";
import type { HouseEvent } from "./services.ts";

export interface Registry {
  readonly home: Home;
  /** Starts the adapter and takes its devices in. */
  bring(adapter: Adapter, signal?: AbortSignal): Promise<void>;
  /** Ends all listening; adapters are stopped by who opened them. */
  close(): void;
  linkOf(device: Device): Link;
  /** What a device has said since it was brought in. */
  reportedOf(id: string): State;
  setReachable(id: string, reachable: boolean): void;
}

type Listener = (report: State) => void;

function openReports(): { tell(id: string, state: State): void; listen(id: string, listener: Listener): () => void } {
  const listeners = new Map<string, Set<Listener>>();
  return {
    tell(id, state) {
      for (const listener of [...(listeners.get(id) ?? [])]) listener(state);
    },
    listen(id, listener) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => void set.delete(listener);
    },
  };
}

function linkTo(device: Device, adapter: Adapter | undefined, onReport: Link["onReport"]): Link {
  return {
    async send(command, signal) {
      if (!adapter) throw new DeviceError("device.link", { why: `nothing speaks for ${device.name}` });
      return adapter.send(command, signal);
    },
    onReport,
  };
}

export function openRegistry(given: Home, emit: (event: HouseEvent) => void): Registry {
  let home = given;
  const owners = new Map<string, Adapter>();
  const reports = openReports();
  const reported = new Map<string, State>();
  /** What the source says of each address. */
  const isThere = new Map<string, boolean>();
  const ends: (() => void)[] = [];
  const at = (address: string): Device | undefined => home.devices.find((device) => device.address === address);

  const reach = (device: Device | undefined, reachable: boolean): void => {
    if (!device || device.reachable === reachable) return;
    device.reachable = reachable;
    emit({ type: "reachable", device: device.id, reachable });
  };
  const onState = (address: string, state: State): void => {
    const device = at(address);
    if (!device) return;
    device.state = { ...device.state, ...state };
    reported.set(device.id, { ...reported.get(device.id), ...state });
    // A report ends a silence; but what the source calls gone stays gone, as bridges repeat what such a device once said.
    if (isThere.get(address) !== false) reach(device, true);
    reports.tell(device.id, state);
    emit({ type: "state", device: device.id, state });
  };
  const told = new Map<Adapter, Found>();
  /** The home as given plus what every source lists now; what a device last said of itself stays. */
  const take = (adapter: Adapter): void => {
    told.set(adapter, {
      devices: adapter.devices(),
      areas: adapter.areas?.() ?? [],
      floors: adapter.floors?.() ?? [],
      scenes: adapter.scenes?.() ?? [],
    });
    const before = new Map(home.devices.map((device) => [device.address, device]));
    owners.clear();
    let merged = given;
    for (const [source, found] of told) {
      merged = mergeFound(merged, found);
      for (const device of found.devices) owners.set(device.address, source);
    }
    const keep = (device: Device): Device => {
      const old = before.get(device.address);
      return old ? { ...device, state: { ...device.state, ...old.state }, reachable: old.reachable } : device;
    };
    home = { ...merged, devices: merged.devices.map(keep) };
  };
  return {
    get home() {
      return home;
    },
    async bring(adapter, signal) {
      ends.push(adapter.onState(onState));
      const onReachable = (address: string, reachable: boolean): void => {
        isThere.set(address, reachable);
        reach(at(address), reachable);
      };
      ends.push(adapter.onReachable(onReachable));
      await adapter.start(signal);
      take(adapter);
      const ended = adapter.onChange?.(() => {
        take(adapter);
        emit({ type: "devices" });
      });
      if (ended) ends.push(ended);
    },
    close() {
      for (const end of ends.splice(0)) end();
    },
    linkOf: (device) => linkTo(device, owners.get(device.address), (listener) => reports.listen(device.id, listener)),
    reportedOf: (id) => reported.get(id) ?? {},
    setReachable(id, reachable) {
      const device = home.devices.find((candidate) => candidate.id === id);
      reach(device, reachable);
    },
  };
}
