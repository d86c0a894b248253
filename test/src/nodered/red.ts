// A real Node-RED in a process of its own, with the nodes installed in a fresh user folder.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Comms, openComms } from "./comms.ts";
import { freePort } from "./free-port.ts";
import { install } from "./install.ts";
import { newerNode, nodeRedFolders } from "./peers.ts";

export interface FlowNode {
  id: string;
  type: string;
  name?: string;
  [key: string]: unknown;
}

export interface NodeSet {
  id: string;
  module: string;
  types: string[];
  enabled: boolean;
  err?: string;
}

export interface NodeRed {
  readonly port: number;
  readonly url: string;
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly comms: Comms;
  nodeSets(): Promise<NodeSet[]>;
  /** Everything that ran before goes. */
  deploy(flows: readonly FlowNode[]): Promise<void>;
  /** Presses the button of an inject node. */
  inject(id: string): Promise<void>;
  stop(): Promise<void>;
}

export interface RedOptions {
  major?: 4 | 5;
  env?: Record<string, string>;
}

/** Nothing that asks the outside world or a person. */
const settings = (port: number): string => `module.exports = {
  uiPort: ${port}, uiHost: "127.0.0.1", flowFile: "flows.json", credentialSecret: "test",
  editorTheme: { tours: false }, telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false }, externalModules: { palette: { allowInstall: false } },
  logging: { console: { level: "info" } },
  functionGlobalContext: { gc: globalThis.gc, memoryUsage: process.memoryUsage },
};\n`;

function spawnRed(userDir: string, { major = 4, env = {} }: RedOptions, port: number): ChildProcess {
  const node = major === 5 ? (newerNode ?? process.execPath) : process.execPath;
  const args = ["--expose-gc", join(nodeRedFolders[major], "red.js"), "--userDir", userDir, "--port", String(port)];
  return spawn(node, args, {
    env: { PATH: process.env.PATH ?? "", HOME: userDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function readLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  return lines;
}

async function untilReady(child: ChildProcess, url: string, lines: readonly string[]): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Node-RED ended with ${child.exitCode}:\n${lines.join("\n")}`);
    const response = await fetch(`${url}/nodes`, { headers: { Accept: "application/json" } }).catch(() => undefined);
    // The admin interface answers before the flows are there.
    if (response?.ok && lines.some((line) => /Started flows/.test(line))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function send(url: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
  const options = { method: "POST", headers: { "Content-Type": "application/json", ...headers } };
  const response = await fetch(url, { ...options, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await once(child, "exit");
  clearTimeout(force);
}

async function connectTo(child: ChildProcess, port: number, lines: readonly string[]): Promise<Comms> {
  try {
    await untilReady(child, `http://127.0.0.1:${port}`, lines);
    return await openComms(port);
  } catch (error) {
    await end(child);
    throw error;
  }
}

export async function startNodeRed(options: RedOptions = {}): Promise<NodeRed> {
  const userDir = mkdtempSync(join(tmpdir(), "needled-red-"));
  install(userDir);
  const port = await freePort();
  writeFileSync(join(userDir, "settings.js"), settings(port));
  writeFileSync(join(userDir, "flows.json"), "[]");
  const child = spawnRed(userDir, options, port);
  const lines = readLines(child);
  const url = `http://127.0.0.1:${port}`;
  const comms = await connectTo(child, port, lines);
  return {
    ...{ port, url, child, lines, comms },
    async nodeSets() {
      const response = await fetch(`${url}/nodes`, { headers: { Accept: "application/json" } });
      return (await response.json()) as NodeSet[];
    },
    deploy: (flows) => send(`${url}/flows`, { flows }, { "Node-RED-API-Version": "v2" }),
    inject: (id) => send(`${url}/inject/${id}`, {}),
    async stop() {
      comms.close();
      await end(child);
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}
