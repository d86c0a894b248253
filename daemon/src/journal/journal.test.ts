import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Answer } from "../intake.ts";
import { crc32 } from "./crc32.ts";
import { encodeRecord, scanRecords } from "./frames.ts";
import { openJournal } from "./journal.ts";
import type { KeptIntent } from "./state.ts";

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "needled-journal-"));
  folders.push(made);
  return made;
};
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const quiet = { debug: () => {}, warn: () => {} };
const open = (where: string, now = () => 1_000) => openJournal({ folder: where, now, log: quiet });
const kept = (id: string): KeptIntent => ({
  key: `test/${id}`,
  id,
  source: "test",
  door: "stdin",
  text: "turn on the lamp",
  speaker: {},
  hasId: true,
  dryRun: false,
  admittedAt: 1_000,
  expiresAt: 31_000,
});
const logs = (where: string): string[] => readdirSync(where).filter((name) => name.endsWith(".log"));
const onlyLog = (where: string): string => {
  const names = logs(where);
  assert.equal(names.length, 1);
  return join(where, names[0] as string);
};

test("CRC-32 of the standard check string", () => {
  assert.equal(crc32(Buffer.from("123456789")), 0xcbf43926);
});

test("keeps what was written, in order, over a restart", async () => {
  const where = folder();
  const first = await open(where);
  await first.write({ t: "intent", intent: kept("a") });
  await Promise.all(["b", "c", "d"].map((id) => first.write({ t: "intent", intent: kept(id) })));
  // Never closed: a process that dies closes nothing.
  const second = await open(where);
  assert.deepEqual([...second.state.open.keys()], ["test/a", "test/b", "test/c", "test/d"]);
  assert.equal(second.degraded, undefined);
  assert.equal(second.state.boots.length, 2);
});

test("every truncation of the file keeps the records before it and is no damage", async () => {
  const where = folder();
  const journal = await open(where);
  for (const id of ["a", "b", "c"]) await journal.write({ t: "intent", intent: kept(id) });
  const bytes = readFileSync(onlyLog(where));
  const whole = scanRecords(bytes).records.length;
  for (let length = 0; length < bytes.length; length += 1) {
    const { records, end, goodBytes } = scanRecords(bytes.subarray(0, length));
    assert.ok(records.length < whole || length === bytes.length);
    assert.equal(end, goodBytes === length ? "clean" : "torn");
  }
  writeFileSync(onlyLog(where), bytes.subarray(0, bytes.length - 3));
  const again = await open(where);
  assert.deepEqual([...again.state.open.keys()], ["test/a", "test/b"]);
  assert.equal(again.degraded, undefined);
});

test("a flipped bit anywhere is found; before the last record it is damage, put aside, and never looks like a fresh start", async () => {
  const where = folder();
  const journal = await open(where);
  for (const id of ["a", "b", "c"]) await journal.write({ t: "intent", intent: kept(id) });
  const path = onlyLog(where);
  const bytes = readFileSync(path);
  const { records } = scanRecords(bytes);
  for (let at = 0; at < bytes.length; at += 1) {
    const bad = Buffer.from(bytes);
    bad[at] = (bad[at] as number) ^ (1 << (at % 8));
    const scan = scanRecords(bad);
    assert.notEqual(scan.end, "clean", `byte ${at}`);
    assert.deepEqual(scan.records, records.slice(0, scan.records.length));
  }
  const bad = Buffer.from(bytes);
  const middle = bytes.indexOf("test/b");
  bad[middle] = (bad[middle] as number) ^ 1;
  writeFileSync(path, bad);
  const again = await open(where);
  assert.deepEqual([...again.state.open.keys()], ["test/a"]);
  assert.match(again.degraded ?? "", /damaged/);
  assert.deepEqual(readFileSync(join(where, again.quarantined[0] as string)), bad);
});

test("NUL bytes after a power cut are a torn tail", () => {
  const record = encodeRecord({ t: "boot", at: 1 });
  const { records, end } = scanRecords(Buffer.concat([record, Buffer.alloc(4096)]));
  assert.equal(records.length, 1);
  assert.equal(end, "torn");
});

test("grows into a new segment and leaves the old one only then", async () => {
  const where = folder();
  const journal = await open(where);
  const intent = { ...kept("big"), text: "x".repeat(200_000) };
  for (let n = 0; n < 12; n += 1) {
    await journal.write({ t: "intent", intent: { ...intent, key: `test/${n}` } });
    await journal.write({ t: "answer", key: `test/${n}`, at: 1_000, answer: { ...answer, id: String(n) } });
  }
  assert.equal(logs(where).length, 1);
  assert.ok(readFileSync(onlyLog(where)).length < 2_400_000);
  const again = await open(where);
  assert.equal(again.state.open.size, 0);
  assert.equal(again.state.answered.size, 12);
});

const answer = {
  id: "a",
  text: "",
  calls: [],
  reply: "",
  handled_by: "model" as const,
  timings: { total: 0, load: 0, engine: 0, encode: 0, decode: 0, dispatch: 0 },
  intent: { source: "test", id: "a" },
};

test("answers are forgotten after the dedupe horizon, but not before they were told", async () => {
  const where = folder();
  let now = 1_000;
  const journal = await open(where, () => now);
  for (const id of ["told", "untold"]) {
    const reply = { door: "mqtt" as const, to: "needled/home/out/test" };
    await journal.write({ t: "intent", intent: { ...kept(id), ...(id === "untold" && { reply }) } });
    await journal.write({ t: "answer", key: `test/${id}`, at: now, answer });
  }
  now += 11 * 60_000;
  const again = await open(where, () => now);
  assert.ok(again.state.answered.has("test/untold"));
});

test("what flows gave back is kept for repeats up to a bound, the newest first", async () => {
  const where = folder();
  const journal = await open(where);
  const data = "x".repeat(100_000);
  for (let n = 0; n < 60; n += 1) {
    await journal.write({ t: "intent", intent: kept(`${n}`) });
    const answer = { id: `${n}`, calls: [{ data }], data } as unknown as Answer;
    await journal.write({ t: "answer", key: `test/${n}`, answer, at: 1_000 });
  }
  await journal.close();
  const { answered } = (await open(where)).state;
  const withData = [...answered].filter(([, { answer }]) => answer.data !== undefined).map(([key]) => key);
  assert.equal(answered.size, 60);
  assert.ok(withData.length > 10 && withData.length < 30, `${withData.length}`);
  assert.equal(withData.at(-1), "test/59");
  assert.equal(answered.get("test/0")?.answer.calls[0]?.data, undefined);
});
