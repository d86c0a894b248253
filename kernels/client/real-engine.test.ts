import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Catalogue } from "./catalogue.ts";
import type { Engine } from "./engine.ts";
import { codeOf } from "./errors.ts";
import { loadEngine } from "./load.ts";
import { Random, randomText, randomTools } from "./random-schema.ts";
import { readFixture, seeded, writeToyModel } from "./toy-model.ts";

const ENGINE = fileURLToPath(new URL("../build/needle-engine", import.meta.url));
const TOOLS = [
  {
    name: "lamp_on",
    description: "Turn on the lamp",
    parameters: { properties: { room: { type: "string" }, level: { type: "integer" } } },
  },
];

/** Runs with the C engine on random weights; skips where it is not built. */
async function withEngine(t: TestContext, use: (engine: Engine) => Promise<void>): Promise<void> {
  if (!existsSync(ENGINE)) return t.skip("kernels/build/needle-engine is not built: npm run build:engine");
  const dir = await mkdtemp(join(tmpdir(), "needled-real-"));
  const path = join(dir, "toy.gguf");
  await writeToyModel(path);
  const engine = await loadEngine({ weights: { path } });
  try {
    await use(engine);
  } finally {
    await engine.close();
    await rm(dir, { recursive: true });
  }
}

test("tokenizes in C as in TypeScript and SentencePiece", (t) =>
  withEngine(t, async (engine) => {
    for (const [text, ids] of readFixture().cases)
      assert.deepEqual(await engine.tokenize(text), ids, JSON.stringify(text));
  }));

test("answers every question on random tools with valid calls, a refusal or a typed error", (t) =>
  withEngine(t, async (engine) => {
    const outcomes = new Map<string, number>();
    const note = (outcome: string): unknown => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    for (let seed = 0; seed < 300; seed++) await askRandom(engine, new Random(seeded(seed)), note);
    t.diagnostic(JSON.stringify(Object.fromEntries(outcomes)));
    assert.ok((outcomes.get("call") ?? 0) + (outcomes.get("refusal") ?? 0) > 0);
  }));

/** Form is the grammar's promise; ranges and the like are not, so only findings about form are failures. */
const NOT_MASKED = new Set(["minimum", "maximum", "multipleOf", "uniqueItems"]);

// The program has no node for "any object", so a free-form object may come as any JSON.
const FREE_OBJECT = "must be object";

async function askRandom(engine: Engine, random: Random, note: (outcome: string) => unknown): Promise<void> {
  const tools = randomTools(random, 6);
  const query = randomText(random);
  try {
    const catalogue = await Catalogue.create(engine, { tools, lexicon: [randomText(random)] });
    const { calls } = await catalogue.ask(query);
    note(calls.length > 0 ? "call" : "refusal");
    for (const { findings } of calls) {
      const isFree = findings.some(({ message }) => message === FREE_OBJECT);
      const faults = isFree ? [] : findings.filter(({ keyword }) => !NOT_MASKED.has(keyword));
      assert.deepEqual(faults, [], `${JSON.stringify(calls)} for ${JSON.stringify(tools)}`);
    }
  } catch (error) {
    if (
      !["request.block_too_long", "request.empty_query", "model.answer_too_long", "model.no_way_out"].includes(
        codeOf(error),
      )
    )
      throw error;
    note(codeOf(error));
  }
}

test("gives the same answer again, and with the tools in another order", (t) =>
  withEngine(t, async (engine) => {
    const tools = [
      ...TOOLS,
      { name: "door", description: "Open the door" },
      { name: "song", description: "Play a song" },
    ];
    const one = await (await Catalogue.create(engine, { tools })).ask("turn on the lamp");
    const other = await (await Catalogue.create(engine, { tools: [...tools].reverse() })).ask("turn on the lamp");
    assert.deepEqual(other.calls, one.calls);
    assert.deepEqual(other.refusal, one.refusal);
  }));

test("survives kill -9 in the middle of calls: nothing hangs, nothing is lost in silence, the next call works", (t) =>
  withEngine(t, async (engine) => {
    const catalogue = await Catalogue.create(engine, { tools: TOOLS });
    const first = await catalogue.ask("turn on the lamp");
    const KILLS = 5;
    for (let kill = 1; kill <= KILLS; kill++) {
      const calls = Array.from({ length: 20 }, () => catalogue.ask("turn on the lamp"));
      process.kill(Number(engine.ready.pid), "SIGKILL");
      for (const result of await Promise.allSettled(calls)) {
        if (result.status === "rejected") assert.equal(codeOf(result.reason), "engine.died");
        else assert.deepEqual(result.value.calls, first.calls);
      }
      assert.deepEqual((await catalogue.ask("turn on the lamp")).calls, first.calls);
      assert.equal(engine.restarts, kill);
    }
  }));

test("takes a stopped engine for hung", async (t) => {
  if (!existsSync(ENGINE)) return t.skip("kernels/build/needle-engine is not built: npm run build:engine");
  const dir = await mkdtemp(join(tmpdir(), "needled-stop-"));
  const path = join(dir, "toy.gguf");
  await writeToyModel(path);
  const engine = await loadEngine({ weights: { path }, hangTimeoutMs: 300 });
  process.kill(Number(engine.ready.pid), "SIGSTOP");
  await assert.rejects(engine.stats(), { code: "engine.hung" });
  assert.ok("rss_kb" in (await engine.stats()));
  await engine.close();
  await rm(dir, { recursive: true });
});

test("refuses what the engine refuses, with the engine's reason", (t) =>
  withEngine(t, async (engine) => {
    const catalogue = await Catalogue.create(engine, { tools: TOOLS });
    await assert.rejects(catalogue.ask("lamp ".repeat(2000)), { code: "request.query_too_long" });
    await assert.rejects(engine.register("t\u001f".concat("word ".repeat(500)), "tool"), {
      code: "request.block_too_long",
    });
    await assert.rejects(engine.masks({ program: { bytes: Uint8Array.of(1, 2) }, tools: [], query: "x", ids: [] }), {
      code: "internal.status",
    });
  }));
