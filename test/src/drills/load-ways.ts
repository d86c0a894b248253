// The three ways in of the load drill, as a client sees them: the unix socket, HTTP with respond-async, MQTT with QoS 1.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { type Answer, connectToDaemon } from "@needled/daemon";
import { connectAsync } from "mqtt";
import type { Places } from "./doors-worker.ts";
import type { Asked } from "./storm.ts";

/** What became of an intent. */
export type Fate = { answer: Answer } | { refused: string };

export interface Way {
  ask(intent: Pick<Asked, "id" | "text">): Promise<Fate>;
  /** What the client had to do again, by why. */
  readonly repeats: Readonly<Record<string, number>>;
  close(): void;
}

type Heard = Answer & { refused?: { code: string } };

export async function openUnixWay(socketPath: string): Promise<Way> {
  const client = await connectToDaemon(socketPath);
  if (client === undefined) throw new Error(`no daemon listens at ${socketPath}`);
  return {
    repeats: {},
    async ask({ id, text }) {
      const asked = await client.ask({ id, text });
      return "answer" in asked ? { answer: await asked.answer } : { refused: asked.receipt.code };
    },
    close: () => client.close(),
  };
}

interface Reply {
  status: number;
  text: string;
}

function poster({ http: port, tokenPath }: Places, agent: Agent): (body: string) => Promise<Reply> {
  const authorization = `Bearer ${readFileSync(tokenPath, "utf8").trim()}`;
  const headers = { authorization, "content-type": "application/json", prefer: "respond-async" };
  const options = { agent, port, host: "127.0.0.1", path: "/v1/intent", method: "POST", headers };
  return (body) =>
    new Promise((resolve, reject) => {
      const asking = request(options, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      });
      asking.on("error", reject);
      asking.end(body);
    });
}

/** What RFC 9110 lets a client send again: an id makes a repeat harmless. */
const mayRepeat = new Set(["ECONNRESET", "EPIPE", "408"]);
const pauseMs = 500;

export function openHttpWay(places: Places): Way {
  const agent = new Agent({ keepAlive: true, maxSockets: 24 });
  const post = poster(places, agent);
  const repeats: Record<string, number> = {};
  /** undefined: not yet; ask again. */
  const fateOf = ({ status, text }: Reply): Fate | undefined => {
    if (status === 202) return undefined;
    const body = JSON.parse(text) as Heard;
    return status === 200 ? { answer: body } : { refused: body.refused?.code ?? String(status) };
  };
  const again = (why: string): void => {
    if (!mayRepeat.has(why)) throw new Error(`HTTP: ${why}`);
    repeats[why] = (repeats[why] ?? 0) + 1;
  };
  return {
    repeats,
    async ask({ id, text }) {
      for (;;) {
        try {
          const reply = await post(JSON.stringify({ id, text }));
          const fate = reply.status === 408 ? again("408") : fateOf(reply);
          if (fate) return fate;
        } catch (error) {
          if (!(error instanceof Error) || !("code" in error)) throw error;
          again(String(error.code));
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    },
    close: () => agent.destroy(),
  };
}

export async function openMqttWay(port: number): Promise<Way> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const waiting = new Map<string, (fate: Fate) => void>();
  client.on("message", (_, bytes) => {
    const heard = JSON.parse(bytes.toString()) as Heard;
    waiting.get(heard.intent?.id)?.(heard.refused ? { refused: heard.refused.code } : { answer: heard });
  });
  await client.subscribeAsync("needled/home/out/load", { qos: 1 });
  return {
    repeats: {},
    ask({ id, text }) {
      const fate = new Promise<Fate>((resolve) => waiting.set(id, resolve));
      client.publish("needled/home/in/load", JSON.stringify({ id, text }), { qos: 1 });
      return fate;
    },
    close: () => void client.end(true),
  };
}
