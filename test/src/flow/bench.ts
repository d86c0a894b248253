// A daemon and clients that handle tools, each a process of its own, for the tests of flow tools.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";
import type { Answer } from "@needled/daemon";
import { eventually, type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { type Asker, openAsker } from "../daemon.ts";
import type { Order } from "./peer.ts";

const scriptOf = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** For the start of a process, which takes long where others work. */
async function patiently(look: () => boolean, what: string): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    try {
      await eventually(look, what);
      return;
    } catch (error) {
      if (n === 2) throw error;
    }
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

export interface Worker {
  readonly pid: number;
  readonly places: { http: number; tokenPath: string; broker?: number };
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export async function startWorker(folder: string, config: string, name = "state"): Promise<Worker> {
  const file = join(folder, `${name}.yaml`);
  const state = join(folder, name);
  writeFileSync(file, config);
  const child = spawn(process.execPath, ["--expose-gc", scriptOf("worker"), state, file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.on("data", (part: Buffer) => {
    errors.push(part.toString());
    if (process.env.FLOW_LOG === "1") process.stderr.write(part);
  });
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  await patiently(() => {
    if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}: ${errors.join("")}`);
    return lines.includes("ready");
  }, "the worker");
  const places = JSON.parse(readFileSync(join(state, "places.json"), "utf8")) as Worker["places"];
  return { pid: child.pid as number, places, lines, stop: (signal = "SIGTERM") => end(child, signal) };
}

export interface Told {
  topic?: string;
  payload: Record<string, unknown>;
}

export interface FlowPeer {
  readonly heard: readonly Told[];
  /** Payloads of one kind: `call`, `registered`, `event/outcome`. */
  on(what: string): Record<string, unknown>[];
  order(order: Order): void;
  register(tools: readonly unknown[], more?: object): void;
  result(body: object): void;
  /** Waits for the n-th (from 1) of a kind. */
  nth(what: string, n: number): Promise<Record<string, unknown>>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  readonly isAlive: boolean;
  /** Forgets what it heard, and answers nothing by itself any more. */
  clear(): void;
}

export interface PeerOptions {
  name?: string;
  will?: object;
  version?: 4 | 5;
}

export async function startPeer(port: number, options: PeerOptions = {}): Promise<FlowPeer> {
  const { name = "nodered", will, version = 5 } = options;
  const args = [scriptOf("peer"), String(port), name, will === undefined ? "" : JSON.stringify(will), String(version)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const heard: Told[] = [];
  let isUp = false;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const told = JSON.parse(line) as Told & { connected?: true };
    if (told.connected) isUp = true;
    else heard.push(told);
  });
  await patiently(() => isUp, "the peer's connection").catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  const on = (what: string): Record<string, unknown>[] =>
    heard.flatMap(({ topic, payload }) => {
      const isIt = topic === `needled/home/${what}/${name}` || topic === `needled/home/${what}`;
      return isIt ? [payload] : [];
    });
  const order = (given: Order): void => void child.stdin.write(`${JSON.stringify(given)}\n`);
  return {
    heard,
    on,
    order,
    register: (tools, more = {}) =>
      order({ publish: `needled/home/tools/${name}`, payload: { session: "s1", lease_s: 300, tools, ...more } }),
    result: (body) => order({ publish: `needled/home/result/${name}`, payload: body }),
    async nth(what, n) {
      await eventually(() => on(what).length >= n, `${what} number ${n}, after ${JSON.stringify(heard.slice(-4))}`);
      return on(what)[n - 1] as Record<string, unknown>;
    },
    stop: (signal = "SIGKILL") => end(child, signal),
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    clear() {
      heard.splice(0);
      order({ answer: null });
    },
  };
}

export const water = {
  name: "water_greenhouse",
  description: "Water the greenhouse",
  parameters: {
    type: "object",
    properties: { minutes: { type: "integer", minimum: 1, maximum: 10, description: "for how many minutes" } },
    required: ["minutes"],
  },
  risk: 1,
  say: "The greenhouse gets {minutes} minutes of water.",
};
/** What the scripted interpreter reads as a call of it. */
export const say = 'water_greenhouse {"minutes":3}';

export function callOf(answer: Answer): Answer["calls"][number] {
  const [call] = answer.calls;
  assert.ok(call, JSON.stringify(answer));
  return call;
}

export interface Bench {
  readonly folder: string;
  readonly mosquitto: Mosquitto;
  readonly worker: Worker;
  /** Hears answers only: whoever listens to everything makes the broker believe that calls are heard. */
  readonly asker: Asker;
  restart(): Promise<void>;
  /** The asker anew, after the broker was away. */
  reconnect(): Promise<void>;
  peer(options?: PeerOptions, port?: number): Promise<FlowPeer>;
  /** A client with tools. */
  registered(tools?: readonly object[], options?: PeerOptions): Promise<FlowPeer>;
  /** The clients so far need no orderly end. */
  forget(): void;
}

const outOnly = "needled/home/out/+";

function configText(port: number): string {
  return [
    `mqtt: {url: "mqtt://127.0.0.1:${port}"}`,
    "http: {port: 0}",
    "flows: {clients: [nodered, other], max_risk: 3, ack_s: 20}",
    "limits: {per_minute: 100000, burst: 100000}",
    "tools: [own.yaml]",
    "",
  ].join("\n");
}

const ownTools = "tools:\n  - {name: feed_cat, description: Feed the cat, mqtt: {topic: cat/feed, echo: none}}\n";

/** Who may not register hears only that. */
function isLast({ session, refused }: Record<string, unknown>): boolean {
  return session === "end" || /flows\.clients/.test(JSON.stringify(refused));
}

/** An orderly end: the next test's client finds no names taken. A process takes seconds to start where others work, so those that live go on. */
async function leave(peers: readonly FlowPeer[]): Promise<void> {
  for (const one of peers) {
    one.register([]);
    // Its answer is the last that comes: nothing of this test is heard in the next.
    one.register([], { session: "end" });
  }
  for (const one of peers) {
    await eventually(() => one.on("registered").some(isLast), "the last answer");
    one.clear();
  }
}

/** A daemon on a mosquitto for all tests of a file. */
export function useBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), "needled-flow-"));
  const peers: FlowPeer[] = [];
  const living = new Map<string, FlowPeer>();
  const started: FlowPeer[] = [];
  let mosquitto: Mosquitto;
  let worker: Worker;
  let asker: Asker;
  const restart = async (): Promise<void> => {
    worker = await startWorker(folder, configText(mosquitto.port));
  };
  before(async () => {
    if (whyNoMosquitto) return;
    writeFileSync(join(folder, "own.yaml"), ownTools);
    mosquitto = await startMosquitto();
    await restart();
    asker = await openAsker(mosquitto.port, outOnly);
  });
  afterEach(() => leave(peers.splice(0)));
  after(async () => {
    for (const one of started) await one.stop();
    await asker?.close();
    await worker?.stop();
    await mosquitto?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const peer = async (options: PeerOptions = {}, port = mosquitto.port): Promise<FlowPeer> => {
    const isPlain = options.will === undefined && options.version === undefined && port === mosquitto.port;
    const name = options.name ?? "nodered";
    const old = isPlain ? living.get(name) : undefined;
    const one = old?.isAlive ? old : await startPeer(port, options);
    started.push(one);
    if (isPlain) living.set(name, one);
    peers.push(one);
    return one;
  };
  return {
    folder,
    get mosquitto() {
      return mosquitto;
    },
    get worker() {
      return worker;
    },
    get asker() {
      return asker;
    },
    restart,
    async reconnect() {
      await asker.close();
      asker = await openAsker(mosquitto.port, outOnly);
    },
    peer,
    async registered(tools = [water], options = {}) {
      const client = await peer(options);
      client.register(tools);
      await client.nth("registered", 1);
      return client;
    },
    forget: () => void peers.splice(0),
  };
}
