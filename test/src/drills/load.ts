// The load drill: N intents at once, a third each over the unix socket, HTTP (respond-async) and MQTT (the daemon's own broker). Each is done, refused
// or expired; none is without an outcome, none is done twice, and the daemon's memory stays bounded.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, connectToDaemon } from "@needled/daemon";
import { connectAsync } from "mqtt";
import { outcomeOf } from "./chaos-traffic.ts";
import type { Places } from "./doors-worker.ts";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";
import { readList } from "./read-list.ts";
import { type Asked, dump, judge, nextIntent, start } from "./storm.ts";

/** What a person's daemon has, but for the quota of a source: here three sources are a whole house. */
const limits = { per_minute: 60_000, burst: 2_500, in_flight: 16, waiting: 1_000, ttl_s: 30 };
const mostGrowthMb = 128;
const limitMs = 60_000;

/** Outcome word of an answer, or `refused CODE`. */
type Fate = { answer: Answer } | { refused: string };
type Ask = (intent: Asked) => Promise<Fate>;

function rssMb(child: ChildProcess): number {
  const line = readFileSync(`/proc/${child.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1];
  return Math.round(Number(line ?? 0) / 102.4) / 10;
}

async function openUnix(socketPath: string): Promise<{ ask: Ask; close(): void }> {
  const client = await connectToDaemon(socketPath);
  if (client === undefined) throw new Error("no daemon on the unix socket");
  return {
    async ask({ id, text }) {
      const asked = await client.ask({ id, text });
      return "answer" in asked ? { answer: await asked.answer } : { refused: asked.receipt.code };
    },
    close: () => client.close(),
  };
}

interface Reply {
  status: number;
  body: Answer & { refused?: { code: string } };
}

function openHttp({ http: port, tokenPath }: Places): { ask: Ask; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 24 });
  const authorization = `Bearer ${readFileSync(tokenPath, "utf8").trim()}`;
  const headers = { authorization, "content-type": "application/json", prefer: "respond-async" };
  const post = (body: string): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const options = { agent, port, host: "127.0.0.1", path: "/v1/intent", method: "POST", headers };
      const asking = request(options, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(parts).toString()) as Reply["body"],
          });
        });
      });
      asking.on("error", reject);
      asking.end(body);
    });
  return {
    async ask({ id, text }) {
      const body = JSON.stringify({ id, text });
      for (;;) {
        const reply = await post(body);
        if (reply.status === 200) return { answer: reply.body };
        if (reply.status !== 202) return { refused: reply.body.refused?.code ?? String(reply.status) };
        // Taken; the same intent posted again brings the answer.
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
    close: () => agent.destroy(),
  };
}

async function openMqtt(port: number): Promise<{ ask: Ask; close(): void }> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const waiting = new Map<string, (fate: Fate) => void>();
  client.on("message", (_, bytes) => {
    const heard = JSON.parse(bytes.toString()) as Reply["body"];
    waiting.get(heard.intent?.id)?.(heard.refused ? { refused: heard.refused.code } : { answer: heard });
  });
  await client.subscribeAsync("needled/home/out/load", { qos: 1 });
  return {
    ask({ id, text }) {
      const fate = new Promise<Fate>((resolve) => waiting.set(id, resolve));
      client.publish("needled/home/in/load", JSON.stringify({ id, text }), { qos: 1 });
      return fate;
    },
    close: () => void client.end(true),
  };
}

/** Asks all at once; what has no fate in time is missing. */
async function askAll(asked: readonly Asked[], ways: readonly { ask: Ask }[], onFate: (fates: number) => void) {
  const fates = new Map<string, Fate>();
  const all = asked.map(async (intent, at) => {
    const fate = await ways[at % ways.length]?.ask(intent);
    if (fate) fates.set(intent.id, fate);
    onFate(fates.size);
  });
  await Promise.race([Promise.allSettled(all), new Promise((resolve) => setTimeout(resolve, limitMs).unref())]);
  return fates;
}

/** The daemon's memory before, at its highest and now. */
function watchMemory(daemon: ChildProcess): { before: number; peak(): number; now(): number; stop(): void } {
  const before = rssMb(daemon);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, rssMb(daemon));
  }, 50);
  return { before, peak: () => peak, now: () => rssMb(daemon), stop: () => clearInterval(timer) };
}

function countFates(fates: ReadonlyMap<string, Fate>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fate of fates.values()) {
    const word = "answer" in fate ? outcomeOf(fate.answer) : `refused_${fate.refused}`;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

export async function loadDrill({ n, seed, report }: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), "needled-load-"));
  const state = join(folder, "state");
  const devicePath = join(folder, "device.sock");
  const device = await start("device.js", [devicePath]);
  const daemon = await start("doors-worker.js", [state, devicePath, "", JSON.stringify(limits)]);
  const places = JSON.parse(readFileSync(join(state, "places.json"), "utf8")) as Places;
  const ways = [await openUnix(join(state, "needled.sock")), openHttp(places), await openMqtt(places.broker ?? 0)];
  const memory = watchMemory(daemon);
  const asked = Array.from({ length: n }, (_, at) => nextIntent(at, random));
  const started = performance.now();
  const fates = await askAll(asked, ways, (size) => {
    if (size % 1_000 === 0) report(`${size}/${n}, ${memory.now()} MB`);
  });
  const perSecond = Math.round((n * 1_000) / (performance.now() - started));
  memory.stop();
  const figures = { intents: n, per_second: perSecond, ...countFates(fates), rss_before_mb: memory.before };
  const memories = { rss_peak_mb: memory.peak(), rss_after_mb: memory.now() };
  for (const way of ways) way.close();
  const seen = await dump(devicePath);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  device.kill("SIGKILL");
  const answers = new Map([...fates].flatMap(([id, fate]) => ("answer" in fate ? [[id, fate.answer] as const] : [])));
  for (const intent of asked) intent.admitted = answers.has(intent.id);
  const { doubled, unreported, untrue } = judge(asked, answers, seen, await readList(state));
  const silent = asked.filter(({ id }) => !fates.has(id)).map(({ id }) => `${id} without an outcome`);
  const marks = new Set(seen.effects.map((line) => line.replace(/^.* play /, "")));
  const refusedAndDone = asked.filter(({ id, mark }) => fates.has(id) && !answers.has(id) && marks.has(mark));
  const violations = [...silent, ...doubled, ...unreported, ...untrue];
  violations.push(...refusedAndDone.map(({ id }) => `${id} was refused, and done`));
  const grown = memory.peak() - memory.before;
  if (grown > mostGrowthMb) violations.push(`memory grew by ${Math.round(grown)} MB`);
  if (violations.length === 0) rmSync(folder, { recursive: true, force: true });
  const wrong = { without_outcome: silent.length, doubled: doubled.length, untrue: untrue.length };
  return {
    figures: { ...figures, ...memories, ...wrong },
    violations: violations.length === 0 ? [] : [...violations, `state kept in ${folder}`],
  };
}
