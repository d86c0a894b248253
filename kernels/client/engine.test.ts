import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Block, Engine } from "./engine.ts";
import { isRetryable } from "./errors.ts";
import type { Fault } from "./fake-engine.ts";
import type { LoadOptions } from "./load.ts";
import { loadEngine } from "./load.ts";
import { writeToyModel } from "./toy-model.ts";

let dir = "";
let weights = "";
let count = 0;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "needled-engine-"));
  weights = join(dir, "toy.gguf");
  await writeToyModel(weights);
});

after(() => rm(dir, { recursive: true }));

/** An executable that runs the fake engine with one fault. */
async function fakeEngine(fault: Fault): Promise<{ path: string; diary: string }> {
  const path = join(dir, `fake-${count++}.mjs`);
  const diary = `${path}.diary`;
  const module = JSON.stringify(new URL("./fake-engine.js", import.meta.url).href);
  await writeFile(
    path,
    `#!${process.execPath}\nimport { runFakeEngine } from ${module};\nrunFakeEngine("${fault}", ${JSON.stringify(diary)});\n`,
  );
  await chmod(path, 0o755);
  return { path, diary };
}

async function load(
  fault: Fault,
  more: Partial<LoadOptions> = {},
): Promise<{ engine: Engine; frames: () => Promise<string[]> }> {
  const { path, diary } = await fakeEngine(fault);
  const engine = await loadEngine({ weights: { path: weights }, enginePath: path, ...more });
  return { engine, frames: async () => (await readFile(diary, "utf8")).trim().split("\n") };
}

async function using(
  fault: Fault,
  more: Partial<LoadOptions>,
  use: (engine: Engine, frames: () => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const { engine, frames } = await load(fault, more);
  try {
    await use(engine, frames);
  } finally {
    await engine.close();
  }
}

const program = { bytes: Uint8Array.of(1, 2, 3) };

async function ask(engine: Engine, more: object = {}): Promise<unknown> {
  const block: Block = { id: 1010n, kind: "tool", text: "lamp", tokens: 7 };
  return engine.call({ query: "on", tools: [block], program, ...more });
}

test("registers what a call needs, once, and reads its answer", () =>
  using("none", {}, async (engine, frames) => {
    const block = await engine.register("lamp", "tool");
    assert.deepEqual(block, { id: 1009n, kind: "tool", text: "lamp", tokens: 7 });
    const answer = await engine.call({ query: "on", tools: [block], program });
    await engine.call({ query: "on", tools: [block], program });
    assert.deepEqual(answer.refusal, { confidence: 0.5, maskMass: 1 });
    assert.deepEqual(await frames(), ["life", "1", "2", "3", "3"]);
  }));

test("gives the engine an environment of NK_ variables only", async () => {
  process.env.NK_TEST_SWITCH = "1";
  await using("none", {}, async (engine) => assert.deepEqual(engine.ready.env, ["NK_TEST_SWITCH"]));
  delete process.env.NK_TEST_SWITCH;
});

test("reads answers that come byte by byte, and outlives a flood on stderr", async () => {
  await using("byte-by-byte", {}, async (engine) => void (await ask(engine)));
  const lines: string[] = [];
  await using("stderr-flood", { log: (line) => lines.push(line) }, async (engine) => {
    await ask(engine);
    while (lines.length < 10) await new Promise((resolve) => setImmediate(resolve));
  });
  assert.ok(lines.every((line) => line.length <= 4096));
});

const STARTS: readonly [fault: Fault, code: string][] = [
  ["silent", "engine.hung"],
  ["exit-at-start", "engine.died"],
  ["garbage-at-start", "engine.garbage"],
  ["no-object", "engine.garbage"],
  ["bad-weights", "config.bad_weights"],
];

for (const [fault, code] of STARTS) {
  test(`fails to load with ${code} when the engine does this: ${fault}`, async () => {
    await assert.rejects(load(fault, { readyTimeoutMs: fault === "silent" ? 300 : 10_000 }), { code });
  });
}

test("says so when there is no engine, no weights, or other weights than the manifest's", async () => {
  await assert.rejects(loadEngine({ weights: { path: weights }, enginePath: join(dir, "none") }), {
    code: "config.engine_missing",
  });
  await assert.rejects(loadEngine({ weights: { path: join(dir, "none") } }), { code: "config.weights_missing" });
  await assert.rejects(loadEngine({ weights: { path: weights, sha256: "00" } }), { code: "config.weights_changed" });
  await assert.rejects(loadEngine({ modelsDir: dir }), { code: "config.manifest" });
});

test("takes the model the manifest names, if its hash is right", async () => {
  const sha256 = createHash("sha256")
    .update(await readFile(weights))
    .digest("hex");
  await writeFile(
    join(dir, "manifest.json"),
    JSON.stringify({ default: "toy", models: { toy: { file: "toy.gguf", sha256 } } }),
  );
  const { path } = await fakeEngine("none");
  const engine = await loadEngine({ modelsDir: dir, enginePath: path });
  assert.equal(engine.model.name, "toy");
  await engine.close();
  await assert.rejects(loadEngine({ modelsDir: dir, model: "other", enginePath: path }), { code: "config.manifest" });
});

const CALLS: readonly [fault: Fault, code: string][] = [
  ["exit-in-call", "engine.died"],
  ["huge-frame", "engine.garbage"],
  ["wrong-id", "engine.garbage"],
  ["wrong-type", "engine.garbage"],
  ["short-answer", "engine.garbage"],
  ["short-error", "engine.garbage"],
  ["ignore-calls", "engine.hung"],
];

for (const [fault, code] of CALLS) {
  test(`fails a call with a retryable ${code} when the engine does this: ${fault}`, () =>
    using(fault, { hangTimeoutMs: 300 }, async (engine) => {
      const error: unknown = await ask(engine).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.equal((error as { code?: string }).code, code);
      assert.ok(isRetryable(error));
    }));
}

test("fails every request in flight when the engine dies, and answers the next on a new life", () =>
  using("exit-in-first-call", {}, async (engine, frames) => {
    const results = await Promise.allSettled([ask(engine), engine.tokenize("x"), engine.stats()]);
    const codes = results
      .filter((result) => result.status === "rejected")
      .map(({ reason }) => (reason as { code: string }).code);
    assert.ok(codes.length >= 1 && codes.every((code) => code === "engine.died"), String(codes));
    assert.deepEqual(((await ask(engine)) as { calls: unknown[] }).calls, []);
    assert.equal(engine.restarts, 1);
    assert.deepEqual((await frames()).slice(-4), ["life", "1", "2", "3"]);
  }));

test("registers again and repeats once when the engine forgot", () =>
  using("forget-once", {}, async (engine, frames) => {
    await ask(engine);
    assert.deepEqual(await frames(), ["life", "1", "2", "3", "1", "2", "3"]);
  }));

test("says that the blocks are too many when the engine forgets them as fast as it is told", () =>
  using("forget-always", {}, async (engine) => assert.rejects(ask(engine), { code: "request.too_many_blocks" })));

test("cancels a call when its signal aborts, at once or before it was sent", () =>
  using("ignore-calls", {}, async (engine, frames) => {
    const controller = new AbortController();
    const call = ask(engine, { signal: controller.signal });
    while (!(await frames()).includes("3")) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await assert.rejects(call, { code: "request.cancelled" });
    await assert.rejects(ask(engine, { signal: AbortSignal.abort() }), { code: "request.cancelled" });
    await engine.stats();
    assert.deepEqual((await frames()).slice(-3), ["3", "4", "5"]);
  }));

test("gives up at the deadline and tells the engine", () =>
  using("ignore-calls", {}, async (engine, frames) => {
    await assert.rejects(ask(engine, { deadlineMs: 150 }), { code: "request.deadline" });
    await engine.stats();
    assert.ok((await frames()).includes("4"));
  }));

test("refuses more requests than may wait", () =>
  using("ignore-calls", { maxQueue: 3 }, async (engine) => {
    const waiting = [1, 2, 3].map(() =>
      ask(engine, { deadlineMs: 400 }).catch((error: unknown) => (error as { code: string }).code),
    );
    await assert.rejects(ask(engine), { code: "request.busy" });
    assert.deepEqual(await Promise.all(waiting), Array(3).fill("request.deadline"));
  }));

test("fails what waits when it is closed, and everything after", async () => {
  const { engine } = await load("ignore-all");
  const call = assert.rejects(ask(engine), { code: "engine.closed" });
  await new Promise((resolve) => setImmediate(resolve));
  await engine.close();
  await call;
  await assert.rejects(ask(engine), { code: "engine.closed" });
  await engine.close();
});

test("lets a request wait for the engine's return only as long as it may", () =>
  using("exit-after-ready", {}, async (engine) => {
    const code = (error: unknown): string => (error as { code: string }).code;
    const codes = [
      await ask(engine, { deadlineMs: 700 }).catch(code),
      await ask(engine, { deadlineMs: 300 }).catch(code),
    ];
    assert.ok(
      codes.every((one) => one === "engine.died" || one === "engine.unavailable"),
      String(codes),
    );
    assert.ok(engine.restarts < 6);
  }));
