// A running `needled start` and a client on its broker, for end-to-end tests.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Answer } from "@needled/daemon";
import { connectAsync, type MqttClient } from "mqtt";
import { root } from "./cli.ts";

export interface Running {
  child: ChildProcess;
  /** Lines of stdout so far. */
  lines: string[];
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Resolves when the greeting is out; rejects with what the process said when it ends before. */
export async function startDaemon(args: readonly string[], env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, [join(root, "daemon/bin/needled.js"), "start", ...args], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.on("data", (part: Buffer) => errors.push(part.toString()));
  const out = createInterface({ input: child.stdout });
  out.on("line", (line) => lines.push(line));
  const greeted = new Promise<void>((resolve) =>
    out.on("line", (line) => void (line.startsWith("exit or Ctrl-D") && resolve())),
  );
  const gone = once(child, "exit").then(([code]) =>
    Promise.reject(new Error(`needled ended with ${code}: ${errors.join("")}`)),
  );
  gone.catch(() => undefined);
  await Promise.race([greeted, gone]);
  return {
    child,
    lines,
    async stop(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "exit");
    },
  };
}

export interface Asker {
  client: MqttClient;
  /** Publishes an intent with QoS 1 and waits for its answer. */
  ask(source: string, text: string, id: string, more?: object): Promise<Answer>;
  confirm(source: string, challenge: string): void;
  /** Payloads on other topics of `needled/home/#`, newest last. */
  heard: { topic: string; payload: string }[];
  close(): Promise<void>;
}

/** Whoever listens to everything also hears the calls of flows, so that their broker always knows of a listener. */
export async function openAsker(port: number, filter = "needled/home/#"): Promise<Asker> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const heard: { topic: string; payload: string }[] = [];
  const waiting = new Map<string, (answer: Answer) => void>();
  client.on("message", (topic, bytes) => {
    const payload = bytes.toString();
    heard.push({ topic, payload });
    if (!topic.startsWith("needled/home/out/")) return;
    const answer = JSON.parse(payload) as Answer;
    waiting.get(answer.intent?.id)?.(answer);
  });
  await client.subscribeAsync(filter, { qos: 1 });
  return {
    client,
    heard,
    async ask(source, text, id, more) {
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      await client.publishAsync(`needled/home/in/${source}`, JSON.stringify({ text, id, ...more }), { qos: 1 });
      return answer;
    },
    confirm: (source, challenge) =>
      void client.publish(`needled/home/confirm/${source}`, JSON.stringify({ challenge, yes: true }), { qos: 1 }),
    close: () => client.endAsync(true),
  };
}
