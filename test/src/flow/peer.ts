// A client that handles tools, as a process of its own, so that it can be killed: tells on stdout what it hears, does what stdin says.
// argv: port, client name, its last words as JSON ("" for none), protocol version.
import { createInterface } from "node:readline";
import { connectAsync } from "mqtt";

/** A line on stdin. */
export type Order =
  | { publish: string; payload: unknown; retain?: boolean }
  /** From now on every call is answered at once: acknowledged, then with this. */
  | { answer: object | null };

const [port = "1883", name = "flow", will = "", version = "5"] = process.argv.slice(2);
const base = "needled/home";
let answer: object | null = null;

const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
  protocolVersion: Number(version) as 4 | 5,
  reconnectPeriod: 50,
  ...(will !== "" && { will: { topic: `${base}/tools/${name}`, payload: Buffer.from(will), qos: 1 as const } }),
});
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const publish = (topic: string, payload: unknown, retain = false): void =>
  void client.publish(topic, typeof payload === "string" ? payload : JSON.stringify(payload), { qos: 1, retain });

client.on("message", (topic, bytes, { retain }) => {
  const text = bytes.toString();
  tell({ topic, payload: text.startsWith("{") ? JSON.parse(text) : text, retain });
  if (topic !== `${base}/call/${name}` || answer === null) return;
  const { call } = JSON.parse(text) as { call: string };
  publish(`${base}/result/${name}`, { call, ack: true });
  publish(`${base}/result/${name}`, { call, ...answer });
});
client.on("error", () => undefined);
client.on("connect", () => tell({ connected: true }));
await client.subscribeAsync([`${base}/call/${name}`, `${base}/registered/${name}`, `${base}/event/+`], { qos: 1 });
tell({ connected: true });

createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line) as Order;
  if ("answer" in order) answer = order.answer;
  else publish(order.publish, order.payload, order.retain);
});
process.stdin.on("end", () => process.exit(0));
