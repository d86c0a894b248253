// A peer of the drills: devices in a process of their own that outlives the daemon and counts what really happened. Imports nothing of ours.
// Lines in: {"id", "device", "sentAt", "set"?, "verb"?, "text"?}, {"id", "told", "outcome"}, {"dump": true}. Lines out: {"id", "ok"}, {"device", "state"},
// {"effects", "times", "states", "told"}.
import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

type State = Record<string, string | number | boolean>;

interface Order {
  id: number;
  device: string;
  sentAt: number;
  set?: State;
  verb?: string;
  text?: string;
  dump?: boolean;
  /** The intent whose answer this is. */
  told?: string;
  outcome?: string;
}

const [path = "", delayMs = "3"] = process.argv.slice(2);
const states = new Map<string, State>();
/** Everything that cannot be undone by doing it again, in order: `device verb text`. */
const effects: string[] = [];
/** When each of them was sent, milliseconds since 1970: how long this process waited for a processor is not the daemon's doing. */
const times: number[] = [];
/** What was answered to whom, each time it was. */
const answers: [id: string, outcome: string][] = [];
const sockets = new Set<Socket>();

const send = (socket: Socket, message: unknown): void => {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
};

function carryOut(order: Order, socket: Socket): void {
  const { id, device, sentAt, set, verb, text } = order;
  if (verb !== undefined) {
    effects.push(`${device} ${verb} ${text ?? ""}`.trim());
    times.push(sentAt);
  }
  const state = { ...states.get(device), ...set, ...(verb === "play" && { playback: "playing", title: text ?? "" }) };
  states.set(device, state);
  send(socket, { id, ok: true });
  for (const each of sockets) send(each, { device, state });
}

const server = createServer((socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  socket.on("error", () => sockets.delete(socket));
  const lines = createInterface({ input: socket });
  // readline tells of the socket's error a second time.
  lines.on("error", () => sockets.delete(socket));
  lines.on("line", (line) => {
    const order = JSON.parse(line) as Order;
    if (order.dump) return send(socket, { effects, times, states: Object.fromEntries(states), told: answers });
    if (order.told !== undefined) {
      answers.push([order.told, order.outcome ?? ""]);
      return send(socket, { id: order.id, ok: true });
    }
    // The device acts even when who ordered it is dead by then, as real ones do.
    setTimeout(() => carryOut(order, socket), Number(delayMs) * Math.random() * 2);
  });
});
rmSync(path, { force: true });
server.listen(path, () => process.stdout.write("ready\n"));
process.on("SIGTERM", () => process.exit(0));
