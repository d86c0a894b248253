// A daemon and clients that handle tools, each a process of its own, for the tests of flow tools.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "@needled/daemon/testing";
import type { Order } from "./peer.ts";

const scriptOf = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

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
  await eventually(() => {
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
  register(tools: readonly object[], more?: object): void;
  result(body: object): void;
  /** Waits for the n-th (from 1) of a kind. */
  nth(what: string, n: number): Promise<Record<string, unknown>>;
  stop(signal?: NodeJS.Signals): Promise<void>;
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
  await eventually(() => isUp, "the peer's connection");
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
      order({ publish: `needled/home/tools/${name}`, payload: { session: "s1", tools, ...more } }),
    result: (body) => order({ publish: `needled/home/result/${name}`, payload: body }),
    async nth(what, n) {
      await eventually(() => on(what).length >= n, `${what} number ${n}, after ${JSON.stringify(heard.slice(-4))}`);
      return on(what)[n - 1] as Record<string, unknown>;
    },
    stop: (signal = "SIGKILL") => end(child, signal),
  };
}
