// The kill drill: intents without end, kill -9 at random moments and at every labelled point of the journal; afterwards every intent is asked for
// again, and what the daemon says is held against what the devices counted. 0 lost, 0 doubled, 0 unreported, or a failure.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Answer, connectToDaemon, journalPoints, type UnixClient, verifyAudit } from "@needled/daemon";
import { lamps, speakers } from "./kill-home.ts";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";

interface Asked {
  id: string;
  text: string;
  kind: "play" | "list" | "lamp";
  /** What the device or the list counts for this intent. */
  mark: string;
  /** The receipt said that it is on disk. */
  admitted: boolean;
}

interface Dump {
  effects: string[];
  states: Record<string, Record<string, unknown>>;
}

const programs = fileURLToPath(new URL(".", import.meta.url));
const perSecond = 60;

async function start(program: string, args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(programs, program), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ready = once(createInterface({ input: child.stdout }), "line");
  const gone = once(child, "exit");
  await Promise.race([ready, gone]);
  return child;
}

async function dump(path: string): Promise<Dump> {
  const socket = createConnection(path);
  await once(socket, "connect");
  socket.write('{"dump":true}\n');
  const lines = createInterface({ input: socket });
  for await (const line of lines) {
    const heard = JSON.parse(line) as Partial<Dump>;
    if (heard.effects) {
      socket.destroy();
      return heard as Dump;
    }
  }
  throw new Error("the device process gave no account");
}

function nextIntent(n: number, random: () => number): Asked {
  const id = `i${n}`;
  const speaker = 1 + Math.floor(random() * speakers);
  const lamp = 1 + Math.floor(random() * lamps);
  const kinds = [
    { kind: "play", text: `play_media {"what":"song ${n}","name":"speaker ${speaker}"}`, mark: `song ${n}` },
    { kind: "list", text: `add_to_list {"item":"thing ${n}"}`, mark: `thing ${n}` },
    { kind: "lamp", text: `set_brightness {"name":"lamp ${lamp}","level":${1 + (n % 100)}}`, mark: `lamp_${lamp}` },
  ] as const;
  return { id, admitted: false, ...(kinds[Math.floor(random() * kinds.length)] as (typeof kinds)[number]) };
}

/** Asks until told to stop. A daemon that dies is looked for again, and what had no receipt is sent again, as QoS 1 does. */
async function askOn(socketPath: string, asked: Asked[], random: () => number, isOver: () => boolean): Promise<void> {
  let client: UnixClient | undefined;
  const again: Asked[] = [];
  while (!isOver()) {
    await new Promise((done) => setTimeout(done, 1000 / perSecond));
    client ??= await connectToDaemon(socketPath).catch(() => undefined);
    if (client === undefined) continue;
    const repeated = again.shift();
    const intent = repeated ?? nextIntent(asked.length, random);
    if (repeated === undefined) asked.push(intent);
    const mine = client;
    mine.ask({ text: intent.text, id: intent.id }).then(
      ({ receipt }) => {
        intent.admitted = receipt.status !== "refused";
      },
      () => {
        again.push(intent);
        if (client === mine) client = undefined;
      },
    );
  }
  client?.close();
}

async function settle(socketPath: string, asked: readonly Asked[]): Promise<Map<string, Answer | string>> {
  const answers = new Map<string, Answer | string>();
  const client = await connectToDaemon(socketPath);
  if (client === undefined) throw new Error("no daemon to ask at the end");
  for (const { id, text, admitted } of asked) {
    if (!admitted) continue;
    const found = await client.ask({ id, text });
    answers.set(id, "answer" in found ? await found.answer : found.receipt.code);
  }
  client.close();
  return answers;
}

const outcomes = ["done", "failed", "unknown", "denied", "rejected", "expired", "scheduled"];

interface Verdict {
  lost: string[];
  doubled: string[];
  unreported: string[];
  untrue: string[];
  done: number;
  unknown: number;
  expired: number;
  denied: number;
}

function judge(asked: readonly Asked[], answers: ReadonlyMap<string, Answer | string>, seen: Dump, list: readonly string[]): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], unreported: [], untrue: [], done: 0, unknown: 0, expired: 0, denied: 0 };
  const counts = new Map<string, number>();
  for (const effect of [...seen.effects.map((line) => line.replace(/^.* play /, "")), ...list]) {
    counts.set(effect, (counts.get(effect) ?? 0) + 1);
  }
  for (const { id, kind, mark, admitted } of asked) {
    const count = counts.get(mark) ?? 0;
    if (kind !== "lamp" && count > 1) verdict.doubled.push(`${id} ${mark} x${count}`);
    if (!admitted) continue;
    const answer = answers.get(id);
    if (answer === undefined || typeof answer === "string") {
      verdict.lost.push(`${id} ${answer ?? ""}`);
      continue;
    }
    const outcome = answer.calls[0]?.outcome ?? answer.refusal?.code ?? "none";
    if (!outcomes.includes(outcome)) verdict.unreported.push(`${id} ${outcome}`);
    if (outcome === "done" || outcome === "unknown" || outcome === "expired" || outcome === "denied") verdict[outcome] += 1;
    if (kind !== "lamp" && outcome === "done" && count !== 1) verdict.untrue.push(`${id} said done, happened ${count} times`);
    if (kind !== "lamp" && (outcome === "expired" || outcome === "rejected") && count > 0) {
      verdict.untrue.push(`${id} said ${outcome}, happened`);
    }
  }
  return verdict;
}

export async function killDrill({ n, seed, report, isControl }: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), "needled-kill-"));
  const state = join(folder, "state");
  const devicePath = join(folder, "device.sock");
  const socketPath = join(state, "needled.sock");
  const device = await start("device.js", [devicePath]);
  const asked: Asked[] = [];
  let isOver = false;
  const asking = askOn(socketPath, asked, random, () => isOver);
  const points = [...journalPoints];
  let kills = 0;
  let startsLost = 0;
  while (kills < n) {
    // Every second kill is at a labelled point, all of them in turn; the others at a random moment.
    const point = kills % 2 === 0 ? (points[(kills / 2) % points.length] as string) : "";
    const count = 1 + Math.floor(random() * 6);
    const daemon = await start("worker.js", [state, devicePath, point, String(count), isControl ? "forgetful" : ""]);
    if (daemon.exitCode !== null || daemon.signalCode !== null) {
      startsLost += 1;
      kills += daemon.signalCode === "SIGKILL" ? 1 : 0;
      if (startsLost > n) throw new Error("the daemon does not start any more");
      continue;
    }
    const gone = once(daemon, "exit");
    // A point that is never reached, such as a rotation, must not stop the drill.
    const limit = setTimeout(() => daemon.kill("SIGKILL"), point === "" ? 30 + random() * 400 : 700);
    await gone;
    clearTimeout(limit);
    kills += 1;
    if (kills % 25 === 0) report(`${kills}/${n} kills, ${asked.length} intents`);
  }
  isOver = true;
  await asking;
  const daemon = await start("worker.js", [state, devicePath, "", "0"]);
  const answers = isControl ? new Map<string, Answer>() : await settle(socketPath, asked);
  const seen = await dump(devicePath);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  device.kill("SIGKILL");
  const { readList } = await import("./read-list.ts");
  const verdict = judge(asked, answers, seen, await readList(state));
  const audit = await verifyAudit(join(state, "audit"));
  const admitted = asked.filter((intent) => intent.admitted).length;
  if (isControl) return { figures: { kills, intents: asked.length, doubled: verdict.doubled.length }, violations: [] };
  const bad = [...verdict.lost, ...verdict.doubled, ...verdict.unreported, ...verdict.untrue, ...audit.faults.map(({ why }) => `audit ${why}`)];
  if (bad.length === 0) rmSync(folder, { recursive: true, force: true });
  return {
    figures: {
      kills,
      intents: asked.length,
      admitted,
      lost: verdict.lost.length,
      doubled: verdict.doubled.length,
      unreported: verdict.unreported.length,
      untrue: verdict.untrue.length,
      done: verdict.done,
      unknown: verdict.unknown,
      denied: verdict.denied,
      expired: verdict.expired,
      audit_lines: audit.lines,
      audit_faults: audit.faults.length,
    },
    violations: bad.length === 0 ? [] : [...bad, `state kept in ${folder}`],
  };
}
