// The daemon's side of the drills' device process.
import { createConnection, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { type Adapter, type Command, DeviceError, type Home, type Receipt, type State } from "@needled/devices";

interface Heard {
  id?: number;
  ok?: boolean;
  device?: string;
  state?: State;
}

export interface DrillAdapter extends Adapter {
  /** Hands an answer over; false: nobody is there. */
  tell(id: string, outcome: string): Promise<boolean>;
}

export function drillAdapter(home: Home, path: string): DrillAdapter {
  const listeners = new Set<(address: string, state: State) => void>();
  const open = new Map<number, (receipt: Receipt) => void>();
  let socket: Socket | undefined;
  let next = 1;
  const hear = ({ id, device, state }: Heard): void => {
    if (id !== undefined) open.get(id)?.("accepted");
    if (device !== undefined && state) for (const listener of listeners) listener(device, state);
  };
  return {
    name: "drill",
    async start() {
      const opened = createConnection(path);
      socket = opened;
      await new Promise<void>((resolve, reject) => opened.once("connect", resolve).once("error", reject));
      createInterface({ input: opened }).on("line", (line) => hear(JSON.parse(line) as Heard));
    },
    stop: async () => void socket?.destroy(),
    devices: () => home.devices,
    send({ address, set, verb, text }: Command): Promise<Receipt> {
      if (socket === undefined || socket.destroyed)
        return Promise.reject(new DeviceError("device.link", { why: "no process" }));
      const id = next++;
      socket.write(`${JSON.stringify({ id, device: address, set, verb, text, sentAt: Date.now() })}\n`);
      return new Promise((resolve) => open.set(id, resolve));
    },
    tell(told, outcome) {
      if (socket === undefined || socket.destroyed) return Promise.resolve(false);
      const id = next++;
      socket.write(`${JSON.stringify({ id, told, outcome })}\n`);
      return new Promise((resolve) => open.set(id, () => resolve(true)));
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onReachable: () => () => {},
  };
}
