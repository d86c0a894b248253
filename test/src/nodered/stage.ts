// A daemon on a fresh state folder and a Node-RED beside it; where a device has a broker of its own, a real mosquitto for all three.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Mosquitto, startMosquitto } from "@needled/daemon/testing";
import { type Running, startDaemon } from "../daemon.ts";
import type { NodeStatus } from "./comms.ts";
import { freePort } from "./free-port.ts";
import { flowsFolder } from "./install.ts";
import { type FlowNode, type NodeRed, type RedOptions, startNodeRed } from "./red.ts";
import { until } from "./until.ts";

export interface StageOptions extends RedOptions {
  hasMosquitto?: boolean;
  /** More lines of the daemon's configuration. */
  config?: string;
}

export interface Stage {
  readonly red: NodeRed;
  readonly mosquitto: Mosquitto | undefined;
  readonly mqttPort: number;
  readonly httpPort: number;
  daemon(): Running;
  startDaemon(): Promise<void>;
  /** Deploys flows with this stage's addresses in place of the usual ones, and waits for the connections. */
  run(flows: readonly FlowNode[]): Promise<void>;
  /** Deploys an example as it is in the package. */
  runExample(name: string): Promise<FlowNode[]>;
  status(id: string): NodeStatus;
  /** The first thing a debug node showed that fits, from `since` on. */
  shown<T = Record<string, unknown>>(node: FlowNode, fits?: (value: T) => boolean, since?: number): Promise<T>;
  stop(): Promise<void>;
}

const examplesFolder = join(flowsFolder, "examples");

export const exampleNames = (): string[] =>
  readdirSync(examplesFolder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.replace(/\.json$/, ""));

export function readExample(name: string): FlowNode[] {
  return JSON.parse(readFileSync(join(examplesFolder, `${name}.json`), "utf8")) as FlowNode[];
}

/** The node of that type and name; every example gives its nodes names of their own. */
export function find(flows: readonly FlowNode[], type: string, name?: string): FlowNode {
  const found = flows.find((node) => node.type === type && (name === undefined || node.name === name));
  if (found === undefined) throw new Error(`no ${type} node ${name ?? ""} in these flows`);
  return found;
}

interface Addresses {
  mqttPort: number;
  httpPort: number;
  token: string;
}

/** What a user types after the import: where the broker and the daemon are, and the token. */
function withAddresses(node: FlowNode, { mqttPort, httpPort, token }: Addresses): FlowNode {
  if (node.type === "mqtt-broker") return { ...node, port: String(mqttPort) };
  if (node.type !== "needled-daemon") return node;
  if (String(node.url).startsWith("http"))
    return { ...node, url: `http://127.0.0.1:${httpPort}`, credentials: { token } };
  return { ...node, url: `mqtt://127.0.0.1:${mqttPort}` };
}

function isConnected({ fill, text = "" }: NodeStatus): boolean {
  return fill === "green" && /connected/.test(text) && !/not-connected|disconnected/.test(text);
}

export async function openStage({ hasMosquitto = false, config = "", ...options }: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "needled-stage-"));
  const mosquitto = hasMosquitto ? await startMosquitto() : undefined;
  const mqttPort = mosquitto?.port ?? (await freePort());
  const httpPort = await freePort();
  const broker = mosquitto
    ? `mqtt: {url: "mqtt://127.0.0.1:${mqttPort}"}\nhome: {simulated: true}\n`
    : `broker: {port: ${mqttPort}}\n`;
  const file = join(folder, "needled.yaml");
  writeFileSync(file, `${broker}http: {port: ${httpPort}}\nflows: {ack_s: 20}\n${config}`);
  const state = join(folder, "state");
  const start = (): Promise<Running> => startDaemon(["--config", file, "--state", state]);
  let daemon = await start();
  const red = await startNodeRed(options);
  const token = readFileSync(join(state, "http.token"), "utf8").trim();

  async function run(flows: readonly FlowNode[]): Promise<void> {
    const before = red.comms.statuses.length;
    await red.deploy(flows.map((node) => withAddresses(node, { mqttPort, httpPort, token })));
    const users = flows.filter((node) => "daemon" in node);
    const hasStarted = (id: string): boolean =>
      red.comms.statuses.slice(before).some((one) => one.id === id && isConnected(one.status));
    await until(
      () => users.every(({ id }) => hasStarted(id)),
      "all nodes to be connected",
      () => [red.comms.statuses.slice(before), red.lines.slice(-10)],
    );
  }

  return {
    ...{ red, mosquitto, mqttPort, httpPort, run },
    daemon: () => daemon,
    async startDaemon() {
      daemon = await start();
    },
    async runExample(name) {
      const flows = readExample(name);
      await run(flows);
      return flows;
    },
    status: (id) => red.comms.status(id),
    shown<T>(node: FlowNode, fits: (value: T) => boolean = () => true, since = 0) {
      const look = (): T | undefined =>
        red.comms.debugged.slice(since).find(({ id, value }) => id === node.id && fits(value as T))?.value as T;
      return until(look, `something on ${node.name}`, () => red.comms.debugged.slice(since));
    },
    async stop() {
      await red.stop();
      await daemon.stop();
      await mosquitto?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
