// For the tests: a real mosquitto, and a client on it that speaks as the daemon would.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect as connectSocket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { eventually } from "./eventually.ts";

export const whyNoMosquitto: string | false =
  spawnSync("mosquitto", ["-h"]).error === undefined ? false : "mosquitto is not installed: apt-get install mosquitto";

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

export interface Broker {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connectSocket(port, "127.0.0.1", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}

/** `config`: who may come in, and how; without it everybody from this machine. */
export async function startBroker(config = "allow_anonymous true"): Promise<Broker> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "needled-broker-"));
  const file = join(folder, "mosquitto.conf");
  writeFileSync(file, `listener ${port} 127.0.0.1\n${config}\n`);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn("mosquitto", ["-c", file], { stdio: "ignore" });
    await eventually(() => isListening(port), "mosquitto listens");
  };
  await start();
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    start,
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

export interface Heard {
  topic: string;
  body: Record<string, unknown>;
}

/** Says what a test makes it say; answers registrations by itself. */
export interface Speaker {
  readonly client: MqttClient;
  readonly heard: Heard[];
  on(topic: string): Heard["body"][];
  say(topic: string, body: object): Promise<void>;
  /** Waits for the next intent from now on. */
  intent(text: string): Promise<{ id: string; [key: string]: unknown }>;
  online(): Promise<void>;
  /** As a process that was killed: its will speaks. */
  die(): Promise<void>;
}

export async function startSpeaker(port: number): Promise<Speaker> {
  const status = "needled/home/status";
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ protocolVersion: 5, reconnectPeriod: 50 },
    will: { topic: status, payload: Buffer.from("offline"), qos: 1, retain: true },
  });
  client.on("error", () => undefined);
  const heard: Heard[] = [];
  const say = async (topic: string, body: object): Promise<void> => {
    await client.publishAsync(`needled/home/${topic}`, JSON.stringify(body), { qos: 1 });
  };
  client.on("message", (full, payload) => {
    const topic = full.replace("needled/home/", "");
    const isJson = payload[0] === 0x7b;
    const body = isJson ? (JSON.parse(payload.toString()) as Heard["body"]) : { bytes: payload.length };
    heard.push({ topic, body });
    if (!topic.startsWith("tools/")) return;
    const tools = (body.tools as { name: string }[]).map(({ name }) => name);
    void say(topic.replace("tools/", "registered/"), { session: body.session, tools, refused: [] });
  });
  const filters = ["in/+", "confirm/+", "tools/+", "result/+"].map((level) => `needled/home/${level}`);
  await client.subscribeAsync(filters, { qos: 1 });
  const on = (topic: string): Heard["body"][] => heard.filter((one) => one.topic === topic).map(({ body }) => body);
  return {
    client,
    heard,
    on,
    say,
    async intent(text) {
      const find = (): Heard["body"] | undefined =>
        heard.filter(({ topic }) => topic.startsWith("in/")).find(({ body }) => body.text === text)?.body;
      await eventually(() => find() !== undefined, `the intent ${text}`);
      return find() as { id: string };
    },
    online: async () => void (await client.publishAsync(status, "online", { qos: 1, retain: true })),
    async die() {
      client.stream.destroy();
      await client.endAsync(true);
    },
  };
}
