// Weights that are missing, cut, or changed by one bit: exit 78, and a message that names the file.
import assert from "node:assert/strict";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { makeScratch, needled, noEngine, type Scratch } from "./cli.ts";

let scratch: Scratch;
beforeEach(async () => {
  scratch = await makeScratch();
});
afterEach(() => scratch.remove());

async function assertUnusable(named: RegExp, args: string[] = []): Promise<void> {
  const ran = await needled(["ask", "--json", "turn on the lamp", ...args], { modelsDir: scratch.modelsDir });
  assert.equal(ran.code, 78, ran.stdout + ran.stderr);
  const report = JSON.parse(ran.stdout) as { refusal: { code: string; message: string }; calls: unknown[] };
  assert.equal(report.refusal.code, "engine");
  assert.match(report.refusal.message, named);
  assert.deepEqual(report.calls, []);
}

test("names the manifest when there is none", async () => {
  await rm(join(scratch.modelsDir, "manifest.json"));
  await assertUnusable(/manifest\.json/);
});

test("names the weights file when it is missing", async () => {
  await rm(scratch.weights);
  await assertUnusable(/tiny\.gguf/);
});

test("names the weights file when it is cut short", async () => {
  await truncate(scratch.weights, 100_000);
  await assertUnusable(/tiny\.gguf/);
});

test("names the weights file when one bit of it is flipped", async () => {
  const bytes = await readFile(scratch.weights);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  await writeFile(scratch.weights, bytes);
  await assertUnusable(/tiny\.gguf.*manifest/);
});

test("says so when a file without a manifest is damaged", { skip: noEngine }, async () => {
  await truncate(scratch.weights, 100_000);
  await assertUnusable(/damaged|bytes|end/, ["--model", scratch.weights]);
  await writeFile(scratch.weights, "not a model at all");
  await assertUnusable(/damaged|GGUF/, ["--model", scratch.weights]);
});

test("names a model that the manifest does not have", () => assertUnusable(/nosuch/, ["--model", "nosuch"]));

test("says how to get the engine when it is missing", async () => {
  const env = { NEEDLED_ENGINE: join(scratch.folder, "no-engine") };
  const ran = await needled(["ask", "--json", "turn on the lamp"], { modelsDir: scratch.modelsDir, env });
  assert.ok(ran.code === 78 || ran.code === 69, ran.stderr);
  assert.match(ran.stdout, /no-engine/);
});

test("complains to a person on stderr, and says what to try", async () => {
  for (const command of ["ask", "explain"]) {
    const ran = await needled([command, "turn on the lamp"], { modelsDir: join(scratch.folder, "nowhere") });
    assert.equal(ran.code, 78);
    assert.equal(ran.stdout, "");
    assert.match(ran.stderr, /^needled: .*nowhere.*NEEDLED_MODELS/);
  }
});

test("refuses to start or to evaluate without usable weights", async () => {
  await rm(scratch.weights);
  const set = join(scratch.folder, "set.jsonl");
  await writeFile(set, '{"query":"x","tools":[]}\n');
  for (const args of [["start"], ["eval", set]]) {
    const ran = await needled(args, { modelsDir: scratch.modelsDir });
    assert.equal(ran.code, 78);
    assert.match(ran.stderr, /tiny\.gguf/);
  }
});
