// Says yes or no to what waits for a confirmation; the answer of what came of it goes on.
import { ClientError } from "../client/errors.ts";
import { type Attached, attach, millisecondsOf } from "../daemon-node.ts";
import { migrate } from "../migrations.ts";
import type { Message, NodeConfig, Red, RedNode, Send } from "../node-red.ts";
import { createTypedReader, type TypedReader, textOf } from "../typed.ts";

const words: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  ja: true,
  no: false,
  false: false,
  nein: false,
};

/** Anything unclear is an error: a guess would be a yes that nobody gave. */
export function yesOf(value: unknown): boolean {
  const found = typeof value === "boolean" ? value : words[String(value).trim().toLowerCase()];
  if (found !== undefined) return found;
  throw new ClientError(
    "input",
    `needled-confirm: ${JSON.stringify(value) ?? "nothing"} is neither yes nor no. Send true, false, "yes" or "no".`,
  );
}

interface Handling {
  node: RedNode;
  config: NodeConfig;
  typed: TypedReader;
  attached: Attached;
}

async function handle({ node, config, typed, attached }: Handling, message: Message, send: Send): Promise<void> {
  const challenge = textOf(await typed.read("challenge", message));
  if (challenge === undefined) {
    throw new ClientError("input", "needled-confirm: there is no code. It comes in msg.needled.confirm.challenge.");
  }
  const yes = yesOf(await typed.read("yes", message));
  const pin = textOf(await typed.read("pin", message));
  const source = textOf(config.source) ?? attached.daemon.client;
  node.status({ fill: "blue", shape: "dot", text: "confirming" });
  const confirmation = { challenge, yes, source, ...(pin !== undefined && { pin }) };
  const answer = await attached.client.confirm(confirmation, millisecondsOf(config.timeout, 60));
  const [call] = answer.calls;
  const outcome = call?.outcome ?? (yes ? null : "denied");
  node.status({ fill: outcome === "done" ? "green" : "yellow", shape: "dot", text: outcome ?? "confirmed" });
  message.payload = {
    ...{ tool: call?.name ?? null, arguments: call?.arguments ?? {}, outcome, reply: answer.reply, yes },
  };
  message.needled = answer;
  send(message);
}

export default function register(red: Red): void {
  function Confirm(this: RedNode, saved: NodeConfig): void {
    red.nodes.createNode(this, saved);
    const config = migrate(saved);
    const attached = attach(red, this, config);
    const typed = createTypedReader(red, this, config);
    this.on("input", (message, send, done) => {
      if (typeof attached === "string") return done(new Error(attached));
      handle({ node: this, config, typed, attached }, message, send).then(
        () => done(),
        (error: Error) => {
          const text = error instanceof ClientError ? (error.refusal ?? error.code) : "error";
          this.status({ fill: "red", shape: "dot", text });
          done(error);
        },
      );
    });
  }
  red.nodes.registerType("needled-confirm", Confirm);
}
