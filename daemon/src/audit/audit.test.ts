import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openJournal } from "../journal/journal.ts";
import { openAudit, readAudit, verifyAudit } from "./audit.ts";
import { type AuditEntry, firstHash } from "./chain.ts";
import { hashWords, isAbout, saltOf } from "./salt.ts";

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "needled-audit-"));
  made.push(folder);
  return folder;
};

const entry = (n: number, filler = ""): AuditEntry => ({
  at: "2026-11-21T12:00:00.000Z",
  intent: `i${n}`,
  source: "test",
  door: "unix",
  text_hmac: filler || "00",
  outcome: "done",
});

async function fill(folder: string, count: number): Promise<string> {
  const audit = await openAudit(folder);
  for (let n = 0; n < count; n += 1) audit.write(entry(n));
  await audit.close();
  return join(folder, "audit.jsonl");
}

test("a chain goes on over restarts and verifies", async () => {
  const folder = newFolder();
  await fill(folder, 5);
  await fill(folder, 5);
  const { lines, faults, head } = await verifyAudit(folder);
  assert.deepEqual([lines, faults, head?.seq], [10, [], 10]);
});

test("every change, removal, insertion, swap and cut is found", async () => {
  const folder = newFolder();
  const path = await fill(folder, 12);
  const { head } = await verifyAudit(folder);
  const text = readFileSync(path, "utf8");
  const lines = text.trimEnd().split("\n");
  const mutations: string[] = [];
  for (let at = 0; at < text.length; at += 7) {
    if (text[at] === "\n") continue;
    const other = text[at] === "x" ? "y" : "x";
    mutations.push(text.slice(0, at) + other + text.slice(at + 1));
  }
  for (let n = 0; n < lines.length; n += 1) {
    mutations.push(`${lines.filter((_, index) => index !== n).join("\n")}\n`);
    mutations.push(`${[...lines.slice(0, n), lines[n], ...lines.slice(n)].join("\n")}\n`);
    mutations.push(`${lines.slice(0, n).join("\n")}\n`);
    if (n > 0)
      mutations.push(`${[...lines.slice(0, n - 1), lines[n], lines[n - 1], ...lines.slice(n + 1)].join("\n")}\n`);
  }
  for (const other of ["null", "5", '"text"', "[]"]) mutations.push(`${other}\n${text}`, `${text}${other}\n`);
  for (const mutation of mutations) {
    writeFileSync(path, mutation);
    const { faults } = await verifyAudit(folder, head ? [head] : []);
    assert.ok(faults.length > 0, mutation.slice(0, 200));
  }
});

test("a line cut short by a power failure is dropped and the chain goes on", async () => {
  const folder = newFolder();
  const path = await fill(folder, 3);
  appendFileSync(path, '{"seq":4,"at":"20');
  await fill(folder, 2);
  const { lines, faults } = await verifyAudit(folder);
  assert.deepEqual([lines, faults], [5, []]);
});

test("keeps eight files of at most 1 MB", async () => {
  const folder = newFolder();
  const audit = await openAudit(folder);
  for (let n = 0; n < 100; n += 1) audit.write(entry(n, "f".repeat(100_000)));
  await audit.close();
  assert.ok(readdirSync(folder).length <= 8);
  const { faults, head } = await verifyAudit(folder, [{ seq: 1, h: "of a line that was rotated away" }]);
  assert.deepEqual([faults, head?.seq], [[], 100]);
});

const noFullDisk = existsSync("/dev/full") ? false : "there is no /dev/full here";
test("a full disk is told and stops nobody", { skip: noFullDisk }, async () => {
  const folder = newFolder();
  symlinkSync("/dev/full", join(folder, "audit.jsonl"));
  const audit = await openAudit(folder);
  audit.write(entry(1));
  audit.write(entry(2));
  await audit.close();
  assert.match(audit.failed ?? "", /ENOSPC|EINVAL/);
  assert.equal(audit.head, undefined);
});

const log = { debug: () => {}, warn: () => {} };

test("a chain has one salt, kept in the journal: over restarts, and never in the audit itself", async () => {
  const folder = newFolder();
  const journalFolder = join(folder, "journal");
  const salts: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const journal = await openJournal({ folder: journalFolder, now: Date.now, log });
    const audit = await openAudit(join(folder, "audit"));
    salts.push(await saltOf(journal, audit.head, log));
    audit.write({ ...entry(run), text_hmac: hashWords("unlock", salts[run] as string) });
    await audit.close();
    // No head is told at the end: a process that was killed tells none.
    await journal.close();
  }
  assert.equal(salts[0], salts[1]);
  assert.match(salts[0] as string, /^[\w-]{32}$/);
  assert.doesNotMatch(readFileSync(join(folder, "audit", "audit.jsonl"), "utf8"), new RegExp(salts[0] as string));
  const [line] = await readAudit(join(folder, "audit"));
  assert.ok(line && isAbout(line, "unlock", salts[0]) && !isAbout(line, "lock", salts[0]));
  assert.notEqual(line.text_hmac, hashWords("unlock", "another home's"));
});

test("a chain of an earlier version goes on with salted lines, verifies, and its old lines are found", async () => {
  const folder = newFolder();
  const sha = createHash("sha256").update("lights on").digest("hex");
  let audit = await openAudit(folder);
  const { text_hmac: _, ...old } = entry(0);
  audit.write({ ...old, text_sha256: sha });
  await audit.close();
  audit = await openAudit(folder);
  audit.write({ ...entry(1), text_hmac: hashWords("lights on", "salt") });
  await audit.close();
  const { lines, faults } = await verifyAudit(folder, [{ seq: 0, h: firstHash, salt: "salt" }]);
  assert.deepEqual([lines, faults], [2, []]);
  const found = (await readAudit(folder)).filter((line) => isAbout(line, "lights on", "salt"));
  assert.equal(found.length, 2);
});

test("before the first line there is no tail that could be missing", async () => {
  assert.deepEqual((await verifyAudit(newFolder(), [{ seq: 0, h: firstHash, salt: "x" }])).faults, []);
});
