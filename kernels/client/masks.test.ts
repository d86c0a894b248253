import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Engine } from "./engine.ts";
import type { Grammar, Step } from "./executor.ts";
import { beginAnswer } from "./executor.ts";
import { loadEngine } from "./load.ts";
import { compileProgram } from "./program.ts";
import { Random, randomText, randomTools } from "./random-schema.ts";
import { seeded, writeToyModel } from "./toy-model.ts";

const ENGINE = fileURLToPath(new URL("../build/needle-engine", import.meta.url));
const SEED = Number(process.env.MASKS_SEED ?? 1);
const COUNT = Number(process.env.MASKS_COUNT ?? 1000);
const STEPS = 60;
const MARKS = new Set([...'{}[]",:\\ 0.-'].map((mark) => 16 + mark.charCodeAt(0)));

test(`allows the same ids as the C grammar on ${COUNT} random programs`, { timeout: 600_000 }, async (t) => {
  if (!existsSync(ENGINE)) return t.skip("kernels/build/needle-engine is not built: npm run build:engine");
  const dir = await mkdtemp(join(tmpdir(), "needled-masks-"));
  const weights = join(dir, "toy.gguf");
  await writeToyModel(weights);
  const engine = await loadEngine({ weights: { path: weights } });
  try {
    let rows = 0;
    for (let i = 0; i < COUNT; i++) rows += await compareOne(engine, SEED * 100_000 + i);
    t.diagnostic(`${rows} masks compared`);
  } finally {
    await engine.close();
    await rm(dir, { recursive: true });
  }
});

async function compareOne(engine: Engine, seed: number): Promise<number> {
  const random = new Random(seeded(seed));
  const tools = randomTools(random, 5);
  const lexicon = Array.from({ length: random.below(4) }, () => randomText(random));
  const program = compileProgram(tools, lexicon);
  const inPlay = tools.map((_, index) => index).filter((index) => index === 0 || random.chance(0.7));
  const { tokenizer } = engine.model;
  const asked = randomText(random);
  const query = tokenizer.encode(asked).length > 0 ? asked : "lamp";
  const grammar: Grammar = { program, tokenizer, inPlay, query };
  const { ids, rows } = randomAnswer(grammar, random);
  const masks = await engine.masks({ program: { bytes: program.bytes }, tools: inPlay, query, ids });
  const where = `seed ${seed}, ids ${ids.join(",")}, query ${JSON.stringify(query)}, tools ${JSON.stringify(tools)}, lexicon ${JSON.stringify(lexicon)}`;
  for (const [step, row] of rows.entries()) {
    const mask = masks[step];
    if (mask !== undefined)
      assert.deepEqual(
        idsIn(mask),
        [...row].sort((a, b) => a - b),
        `step ${step}: ${where}`,
      );
  }
  assert.equal(masks.length, rows.length, `rows: ${where}`);
  return rows.length;
}

/** A walk along legal ids, often towards an end of the value; the last id may be illegal. */
function randomAnswer(grammar: Grammar, random: Random): { ids: number[]; rows: ReadonlySet<number>[] } {
  const ids: number[] = [];
  const rows: ReadonlySet<number>[] = [];
  for (let step: Step | undefined = beginAnswer(grammar); step !== undefined; ) {
    rows.push(step.legal);
    if (step.legal.size === 0 || ids.length >= STEPS) break;
    const isWild = random.chance(0.01);
    const id = isWild ? random.below(grammar.tokenizer.size) : pickId([...step.legal], ids.length, random);
    ids.push(id);
    step = step.take(id);
  }
  return { ids, rows };
}

function pickId(legal: readonly number[], step: number, random: Random): number {
  const controls = legal.filter((id) => id < 16 && (id !== 1 || step > 12));
  if (controls.length > 0 && random.chance(step === 0 ? 1 : 0.4)) return random.pick(controls);
  const texts = legal.filter((id) => id >= 16);
  // JSON is mostly its marks; picking evenly would rarely leave the first string.
  const marks = random.chance(0.3) ? texts.filter((id) => MARKS.has(id)) : [];
  return random.pick(marks.length > 0 ? marks : texts.length > 0 ? texts : legal);
}

function idsIn(mask: Uint8Array): number[] {
  return Array.from({ length: mask.length * 8 }, (_, id) => id).filter(
    (id) => (((mask[id >> 3] ?? 0) >> (id & 7)) & 1) === 1,
  );
}
