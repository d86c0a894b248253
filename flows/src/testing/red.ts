// For the tests: our nodes in Node-RED's own runtime, by its test helper from test/peers.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Message, NodeConfig, RedNode, Status } from "../node-red.ts";
import confirm from "../nodes/needled-confirm.ts";
import daemon from "../nodes/needled-daemon.ts";
import inNode from "../nodes/needled-in.ts";
import intent from "../nodes/needled-intent.ts";
import result from "../nodes/needled-result.ts";
import tool from "../nodes/needled-tool.ts";
import { eventually } from "./eventually.ts";

const peers = join(__dirname, "../../../test/peers/package.json");
const fromPeers = createRequire(peers);

function lacks(name: string): boolean {
  return !existsSync(join(peers, `../node_modules/${name}/package.json`));
}

export const whyNoRed: string | false =
  lacks("node-red") || lacks("node-red-node-test-helper")
    ? "Node-RED and its test helper are not installed: npm ci --prefix test/peers"
    : false;

interface Helper {
  init(path: string): void;
  startServer(): Promise<void>;
  stopServer(): Promise<void>;
  load(nodes: unknown[], flow: object[], credentials: object): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): RedNode & { on(event: "input", listener: (message: Message) => void): void };
  setFlows(flow: object[], type: "full" | "nodes"): Promise<void>;
  request(): { get(path: string): Promise<{ status: number; body: unknown }> };
  _events: { on(event: "node-status", listener: (told: { id: string; status: Status }) => void): void };
}

let helper: Helper | undefined;
let current: Loaded | undefined;

export async function startRed(): Promise<Helper> {
  helper = fromPeers("node-red-node-test-helper") as Helper;
  helper.init(fromPeers.resolve("node-red"));
  await helper.startServer();
  helper._events.on("node-status", ({ id, status }) => {
    if (current === undefined) return;
    current.statuses[id] = [...(current.statuses[id] ?? []), status];
  });
  return helper;
}

export interface Loaded {
  /** Messages that came to a helper node. */
  got: Record<string, Message[]>;
  statuses: Record<string, Status[]>;
  node(id: string): RedNode;
  /** What Catch nodes would get, by the node that failed. */
  errors: { source: string; text: string; message: Message | undefined }[];
  /** An editor's question to the admin interface. */
  ask(path: string): Promise<{ status: number; body: unknown }>;
  next(id: string, count?: number): Promise<Message>;
  status(id: string, text: string): Promise<void>;
  deploy(flow: readonly FlowNode[], type?: "full" | "nodes"): Promise<void>;
  unload(): Promise<void>;
}

export type FlowNode = Partial<NodeConfig> & { id: string; type: string };

const modules = [daemon, intent, inNode, tool, result, confirm];

function watch(loaded: Loaded, flow: readonly FlowNode[]): void {
  for (const { id, type } of flow) {
    const node = helper?.getNode(id);
    if (!node) continue;
    const got = loaded.got[id] ?? [];
    loaded.got[id] = got;
    if (type === "helper") node.on("input", (message) => void got.push(message));
    const { error } = node;
    node.error = (text, message) => {
      loaded.errors.push({ source: id, text: text instanceof Error ? text.message : String(text), message });
      error.call(node, text, message);
    };
  }
}

/** Done(err) of a node reaches its own error(), so nothing is missed. */
export async function loadFlow(
  flow: readonly FlowNode[],
  credentials: object = {},
  more: readonly unknown[] = [],
): Promise<Loaded> {
  const mine = helper;
  if (mine === undefined) throw new Error("startRed first");
  const loaded: Loaded = {
    got: {},
    statuses: {},
    errors: [],
    node: (id) => mine.getNode(id),
    ask: (path) => mine.request().get(path),
    async next(id, count = 1) {
      await eventually(() => (loaded.got[id]?.length ?? 0) >= count, `message ${count} at ${id}`);
      return loaded.got[id]?.[count - 1] as Message;
    },
    async status(id, text) {
      const last = (): string | undefined => loaded.statuses[id]?.at(-1)?.text;
      await eventually(() => last() === text, `the status ${text} of ${id}`);
    },
    async deploy(changed, type = "full") {
      for (const { id } of changed) loaded.statuses[id] = [];
      await mine.setFlows([...changed], type);
      watch(loaded, changed);
    },
    unload: () => mine.unload(),
  };
  current = loaded;
  await mine.load([...modules, ...more], [...flow], credentials);
  watch(loaded, flow);
  return loaded;
}

/** Node-RED's own tls-config node. */
export const coreTls = (): unknown => fromPeers("@node-red/nodes/core/network/05-tls.js");

export const stopRed = async (): Promise<void> => {
  await helper?.stopServer();
};
