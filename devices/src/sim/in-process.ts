// The simulated home as an adapter inside this process: the embedded default.
import type { Adapter } from "../adapter.ts";
import type { Home } from "../home.ts";
import { openSimulator, type SimulatorOptions } from "./simulator.ts";

export function simulatedAdapter(home: Home, options: SimulatorOptions = {}): Adapter {
  const simulator = openSimulator(home.devices, options);
  return {
    name: "simulated",
    start: async () => {},
    stop: async () => simulator.stop(),
    devices: simulator.devices,
    send: simulator.send,
    onState: simulator.onState,
    // What is offline here says so only by its silence, as most real devices do.
    onReachable: () => () => {},
  };
}
