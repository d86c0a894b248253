// Words (or a WAV) in; a message for each call out, on the output of its tool.
import type { Answer, CallReport, Mode } from "../client/wire.ts";
import { type Attached, attach, millisecondsOf } from "../daemon-node.ts";
import { migrate } from "../migrations.ts";
import type { Done, Message, NodeConfig, Red, RedNode, Send, Status } from "../node-red.ts";
import { createTypedReader, type TypedReader, textOf } from "../typed.ts";

const modes: readonly string[] = ["execute", "interpret", "dry_run"] satisfies Mode[];
const statusLength = 20;
/** docs/protocol.md section 10; a longer one would end the connection to some brokers. */
const mostSoundBytes = 512 * 1024;

function isWav(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).toString("latin1") === "RIFF" && bytes.subarray(8, 12).toString("latin1") === "WAVE";
}

function contentOf(value: unknown): string | Buffer {
  if (Buffer.isBuffer(value)) {
    if (value.length > mostSoundBytes) {
      throw new Error(`needled-intent: the recording has ${value.length} bytes; ${mostSoundBytes} are the most.`);
    }
    if (isWav(value)) return value;
    throw new Error("needled-intent: the Buffer is no WAV file. Send a WAV, or text.");
  }
  const text = textOf(value);
  if (text === undefined) {
    throw new Error(`needled-intent: there is no text: got ${value === "" ? "an empty string" : typeof value}.`);
  }
  return text;
}

interface Placed {
  output: number;
  payload: Record<string, unknown>;
}

/** One place for each call: the tool's output, the one for other tools, or the one for what was not understood. */
export function placeCalls(answer: Answer, tools: readonly string[]): Placed[] {
  const other = tools.length;
  const notUnderstood = tools.length + 1;
  const { reply } = answer;
  if (answer.calls.length === 0) {
    const { code = "no_call", message = reply } = answer.refusal ?? {};
    return [{ output: notUnderstood, payload: { tool: null, code, message, reply } }];
  }
  return answer.calls.map((call) => {
    const { name, arguments: values, outcome, policy, confidence, spans, devices, problem, data } = call;
    const payload = {
      ...{ tool: name, arguments: values, outcome, policy, confidence, spans, reply },
      ...(devices && { devices }),
      ...(data !== undefined && { data }),
      ...(problem && { code: problem.code, message: problem.message }),
    };
    if (outcome === "rejected") return { output: notUnderstood, payload };
    const own = tools.indexOf(name);
    return { output: own === -1 ? other : own, payload };
  });
}

function sendAnswer(red: Red, message: Message, answer: Answer, tools: readonly string[], send: Send): void {
  const placed = placeCalls(answer, tools);
  const id = answer.intent.id;
  placed.forEach(({ output, payload }, index) => {
    const parts = placed.length > 1 ? { parts: { id, index, count: placed.length, type: "array" } } : {};
    // The last one is the message itself: what cannot be copied in it (a response, a socket) stays what it is.
    const isLast = index === placed.length - 1 && answer.confirm === undefined;
    const out = Object.assign(isLast ? message : red.util.cloneMessage(message), { payload, needled: answer }, parts);
    send(Array.from({ length: tools.length + 2 }, (_, at) => (at === output ? out : null)));
  });
}

const good: readonly unknown[] = ["done", "scheduled", null];

function statusFor(answer: Answer): Status {
  const [first] = answer.calls;
  const text = first === undefined ? (answer.refusal?.code ?? "no_call") : first.name;
  const isGood = answer.calls.length > 0 && answer.calls.every(({ outcome }) => good.includes(outcome));
  return {
    ...{ fill: isGood ? "green" : "yellow", shape: "dot" },
    text: text.length < statusLength ? text : `${text.slice(0, statusLength - 2)}…`,
  };
}

/** A no is an answer without calls: what waited for a yes is what was denied. */
function afterYes(answer: Answer, waiting: readonly CallReport[]): Answer {
  if (answer.calls.length > 0) return answer;
  const { code = "declined", message = answer.reply } = answer.refusal ?? {};
  const calls = waiting.map((call): CallReport => {
    return { ...call, outcome: code === "expired" ? "expired" : "denied", problem: { code: code as never, message } };
  });
  return { ...answer, calls };
}

interface Handling {
  red: Red;
  node: RedNode;
  config: NodeConfig;
  typed: TypedReader;
  attached: Attached;
}

async function handle({ red, node, config, typed, attached }: Handling, message: Message, send: Send, done: Done) {
  const { client, daemon, showState } = attached;
  const tools = config.tools as string[];
  const content = contentOf(await typed.read("text", message));
  const room = textOf(await typed.read("room", message));
  const source = textOf(config.source) ?? daemon.client;
  const mode = (modes.includes(String(config.mode)) ? config.mode : "execute") as Mode;
  const timeoutMs = millisecondsOf(config.timeout, 60);
  let waiting: CallReport[] = [];
  node.status({ fill: "blue", shape: "dot", text: "asking" });
  client.ask(
    { content, source, mode, ...(room !== undefined && { room }), timeoutMs },
    {
      onAnswer(given) {
        const answer = waiting.length > 0 ? afterYes(given, waiting) : given;
        waiting = answer.calls.filter(({ outcome }) => outcome === "needs_confirmation");
        node.status(statusFor(answer));
        sendAnswer(red, message, answer, tools, send);
      },
      onEnd(error) {
        if (error === undefined) return done();
        if (client.state().state === "ready")
          node.status({ fill: "red", shape: "dot", text: error.refusal ?? error.code });
        else showState();
        done(error);
      },
    },
  );
}

export default function register(red: Red): void {
  function Intent(this: RedNode, saved: NodeConfig): void {
    red.nodes.createNode(this, saved);
    const config = migrate(saved);
    const attached = attach(red, this, config);
    const typed = createTypedReader(red, this, config);
    this.on("input", (message, send, done) => {
      if (typeof attached === "string") return done(new Error(attached));
      handle({ red, node: this, config, typed, attached }, message, send, done).catch(done);
    });
  }
  red.nodes.registerType("needled-intent", Intent);
}
