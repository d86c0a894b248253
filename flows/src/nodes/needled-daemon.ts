// The connection to a daemon, over MQTT or HTTP, shared by all nodes that name it.
import { type Client, createClient } from "../client/client.ts";
import { messageOf } from "../client/errors.ts";
import { type DaemonNode, millisecondsOf } from "../daemon-node.ts";
import { migrate } from "../migrations.ts";
import type { NodeConfig, Red, RedNode } from "../node-red.ts";

interface TlsNode extends RedNode {
  addTLSOptions(options: Record<string, unknown>): Record<string, unknown>;
}

/** Names of one level of a topic: docs/protocol.md section 5. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const instancePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

const kinds = "mqtt://host:1883, mqtts://host:8883, http://host:8723 or https://host";

/** An address is not written out: a password may stand in it. */
function faultOf({ url, instance, client }: NodeConfig): string | undefined {
  const address = String(url);
  if (!/^(mqtts?|tcp|ssl|tls|wss?|https?):\/\/[^/]/.test(address) || !URL.canParse(address))
    return `the needled-daemon node's address is none; write ${kinds}`;
  const { username, password } = new URL(address);
  if (username !== "" || password !== "")
    return "the needled-daemon node's address has a user or a password in it, which would stand in the flow and in the log; put them into the fields for them";
  if (!instancePattern.test(String(instance)))
    return `the needled-daemon node's instance ${JSON.stringify(instance)} must be 1 to 32 of A-Z a-z 0-9 _ -`;
  if (!namePattern.test(String(client)))
    return `the needled-daemon node's client name ${JSON.stringify(client)} must be 1 to 64 of A-Z a-z 0-9 . _ -`;
  return undefined;
}

function tlsOf(red: Red, config: NodeConfig): Record<string, unknown> {
  const node = red.nodes.getNode(config.tls) as TlsNode | null | undefined;
  return node && "addTLSOptions" in node ? node.addTLSOptions({}) : {};
}

function secretsOf(node: RedNode): { username?: string; password?: string; token?: string } {
  const { username, password, token } = node.credentials ?? {};
  return { ...(username && { username }), ...(password && { password }), ...(token && { token }) };
}

/** Two with one name would take each other's tools away and be thrown off the broker in turn. */
const namesInUse = new Map<string, string>();

function claimName(node: RedNode, config: NodeConfig): () => void {
  const key = `${config.url} ${config.instance} ${config.client}`;
  const owner = namesInUse.get(key);
  if (owner !== undefined && owner !== node.id) {
    node.warn(
      `needled-daemon ${node.id}: ${owner} has the same address and client name ${config.client}. Give one of them another client name: each registration replaces the other's tools.`,
    );
  } else namesInUse.set(key, node.id);
  return () => {
    if (namesInUse.get(key) === node.id) namesInUse.delete(key);
  };
}

export default function register(red: Red): void {
  function Daemon(this: RedNode, saved: NodeConfig): void {
    red.nodes.createNode(this, saved);
    const node = this as DaemonNode;
    const config = migrate(saved);
    const users = new Set<RedNode>();
    let client: Client | undefined;
    const releaseName = claimName(node, config);
    const fault = faultOf(config);

    const create = (): Client =>
      createClient({
        url: String(config.url),
        ...{ instance: String(config.instance), client: String(config.client) },
        ...{ mqttVersion: Number(config.mqttVersion) as 0 | 4 | 5, tls: tlsOf(red, config) },
        ...secretsOf(node),
        waitMs: millisecondsOf(config.wait, 0),
        backoff: { firstMs: 500, maxMs: 15_000 },
        log: (text) => node.log(text),
        warn: (text) => node.warn(text),
      });

    const close = async (): Promise<void> => {
      const mine = client;
      client = undefined;
      await mine?.close().catch((error: unknown) => node.warn(`needled-daemon ${node.id}: ${messageOf(error)}`));
    };

    const use = (user: RedNode): Client => {
      const isFirst = client === undefined;
      client ??= create();
      users.add(user);
      // The users of one deploy come one after the other; the first must not connect before the last is there.
      if (isFirst) setImmediate((mine: Client) => mine === client && mine.open(), client);
      return client;
    };
    const leave = async (user: RedNode): Promise<void> => {
      users.delete(user);
      if (users.size === 0) await close();
    };
    Object.assign(node, { client: String(config.client), fault, current: () => client, use, leave });
    node.on("close", (_removed, done) => {
      releaseName();
      void close().then(done);
    });
  }

  red.nodes.registerType("needled-daemon", Daemon, {
    credentials: { username: { type: "text" }, password: { type: "password" }, token: { type: "password" } },
  });

  red.httpAdmin.get("/needled/:id/tools", red.auth.needsPermission("needled.read"), (request, response) => {
    const node = red.nodes.getNode(request.params.id) as DaemonNode | null | undefined;
    const names = node?.current?.()?.toolNames() ?? Promise.resolve([]);
    names.then(
      (tools) => response.json({ tools: [...tools].sort() }),
      () => response.json({ tools: [] }),
    );
  });
}
