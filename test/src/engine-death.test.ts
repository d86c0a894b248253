// The engine is killed in the middle of a call: the question is asked once more, and nothing happens twice.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type App, openApp } from "@needled/daemon";
import { makeScratch, noEngine, type Scratch } from "./cli.ts";

const signal = new AbortController().signal;
const quiet = { debug: () => undefined, warn: () => undefined };

let scratch: Scratch;
before(async () => {
  scratch = await makeScratch();
});
after(() => scratch.remove());

/** Engines that this very process started, by /proc. */
function engines(): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const stat = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/stat`, "utf8");
    } catch {
      return "";
    }
  };
  const isOurs = (pid: string): boolean => {
    const found = /^\d+ \((.*)\) (\S) (\d+)/.exec(stat(pid));
    return found?.[1] === "needle-engine" && found[2] !== "Z" && Number(found[3]) === process.pid;
  };
  return pids.filter(isOurs).map(Number);
}

function open(): Promise<App> {
  const paths = { modelsDir: scratch.modelsDir, enginePath: undefined };
  return openApp({ model: undefined, room: undefined, seed: 1, isDryRun: true, paths, log: quiet }, signal);
}

test("answers although the engine was killed in mid-call", { skip: noEngine }, async () => {
  const app = await open();
  try {
    await app.ready(signal);
    const first = await app.ask({ text: "turn on the lamp" }, signal);
    const [pid] = engines();
    assert.ok(pid !== undefined);
    // A stopped engine takes the question and cannot answer it: the kill is certain to hit the middle of the call.
    process.kill(pid, "SIGSTOP");
    const asked = app.ask({ text: "turn on the lamp" }, signal);
    setTimeout(() => process.kill(pid, "SIGKILL"), 50);
    const second = await asked;
    assert.notEqual(second.refusal?.code, "engine");
    assert.deepEqual(
      second.steps.map((step) => step.call),
      first.steps.map((step) => step.call),
    );
    assert.notDeepEqual(engines(), [pid]);
  } finally {
    await app.close();
  }
});

test("gives up after the second death with a typed answer", { skip: noEngine }, async () => {
  const app = await open();
  try {
    await app.ready(signal);
    const killer = setInterval(() => {
      for (const pid of engines()) process.kill(pid, "SIGKILL");
    }, 5);
    const [pid] = engines();
    if (pid !== undefined) process.kill(pid, "SIGSTOP");
    const turn = await app.ask({ text: "turn on the lamp" }, signal).finally(() => clearInterval(killer));
    if (turn.refusal?.code === "engine") assert.equal(turn.exitCode, 69);
    assert.equal((await app.ask({ text: "turn on the lamp" }, signal)).refusal?.code === "engine", false);
  } finally {
    await app.close();
  }
});

test("leaves no engine behind", { skip: noEngine }, async () => {
  const app = await open();
  await app.ready(signal);
  await app.close();
  assert.deepEqual(engines(), []);
});
