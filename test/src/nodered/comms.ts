// The wire that Node-RED's editor listens on: the status of nodes and the debug sidebar.
import { requirePeer } from "./peers.ts";

interface Socket {
  on(event: "open" | "close", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "message", listener: (data: Buffer) => void): void;
  send(text: string): void;
  terminate(): void;
}

export interface NodeStatus {
  fill?: string;
  shape?: string;
  text?: string;
}

export interface Debugged {
  /** Of the debug node. */
  id: string;
  /** As it was sent, objects decoded. */
  value: unknown;
}

export interface Comms {
  /** Newest last. */
  readonly debugged: Debugged[];
  /** Every status since the start, newest last. */
  readonly statuses: { id: string; status: NodeStatus }[];
  status(id: string): NodeStatus;
  close(): void;
}

interface Event {
  topic?: string;
  data?: Record<string, unknown>;
}

function decode({ msg, format }: Record<string, unknown>): unknown {
  const isJson = typeof format === "string" && /^(object|array|Object|error|boolean|number)/i.test(format);
  if (!isJson || typeof msg !== "string") return msg;
  try {
    return JSON.parse(msg);
  } catch {
    return msg;
  }
}

export async function openComms(port: number): Promise<Comms> {
  const WebSocket = requirePeer<new (url: string) => Socket>("ws");
  const socket = new WebSocket(`ws://127.0.0.1:${port}/comms`);
  const debugged: Debugged[] = [];
  const statuses: { id: string; status: NodeStatus }[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
  const take = ({ topic = "", data }: Event): void => {
    if (data === undefined) return;
    if (topic === "debug") debugged.push({ id: String(data.id), value: decode(data) });
    const [, id] = topic.split("status/");
    if (id !== undefined) statuses.push({ id, status: data as NodeStatus });
  };
  socket.on("message", (data) => {
    const parsed = JSON.parse(data.toString()) as Event | Event[];
    for (const event of Array.isArray(parsed) ? parsed : [parsed]) take(event);
  });
  for (const topic of ["debug", "status/#"]) socket.send(JSON.stringify({ subscribe: topic }));
  return {
    debugged,
    statuses,
    status: (id) => statuses.findLast((one) => one.id === id)?.status ?? {},
    close: () => socket.terminate(),
  };
}
