// A tool whose handler is this flow: each call comes out as a message, a needled-result node answers it.
import type { ClientError } from "../client/errors.ts";
import { messageOf } from "../client/errors.ts";
import type { Call, ToolDefinition } from "../client/wire.ts";
import { type Attached, attach } from "../daemon-node.ts";
import { migrate } from "../migrations.ts";
import type { Done, Message, NodeConfig, Red, RedNode } from "../node-red.ts";

type Parameters = NonNullable<ToolDefinition["parameters"]>;

function parametersOf(config: NodeConfig): Parameters | undefined {
  const { parameters } = config;
  if (typeof parameters === "object" && parameters !== null) return parameters as Parameters;
  const text = String(parameters ?? "").trim();
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as Parameters;
  } catch (error) {
    throw new Error(`the parameters are no JSON: ${messageOf(error)}`);
  }
}

function numberOf(key: string, value: unknown): number {
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) throw new Error(`${key} is no number: ${JSON.stringify(value)}`);
  return number;
}

export function definitionOf(config: NodeConfig): ToolDefinition {
  const name = String(config.tool ?? "").trim();
  const description = String(config.description ?? "").trim();
  if (name === "") throw new Error("it has no tool name");
  if (description === "") throw new Error("it has no description; the model goes by it");
  const parameters = parametersOf(config);
  const say = String(config.say ?? "").trim();
  return {
    name,
    description,
    ...(parameters !== undefined && { parameters }),
    // Another risk than these is the daemon's to refuse, by name.
    risk: numberOf("risk", config.risk) as NonNullable<ToolDefinition["risk"]>,
    repeat: config.repeat === "idempotent" ? "idempotent" : "once",
    timeout_s: numberOf("timeout", config.timeout),
    ...(config.confirm === true && { confirm: true }),
    ...(say !== "" && { say }),
  };
}

function messageFor(node: RedNode, daemonId: string, call: Call): Message {
  const { tool, text, intent, room, deadline } = call;
  return {
    topic: tool,
    payload: call.arguments,
    needled: { call: call.call, tool, text, intent, deadline, ...(room !== undefined && { room }) },
    // What needled-result needs; keep it in the message.
    _needled: { call: call.call, daemon: daemonId, tool: node.id },
  };
}

/** Calls enter the node as its own input, so that Catch, Complete and the message trace work as for any other. */
function serve(node: RedNode, { client, daemon, showState }: Attached, definition: ToolDefinition): () => void {
  const underWay = new Map<string, Done>();
  let refusal = "";
  const showOpen = (): void => {
    if (underWay.size > 0) node.status({ fill: "blue", shape: "dot", text: `working (${underWay.size})` });
    else showState();
  };
  const end = (id: string, error?: ClientError): void => {
    const done = underWay.get(id);
    if (done === undefined) return;
    underWay.delete(id);
    if (error === undefined) showOpen();
    else node.status({ fill: "yellow", shape: "dot", text: error.code });
    done(error);
  };
  node.on("input", (message, send, done) => {
    const id = (message._needled as { call?: string } | undefined)?.call;
    if (id === undefined || !client.tools.isOpen(id)) {
      return done(
        new Error("needled-tool: it takes calls of the daemon only. Wire messages to a needled-intent node."),
      );
    }
    underWay.set(id, done);
    showOpen();
    send(message);
  });
  return client.tools.add(definition, {
    onCall: (call) => node.receive(messageFor(node, daemon.id, call)),
    onEnd: end,
    onRegistered() {
      refusal = "";
      if (underWay.size === 0) showState();
    },
    onRefused(message) {
      node.status({ fill: "red", shape: "dot", text: "refused" });
      // It is asked again with every renewal of the lease; the answer is news once.
      if (message === refusal) return;
      refusal = message;
      node.error(`needled-tool ${definition.name}: the daemon refused it: ${message}`);
    },
  });
}

export default function register(red: Red): void {
  function Tool(this: RedNode, saved: NodeConfig): void {
    red.nodes.createNode(this, saved);
    const config = migrate(saved);
    const attached = attach(red, this, config);
    if (typeof attached === "string") return;
    try {
      const remove = serve(this, attached, definitionOf(config));
      this.on("close", (_removed, done) => {
        remove();
        done();
      });
    } catch (error) {
      this.status({ fill: "red", shape: "dot", text: "not registered" });
      this.error(`needled-tool ${String(config.tool)}: ${messageOf(error)}. Correct it in the node and deploy again.`);
    }
  }
  red.nodes.registerType("needled-tool", Tool);
}
