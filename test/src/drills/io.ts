// The io drill: the k-th write, sync, open or rename of the state folder fails, for every k and several errors, once and for good; then a clean start.
// Then: `needled start` on a folder that cannot be written says so in one line, and an audit that cannot be written stops nobody.
// What was acknowledged must have an answer, nothing may have happened twice, and a daemon that cannot write must refuse instead of acting.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectToDaemon, verifyAudit } from "@needled/daemon";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";
import { readList } from "./read-list.ts";
import { type Asked, dump, judge, nextIntent, settle, start } from "./storm.ts";

const source = fileURLToPath(new URL("../../native/failio.c", import.meta.url));
const errors = { EIO: 5, ENOSPC: 28, EROFS: 30, EDQUOT: 122 } as const;
const operations = ["write", "sync", "open", "rename", "any"];
const intentsPerCase = 8;

function buildShim(folder: string): string {
  const library = join(folder, "failio.so");
  const made = spawnSync("cc", ["-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", "-o", library, source, "-ldl"], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`the io drill needs a C compiler: ${made.stderr ?? made.error?.message}`);
  return library;
}

/** Asks a few things of a daemon that may die, refuse or never answer; what had no receipt does not count. */
async function askSome(socketPath: string, asked: Asked[], random: () => number, from: number): Promise<void> {
  const client = await connectToDaemon(socketPath).catch(() => undefined);
  if (client === undefined) return;
  const all = Array.from({ length: intentsPerCase }, (_, n) => nextIntent(from + n, random));
  asked.push(...all);
  const limit = new Promise<void>((resolve) => setTimeout(resolve, 3_000).unref());
  const each = all.map(async (intent) => {
    const found = await client.ask({ text: intent.text, id: intent.id });
    intent.admitted = found.receipt.status !== "refused";
    if ("answer" in found) await found.answer;
  });
  await Promise.race([Promise.allSettled(each), limit]);
  client.close();
}

const needled = fileURLToPath(new URL("../../../daemon/bin/needled.js", import.meta.url));

/** The real command on a folder where nothing of the given kind works, for good: one line that names the folder, exit 69 or 78. */
async function refuseToStart(
  library: string,
  root: string,
  errno: keyof typeof errors,
  operation: string,
): Promise<string[]> {
  const folder = join(root, `start-${errno}-${operation}`);
  const state = join(folder, "state");
  const name = `start, ${operation} ${errno} for good`;
  const env = {
    PATH: process.env.PATH ?? "",
    LD_PRELOAD: library,
    ...{ FAILIO_DIR: state, FAILIO_K: "1", FAILIO_FOR: "0", FAILIO_OP: operation, FAILIO_ERRNO: String(errors[errno]) },
  };
  const child = spawn(process.execPath, [needled, "start", "--state", state], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString();
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(limit);
  const found: string[] = [];
  if (code !== 69 && code !== 78) found.push(`${name}: exit ${code}`);
  const lines = said.trimEnd().split("\n");
  if (lines.length !== 1 || !said.startsWith("needled: ") || !said.includes(state))
    found.push(`${name}: said ${said.trim()}`);
  const devicePath = join(root, `${errno}-${operation}.sock`);
  const device = await start("device.js", [devicePath]);
  const clean = await start("worker.js", [state, devicePath, "", "0"]);
  if (clean.exitCode !== null || clean.signalCode !== null) found.push(`${name}: the clean start after it failed`);
  clean.kill("SIGKILL");
  device.kill("SIGKILL");
  return found;
}

/** The audit's disk is full for a while: turns go on, health says it, and afterwards the chain is whole. */
async function fillAudit(library: string, root: string, random: () => number): Promise<string[]> {
  const state = join(root, "audit-full", "state");
  const devicePath = join(root, "audit-full.sock");
  const device = await start("device.js", [devicePath]);
  const env = {
    LD_PRELOAD: library,
    ...{ FAILIO_DIR: join(state, "audit"), FAILIO_K: "3", FAILIO_FOR: "12", FAILIO_OP: "write", FAILIO_ERRNO: "28" },
  };
  const daemon = await start("worker.js", [state, devicePath, "", "0"], env);
  const found: string[] = [];
  const socketPath = join(state, "needled.sock");
  const client = await connectToDaemon(socketPath);
  const seen: (string | undefined)[] = [];
  for (let n = 0; n < 24 && client; n += 1) {
    const { id, text } = nextIntent(n, random);
    const asked = await client.ask({ id, text });
    const outcome = "answer" in asked ? (await asked.answer).calls[0]?.outcome : asked.receipt.code;
    if (outcome !== "done") found.push(`audit full: ${id} ${outcome}`);
    seen.push((await client.health()).status);
  }
  client?.close();
  if (!seen.includes("degraded")) found.push(`audit full: health said only ${[...new Set(seen)].join(", ")}`);
  if (seen.at(-1) !== "ok") found.push(`audit full: health stays ${seen.at(-1)}`);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  device.kill("SIGKILL");
  const { lines, faults } = await verifyAudit(join(state, "audit"));
  if (lines !== 24 || faults.length > 0)
    found.push(`audit full: ${lines} lines, ${faults.map(({ why }) => why).join("; ")}`);
  return found;
}

export async function ioDrill({ n, seed, report }: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(seed);
  const root = mkdtempSync(join(tmpdir(), "needled-io-"));
  const library = buildShim(root);
  const violations: string[] = [];
  const figures = {
    cases: 0,
    intents: 0,
    admitted: 0,
    refused_or_lost_before_ack: 0,
    failed_starts: 0,
    refused_starts: 0,
    degraded: 0,
    lost: 0,
    doubled: 0,
    untrue: 0,
  };
  for (let at = 0; at < n; at += 1) {
    const operation = operations[at % operations.length] as string;
    const names = Object.keys(errors) as (keyof typeof errors)[];
    const error = names[Math.floor(random() * names.length)] as keyof typeof errors;
    const k = 1 + Math.floor(at / operations.length);
    const isForGood = random() < 0.5;
    const isShort = operation === "write" && random() < 0.3;
    const folder = join(root, `case-${at}`);
    const state = join(folder, "state");
    const devicePath = join(root, `device-${at}.sock`);
    const socketPath = join(state, "needled.sock");
    const device = await start("device.js", [devicePath]);
    const env = {
      LD_PRELOAD: library,
      FAILIO_DIR: join(state, "journal"),
      FAILIO_K: String(k),
      FAILIO_OP: operation,
      FAILIO_ERRNO: String(errors[error]),
      FAILIO_FOR: isForGood ? "0" : "1",
      ...(isShort && { FAILIO_SHORT: "1" }),
    };
    const name = `${operation} ${k} ${error}${isForGood ? " for good" : ""}${isShort ? " short" : ""}`;
    const asked: Asked[] = [];
    const daemon = await start("worker.js", [state, devicePath, "", "0"], env);
    if (daemon.exitCode === null && daemon.signalCode === null) {
      await askSome(socketPath, asked, random, at * intentsPerCase);
      const client = await connectToDaemon(socketPath).catch(() => undefined);
      const health = await client?.health().catch(() => undefined);
      if (health?.status === "degraded") figures.degraded += 1;
      client?.close();
      daemon.kill("SIGKILL");
      await once(daemon, "exit");
    } else figures.failed_starts += 1;
    const second = await start("worker.js", [state, devicePath, "", "0"]);
    if (second.exitCode !== null || second.signalCode !== null)
      violations.push(`${name}: the clean start after it failed`);
    else {
      const answers = await settle(socketPath, asked);
      const seen = await dump(devicePath);
      second.kill("SIGTERM");
      await once(second, "exit");
      const verdict = judge(asked, answers, seen, await readList(state));
      figures.lost += verdict.lost.length;
      figures.doubled += verdict.doubled.length;
      figures.untrue += verdict.untrue.length;
      const bad = [...verdict.lost, ...verdict.doubled, ...verdict.unreported, ...verdict.untrue];
      violations.push(...bad.map((one) => `${name}: ${one}; state kept in ${folder}`));
      // Nothing may have been done for an intent that was never taken in.
      const marks = new Set(seen.effects.map((line) => line.replace(/^.* play /, "")));
      for (const { admitted, mark, id } of asked)
        if (!admitted && marks.has(mark)) violations.push(`${name}: ${id} was refused and done`);
      if (bad.length === 0) rmSync(folder, { recursive: true, force: true });
    }
    device.kill("SIGKILL");
    figures.cases += 1;
    figures.intents += asked.length;
    figures.admitted += asked.filter(({ admitted }) => admitted).length;
    if (figures.cases % 20 === 0) report(`${figures.cases}/${n} cases, ${violations.length} violations`);
  }
  for (const error of Object.keys(errors) as (keyof typeof errors)[])
    for (const operation of ["any", "mkdir", "open", "write"]) {
      violations.push(...(await refuseToStart(library, root, error, operation)));
      figures.refused_starts += 1;
    }
  violations.push(...(await fillAudit(library, root, random)));
  figures.refused_or_lost_before_ack = figures.intents - figures.admitted;
  if (violations.length === 0) rmSync(root, { recursive: true, force: true });
  return { figures, violations };
}
