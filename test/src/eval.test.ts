// `needled eval` keeps its contract: a line for every record, and nothing but the question and its tools decides an answer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { makeScratch, needled, noEngine, noModel, type Ran, root, type Scratch } from "./cli.ts";

interface SetRecord {
  id: unknown;
  source: unknown;
  query: string;
  tools: { name: string }[];
  answers: unknown;
}

interface Line {
  id: unknown;
  query: string;
  answers: { name: string }[];
  raw: unknown[];
  confidence: number;
  ms: number;
  error?: string;
}

const own = readFileSync(join(root, "test/sets/own.jsonl"), "utf8").trimEnd().split("\n");
const records = own.map((line) => JSON.parse(line) as SetRecord);

let scratch: Scratch;
before(async () => {
  scratch = await makeScratch();
});
after(() => scratch.remove());

async function evaluate(
  set: string | Uint8Array,
  more: string[] = [],
  modelsDir?: string,
): Promise<{ ran: Ran; lines: Line[] }> {
  const [path, out] = [join(scratch.folder, "set"), join(scratch.folder, "out.jsonl")];
  await writeFile(path, set);
  const ran = await needled(["eval", path, "--json", "--out", out, ...more], { modelsDir });
  const text = await readFile(out, "utf8").catch(() => "");
  return {
    ran,
    lines: text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line),
  };
}

const withTiny = (set: string | Uint8Array, more: string[] = []): ReturnType<typeof evaluate> => {
  return evaluate(set, more, scratch.modelsDir);
};

/** What must not depend on id, source, gold answers or the order of tools. */
const essence = (lines: Line[]): unknown[] =>
  lines.map(({ query, answers, raw, confidence }) => ({ query, answers, raw, confidence }));

const blanked = records.map((record) => ({
  ...record,
  id: "",
  source: "",
  answers: [],
  tools: [...record.tools].reverse(),
}));
const toText = (rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

test("writes one line per record and metrics as JSON", { skip: noEngine }, async () => {
  const { ran, lines } = await withTiny(own.join("\n"));
  assert.equal(ran.code, 0, ran.stderr);
  assert.deepEqual(
    lines.map((line) => line.id),
    records.map((record) => record.id),
  );
  assert.deepEqual(
    lines.map((line) => line.query),
    records.map((record) => record.query),
  );
  const metrics = JSON.parse(ran.stdout) as Record<string, number | null>;
  assert.equal(metrics.n, records.length);
  assert.equal(metrics.errors, 0, JSON.stringify(lines.filter((line) => line.error)));
  for (const key of [
    "exact",
    "raw_exact",
    "tool_f1",
    "argument_accuracy",
    "refusal_precision",
    "refusal_recall",
    "ece",
  ]) {
    assert.ok(key in metrics, key);
  }
  assert.match(ran.stderr, /14\/14 records, [\d.]+\/s/);
});

test("predicts the same without ids, sources and answers and with the tools shuffled", { skip: noEngine }, async () => {
  const { lines } = await withTiny(own.join("\n"));
  const { lines: blind } = await withTiny(gzipSync(toText(blanked)));
  assert.deepEqual(essence(blind), essence(lines));
  assert.ok(
    lines.some((line) => line.raw.length > 0),
    "a model that never calls would prove nothing",
  );
});

test("predicts the same with the shipped model, blanked and shuffled", { skip: noModel }, async () => {
  const { lines } = await evaluate(own.join("\n"));
  const { lines: blind } = await evaluate(toText(blanked));
  assert.deepEqual(essence(blind), essence(lines));
});

test("predicts the same for a record wherever it stands in the set", { skip: noEngine }, async () => {
  const { lines } = await withTiny(own.join("\n"));
  const { lines: backwards } = await withTiny([...own].reverse().join("\n"));
  assert.deepEqual(essence(backwards.reverse()), essence(lines));
});

const tool = (parameters: unknown): unknown => ({ name: "t", description: "", parameters });
const broken: [string, string][] = [
  ["half a line", '{"query": "x", "to'],
  ["a bare NaN", "NaN"],
  ["a list", "[]"],
  ["no query", '{"tools": []}'],
  ["a query that is no text", '{"query": 5, "tools": []}'],
  ["tools that are no list", '{"query": "x", "tools": {}}'],
  ["a tool without a name", JSON.stringify({ query: "x", tools: [{ description: "d" }] })],
  ["a schema that is no object", JSON.stringify({ query: "x", tools: [tool("string")] })],
  ["properties that are no object", JSON.stringify({ query: "x", tools: [tool({ properties: [1] })] })],
  ["an empty query", JSON.stringify({ query: " ", tools: [tool({})] })],
  ["a query of a megabyte", JSON.stringify({ query: "lamp ".repeat(200_000), tools: [tool({})] })],
];

test("writes a line with an error for every record that cannot be answered", { skip: noEngine }, async () => {
  const good = own[0] ?? "";
  const { ran, lines } = await withTiny([...broken.map(([, line]) => line), good].join("\n"));
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal(lines.length, broken.length + 1);
  broken.forEach(([what], i) => {
    const line = lines[i];
    assert.deepEqual(line?.answers, [], what);
    assert.equal(typeof line?.error, "string", what);
  });
  assert.equal(lines.at(-1)?.error, undefined);
});

test("predicts what can be read of a set that breaks off, and then says so", { skip: noEngine }, async () => {
  const whole = gzipSync(toText(Array.from({ length: 20 }, () => records).flat()));
  const { ran, lines } = await withTiny(whole.subarray(0, whole.length - 20), ["--limit", "1000"]);
  assert.equal(ran.code, 1);
  assert.ok(lines.length > 0);
  assert.match(ran.stderr, /damaged/);
});

test("stops after the limit and leaves an earlier result alone when the set is missing", {
  skip: noEngine,
}, async () => {
  const { lines } = await withTiny(own.join("\n"), ["--limit", "3"]);
  assert.equal(lines.length, 3);
  const out = join(scratch.folder, "out.jsonl");
  const ran = await needled(["eval", "/no/such/set", "--out", out], { modelsDir: scratch.modelsDir });
  assert.equal(ran.code, 2);
  assert.equal((await readFile(out, "utf8")).trimEnd().split("\n").length, 3);
});

test("does not empty a set that is named as its own output", async () => {
  const path = join(scratch.folder, "own-output.jsonl");
  await writeFile(path, `${own[0]}\n`);
  const ran = await needled(["eval", path, "--out", join(scratch.folder, ".", "own-output.jsonl")]);
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /is the set itself/);
  assert.equal(await readFile(path, "utf8"), `${own[0]}\n`);
});
