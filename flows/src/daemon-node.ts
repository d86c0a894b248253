// What the other nodes see of a needled-daemon node, and the status they all show of it.
import type { Client } from "./client/client.ts";
import type { LinkState } from "./client/transport.ts";
import type { NodeConfig, Red, RedNode, Status } from "./node-red.ts";

export interface DaemonNode extends RedNode {
  /** What is wrong with its properties; then there is no connection. */
  readonly fault: string | undefined;
  /** Opens the connection for its first user. */
  use(user: RedNode): Client;
  /** Closes it after its last. */
  leave(user: RedNode): Promise<void>;
  /** The name it goes by: the source of its requests and the client of its tools. */
  readonly client: string;
  /** The open connection, for a result of a call that came over it. */
  current(): Client | undefined;
}

const looks: Record<LinkState, Pick<Status, "fill" | "shape">> = {
  idle: { fill: "grey", shape: "ring" },
  connecting: { fill: "yellow", shape: "ring" },
  disconnected: { fill: "red", shape: "ring" },
  no_daemon: { fill: "yellow", shape: "ring" },
  ready: { fill: "green", shape: "dot" },
};

/** The editor knows these in every language. */
const texts: Record<LinkState, string> = {
  idle: "node-red:common.status.not-connected",
  connecting: "node-red:common.status.connecting",
  disconnected: "node-red:common.status.disconnected",
  no_daemon: "no daemon",
  ready: "node-red:common.status.connected",
};

export const statusOf = (state: LinkState): Status => ({ ...looks[state], text: texts[state] });

function isDaemon(node: RedNode | null | undefined): node is DaemonNode {
  return node !== null && node !== undefined && node.type === "needled-daemon" && "use" in node;
}

export function daemonOf(red: Red, config: NodeConfig): DaemonNode | undefined {
  const node = red.nodes.getNode(config.daemon);
  return isDaemon(node) ? node : undefined;
}

export interface Attached {
  daemon: DaemonNode;
  client: Client;
  /** Shows the connection again after something else was shown. */
  showState(): void;
}

/** Text, which is said on the node too, when the needled-daemon node is missing or wrong. */
export function attach(red: Red, node: RedNode, config: NodeConfig): Attached | string {
  const daemon = daemonOf(red, config);
  const fault = daemon === undefined ? "it names no needled-daemon node. Open it and choose one" : daemon.fault;
  if (daemon === undefined || fault !== undefined) {
    const text = `${node.type}: ${fault}.`;
    node.status({ fill: "red", shape: "dot", text: "no needled-daemon" });
    node.error(text);
    return text;
  }
  const client = daemon.use(node);
  const showState = (): void => node.status(statusOf(client.state().state));
  const off = client.onState((state) => node.status(statusOf(state)));
  node.on("close", (_removed, done) => {
    off();
    void daemon.leave(node).then(done, done);
  });
  return { daemon, client, showState };
}

/** Seconds as the editor keeps them; what is no number is the default. */
export function millisecondsOf(seconds: unknown, defaultS: number): number {
  const value = seconds === "" || seconds === undefined ? Number.NaN : Number(seconds);
  return (Number.isFinite(value) && value >= 0 ? value : defaultS) * 1000;
}
