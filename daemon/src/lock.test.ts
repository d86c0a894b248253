// The lock of the state folder, held and let go by real processes.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { takeLock } from "./lock.ts";

const made: string[] = [];
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "needled-lock-"));
  made.push(folder);
  return folder;
};

const holder = `
  const { takeLock } = await import(process.argv[1]);
  takeLock(process.argv[2]).then(
    () => { console.log("taken"); setInterval(() => {}, 1000); },
    (error) => console.log(error.code),
  );`;

/** Another process that takes the lock and keeps it; what it said of that. */
async function hold(folder: string): Promise<{ child: ChildProcess; said: string }> {
  const lock = new URL("./lock.js", import.meta.url).href;
  const args = ["--input-type=module", "-e", holder, lock, folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [said] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return { child, said: said.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

test("a process that was killed holds nothing: the next start takes the folder at once", async () => {
  const folder = newFolder();
  for (let round = 0; round < 3; round += 1) {
    const { child, said } = await hold(folder);
    assert.equal(said, "taken");
    await kill(child);
  }
  const lock = await takeLock(folder);
  await lock.release();
  assert.deepEqual(readdirSync(folder), ["lock.4"]);
});

test("a number of a process in a file says nothing, even when somebody has that number now", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "needled.pid"), `${process.ppid}\n`);
  writeFileSync(join(folder, "lock.7"), `${process.ppid}\n`);
  await (await takeLock(folder)).release();
});

test("two never have one folder, also while the first is stopped and cannot answer", async () => {
  const folder = newFolder();
  const { child } = await hold(folder);
  await assert.rejects(takeLock(folder), { code: "config.locked", message: new RegExp(`process ${child.pid}`) });
  child.kill("SIGSTOP");
  await assert.rejects(takeLock(folder), { code: "config.locked", message: /does not answer/ });
  child.kill("SIGCONT");
  await kill(child);
  await (await takeLock(folder)).release();
});

test("of many that start at the same moment on what a crash left, exactly one gets it", async () => {
  const folder = newFolder();
  await kill((await hold(folder)).child);
  const all = await Promise.all(Array.from({ length: 5 }, () => hold(folder)));
  const taken = all.filter(({ said }) => said === "taken");
  assert.deepEqual(all.map(({ said }) => said).sort(), [...Array(4).fill("config.locked"), "taken"]);
  await Promise.all(taken.map(({ child }) => kill(child)));
  await (await takeLock(folder)).release();
});

test("within one process, too, many at once and one after the other", async () => {
  const folder = newFolder();
  for (let round = 0; round < 2; round += 1) {
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => takeLock(folder)));
    const taken = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    assert.equal(taken.length, 1);
    await taken[0]?.release();
  }
});
