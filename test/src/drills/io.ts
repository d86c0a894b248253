// The io drill: the k-th write, sync, open or rename of the state folder fails, for every k and several errors, once and for good; then a clean start.
// Then: `needled start` on a folder that cannot be written says so in one line, and an audit that cannot be written stops nobody.
// What was acknowledged must have an answer, nothing may have happened twice, and a daemon that cannot write must refuse instead of acting.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectToDaemon } from "@needled/daemon";
import { buildShim, environmentOf, errnos, type Failure } from "./io-shim.ts";
import { fillAudit, refuseToStart } from "./io-start.ts";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";
import { readList } from "./read-list.ts";
import { type Asked, dump, judge, nextIntent, settle, start } from "./storm.ts";

const operations = ["write", "sync", "open", "rename", "any"];
const intentsPerCase = 8;
/** A daemon that cannot write may leave a question open; the case goes on without it. */
const patienceMs = 3_000;

/** Asks a few things of a daemon that may die, refuse or never answer; what had no receipt does not count. */
async function askSome(socketPath: string, asked: Asked[], random: () => number, from: number): Promise<void> {
  const client = await connectToDaemon(socketPath).catch(() => undefined);
  if (client === undefined) return;
  const all = Array.from({ length: intentsPerCase }, (_, n) => nextIntent(from + n, random));
  asked.push(...all);
  const limit = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref());
  const each = all.map(async (intent) => {
    const found = await client.ask({ text: intent.text, id: intent.id });
    intent.admitted = found.receipt.status !== "refused";
    if ("answer" in found) await found.answer;
  });
  await Promise.race([Promise.allSettled(each), limit]);
  client.close();
}

interface Case {
  name: string;
  folder: string;
  state: string;
  devicePath: string;
  failure: Failure;
}

function nextCase(at: number, root: string, random: () => number): Case {
  const operation = operations[at % operations.length] as string;
  const errno = errnos[Math.floor(random() * errnos.length)] as Failure["errno"];
  const k = 1 + Math.floor(at / operations.length);
  const isForGood = random() < 0.5;
  const isShort = operation === "write" && random() < 0.3;
  const folder = join(root, `case-${at}`);
  const state = join(folder, "state");
  return {
    ...{ folder, state, devicePath: join(root, `device-${at}.sock`) },
    name: `${operation} ${k} ${errno}${isForGood ? " for good" : ""}${isShort ? " short" : ""}`,
    failure: { folder: join(state, "journal"), operation, errno, k, count: isForGood ? 0 : 1, isShort },
  };
}

interface Failed {
  asked: Asked[];
  isStarted: boolean;
  isDegraded: boolean;
}

/** A daemon in trouble is asked, and then killed. */
async function meetFailure(one: Case, library: string, random: () => number, from: number): Promise<Failed> {
  const socketPath = join(one.state, "needled.sock");
  const asked: Asked[] = [];
  const env = environmentOf(library, one.failure);
  const daemon = await start("worker.js", [one.state, one.devicePath, "", "0"], env);
  if (daemon.exitCode !== null || daemon.signalCode !== null) return { asked, isStarted: false, isDegraded: false };
  await askSome(socketPath, asked, random, from);
  const client = await connectToDaemon(socketPath).catch(() => undefined);
  const health = await client?.health().catch(() => undefined);
  client?.close();
  daemon.kill("SIGKILL");
  await once(daemon, "exit");
  return { asked, isStarted: true, isDegraded: health?.status === "degraded" };
}

type Counts = Record<"lost" | "doubled" | "untrue", number>;

/** The clean start: what was acknowledged is answered, and what was refused was not done. */
async function startClean(
  { name, folder, state, devicePath }: Case,
  asked: Asked[],
  counts: Counts,
): Promise<string[]> {
  const second = await start("worker.js", [state, devicePath, "", "0"]);
  if (second.exitCode !== null || second.signalCode !== null) return [`${name}: the clean start after it failed`];
  const answers = await settle(join(state, "needled.sock"), asked);
  const seen = await dump(devicePath);
  second.kill("SIGTERM");
  await once(second, "exit");
  const { lost, doubled, unreported, untrue } = judge(asked, answers, seen, await readList(state));
  counts.lost += lost.length;
  counts.doubled += doubled.length;
  counts.untrue += untrue.length;
  const marks = new Set(seen.effects.map((line) => line.replace(/^.* play /, "")));
  const refused = asked.filter(({ admitted, mark }) => !admitted && marks.has(mark));
  const bad = [...lost, ...doubled, ...unreported, ...untrue, ...refused.map(({ id }) => `${id} was refused and done`)];
  if (bad.length === 0) rmSync(folder, { recursive: true, force: true });
  return bad.map((what) => `${name}: ${what}; state kept in ${folder}`);
}

export async function ioDrill({ n, seed, report }: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(seed);
  const root = mkdtempSync(join(tmpdir(), "needled-io-"));
  const library = buildShim(root);
  const violations: string[] = [];
  const counts: Counts = { lost: 0, doubled: 0, untrue: 0 };
  const seen = { intents: 0, admitted: 0, failed_starts: 0, degraded: 0, refused_starts: 0 };
  for (let at = 0; at < n; at += 1) {
    const one = nextCase(at, root, random);
    const device = await start("device.js", [one.devicePath]);
    const { asked, isStarted, isDegraded } = await meetFailure(one, library, random, at * intentsPerCase);
    violations.push(...(await startClean(one, asked, counts)));
    device.kill("SIGKILL");
    seen.intents += asked.length;
    seen.admitted += asked.filter(({ admitted }) => admitted).length;
    if (!isStarted) seen.failed_starts += 1;
    if (isDegraded) seen.degraded += 1;
    if ((at + 1) % 20 === 0) report(`${at + 1}/${n} cases, ${violations.length} violations`);
  }
  for (const errno of errnos)
    for (const operation of ["any", "mkdir", "open", "write"]) {
      violations.push(...(await refuseToStart(library, root, errno, operation)));
      seen.refused_starts += 1;
    }
  violations.push(...(await fillAudit(library, root, random)));
  if (violations.length === 0) rmSync(root, { recursive: true, force: true });
  const notTaken = seen.intents - seen.admitted;
  return { figures: { cases: n, ...seen, refused_or_lost_before_ack: notTaken, ...counts }, violations };
}
