// For the tests of doors: a real mosquitto that can be stopped and started, behind a cable that can be pulled.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { eventually } from "./eventually.ts";

export const whyNoMosquitto: string | false =
  spawnSync("mosquitto", ["-h"]).error === undefined ? false : "mosquitto is not installed: apt-get install mosquitto";

export interface Mosquitto {
  readonly port: number;
  kill(): Promise<void>;
  /** While it is dead: forgets sessions, queues and retained messages. */
  wipe(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, "127.0.0.1", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** `more` takes the place of letting everybody in. A persistent one keeps its database over kills, but for the last second. */
export async function startMosquitto(more = "", isPersistent = false): Promise<Mosquitto> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "needled-mosquitto-"));
  const config = join(folder, "mosquitto.conf");
  const access = more === "" ? "allow_anonymous true" : more;
  const kept = `persistence true\npersistence_location ${folder}/\nautosave_on_changes true\nautosave_interval 1`;
  writeFileSync(config, `listener ${port} 127.0.0.1\n${access}\n${isPersistent ? kept : "persistence false"}\n`);
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const mine = child;
    child = undefined;
    if (mine === undefined || mine.exitCode !== null || mine.signalCode !== null) return;
    mine.kill("SIGKILL");
    await once(mine, "exit");
  };
  const start = async (): Promise<void> => {
    child = spawn("mosquitto", ["-c", config], { stdio: "ignore" });
    let isUp = false;
    const probing = setInterval(async () => {
      isUp ||= await isListening(port);
    }, 10);
    await eventually(() => isUp, "mosquitto").finally(() => clearInterval(probing));
  };
  await start();
  const stop = async (): Promise<void> => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const wipe = (): void => rmSync(join(folder, "mosquitto.db"), { force: true });
  return { port, kill, wipe, start, stop };
}

export interface Cable {
  readonly port: number;
  /** Ends every connection without a word; new ones come to nothing until it is plugged again. */
  pull(): void;
  plug(): void;
  close(): void;
}

export async function startCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isPlugged = true;
  const server = createServer((near) => {
    if (!isPlugged) return near.destroy();
    const far = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.once("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const pull = (): void => {
    isPlugged = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    pull,
    plug() {
      isPlugged = true;
    },
    close() {
      server.close();
      pull();
    },
  };
}

export interface Heard {
  topic: string;
  text: string;
  packet: IPublishPacket;
}

export interface Peer {
  readonly client: MqttClient;
  readonly heard: Heard[];
  on(topic: string): Heard[];
  stop(): Promise<void>;
}

/** A plain client, subscribed to everything below `filters`. */
export async function connectPeer(port: number, filters: string[], options: IClientOptions = {}): Promise<Peer> {
  const url = `mqtt://127.0.0.1:${port}`;
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 20, ...options }, false);
  client.on("error", () => undefined);
  const heard: Heard[] = [];
  client.on("message", (topic, payload, packet) => heard.push({ topic, text: payload.toString(), packet }));
  if (filters.length > 0) await client.subscribeAsync(filters, { qos: 1 });
  return {
    client,
    heard,
    on: (topic) => heard.filter((message) => message.topic === topic),
    stop: async () => void (await client.endAsync(true)),
  };
}
