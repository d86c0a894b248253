// Ends a flow that handles a tool: tells the daemon that it is done, or that it failed.
import { ClientError, messageOf } from "../client/errors.ts";
import type { FlowResult, Json } from "../client/wire.ts";
import type { DaemonNode } from "../daemon-node.ts";
import { migrate } from "../migrations.ts";
import type { Message, NodeConfig, Red, RedNode } from "../node-red.ts";
import { createTypedReader, type TypedReader, textOf } from "../typed.ts";

const mostSaid = 500;
const mostDataBytes = 16 * 1024;

interface Origin {
  call: string;
  daemon: string;
}

function originOf({ _needled }: Message): Origin {
  const { call, daemon } = (_needled ?? {}) as Partial<Origin>;
  if (typeof call === "string" && typeof daemon === "string") return { call, daemon };
  throw new ClientError(
    "input",
    "needled-result: this message comes from no needled-tool node: msg._needled is missing. Keep it when a node makes a new message.",
  );
}

function errorTextOf(error: unknown): string | undefined {
  if (typeof error === "object" && error !== null && "message" in error) return textOf(error.message) ?? "failed";
  return textOf(error);
}

function cut(text: string, node: RedNode): string {
  if (text.length <= mostSaid) return text;
  node.warn(`needled-result: what is to be said has ${text.length} characters; only the first ${mostSaid} are sent.`);
  return text.slice(0, mostSaid);
}

/** It was done whatever the data are, so that is said without them. */
function dataOf(value: unknown, node: RedNode): Json | undefined {
  if (value === undefined) return undefined;
  try {
    const text = JSON.stringify(value);
    if (Buffer.byteLength(text) <= mostDataBytes) return JSON.parse(text) as Json;
    node.warn(`needled-result: the data have more than ${mostDataBytes} bytes of JSON; they are left out.`);
  } catch (error) {
    node.warn(`needled-result: the data are no JSON and are left out: ${messageOf(error)}`);
  }
  return undefined;
}

async function resultOf(message: Message, node: RedNode, config: NodeConfig, typed: TypedReader): Promise<FlowResult> {
  const error = errorTextOf(message.error);
  const hasFailed = config.outcome === "failed" || (config.outcome !== "done" && error !== undefined);
  const say = textOf(await typed.read("say", message));
  if (hasFailed) return { ok: false, error: cut(error ?? say ?? "the flow failed", node) };
  const data = dataOf(await typed.read("data", message), node);
  return { ok: true, ...(say !== undefined && { say: cut(say, node) }), ...(data !== undefined && { data }) };
}

export default function register(red: Red): void {
  function Result(this: RedNode, saved: NodeConfig): void {
    red.nodes.createNode(this, saved);
    const config = migrate(saved);
    const typed = createTypedReader(red, this, config);
    const answer = async (message: Message): Promise<void> => {
      const { call, daemon } = originOf(message);
      const result = await resultOf(message, this, config, typed);
      const client = (red.nodes.getNode(daemon) as DaemonNode | null | undefined)?.current?.();
      if (client === undefined) {
        throw new ClientError("no_such_call", `needled-result: the needled-daemon node of call ${call} is gone.`);
      }
      await client.tools.answer(call, result);
      this.status({ fill: result.ok ? "green" : "yellow", shape: "dot", text: result.ok ? "done" : "failed" });
    };
    this.on("input", (message, _send, done) => {
      answer(message).then(
        () => done(),
        (error: Error) => {
          this.status({ fill: "red", shape: "dot", text: error instanceof ClientError ? error.code : "error" });
          done(error);
        },
      );
    });
  }
  red.nodes.registerType("needled-result", Result);
}
