import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { codeOf } from "./errors.ts";
import { readGguf } from "./gguf.ts";
import type { Fact } from "./render.ts";
import { renderFact, renderTool } from "./render.ts";
import type { Tool } from "./schema.ts";
import { numberText, uniqueNames } from "./text.ts";
import { readVocabulary, Tokenizer } from "./tokenizer.ts";

const VECTORS = fileURLToPath(new URL("../../test/vectors/render.jsonl", import.meta.url));
const GOLDEN = fileURLToPath(new URL("../../test/vectors/golden", import.meta.url));

const words = (segment: string): number => segment.split(" ").filter((word) => word !== "").length;
const typeOf = (schema: unknown, more: object = {}): string => {
  const tool = { name: "t", parameters: { type: "object", properties: { p: schema }, ...more } };
  return renderTool(tool, 1000, words).text.split("\u001fp").at(-1)?.split("\u001f").at(-1) ?? "";
};

interface Vector {
  readonly kind: "tool" | "fact";
  readonly tool?: Tool;
  readonly fact?: Fact;
  readonly limit: number;
  readonly text: string | null;
  readonly cuts?: readonly string[];
}

test("writes what the Python twin writes", async () => {
  const model = readdirSync(GOLDEN).find((name) => name.endsWith(".gguf"));
  const file = await open(`${GOLDEN}/${model}`);
  const tokenizer = new Tokenizer(readVocabulary(await readGguf(file)));
  await file.close();
  const count = (segment: string): number => tokenizer.encode(segment).length;
  for (const line of readFileSync(VECTORS, "utf8").trim().split("\n")) {
    const vector = JSON.parse(line) as Vector;
    const rendered = renderVector(vector, count);
    assert.equal(rendered?.text ?? null, vector.text, line);
    if (vector.cuts !== undefined) assert.deepEqual(rendered?.cuts, vector.cuts, line);
  }
});

function renderVector(
  { tool, fact, limit }: Vector,
  count: (segment: string) => number,
): ReturnType<typeof renderTool> | undefined {
  try {
    return fact === undefined ? renderTool(tool as Tool, limit, count) : renderFact(fact, limit, count);
  } catch (error) {
    if (codeOf(error) !== "request.block_too_long") throw error;
    return undefined;
  }
}

const TYPES: readonly [schema: unknown, type: string][] = [
  [{ const: "a" }, "a"],
  [{ enum: ["low", 2, 2.5, true, null] }, "low | 2 | 2.5 | true | null"],
  [{ type: "string", enum: ["a  b"] }, "a b"],
  [{ enum: [["x"]] }, "any"],
  [{ anyOf: [{ const: "a" }, { enum: ["b", 3] }, { type: "null" }] }, "a | b | 3"],
  [{ type: "array", items: { type: "string" } }, "list of string"],
  [{ type: "array", items: { type: "array", items: { enum: [1, 2] } } }, "list of list of 1 | 2"],
  [{ type: "array" }, "list"],
  [{ type: "boolean" }, "true | false"],
  [{ type: "string", "x-needled-entity": "device", format: "date" }, "entity"],
  [{ type: "string", format: "date-time" }, "string (date-time)"],
  [{ type: "string" }, "string"],
  [{ type: "integer", minimum: 0, maximum: 100 }, "int 0-100"],
  [{ type: "number", minimum: -1.5, maximum: 1e-7 }, "num -1.5-0.0000001"],
  [{ type: "integer", minimum: 0 }, "int"],
  [{ type: "object", properties: { a: { type: "string" }, b: { type: "integer" } } }, "{a: string, b: int}"],
  [{ type: "object" }, "any"],
  [{ type: ["null", "integer"], minimum: 1, maximum: 2 }, "int 1-2"],
  [{ anyOf: [{ type: "null" }, { type: "number" }, { type: "string" }] }, "num"],
  [{ oneOf: [{ type: "string" }, { type: "integer" }] }, "string"],
  [{ description: "untyped" }, "any = untyped"],
  [{ allOf: [{ type: "string" }] }, "any"],
  [true, "any"],
];

for (const [schema, type] of TYPES) {
  test(`shows ${JSON.stringify(schema)} as ${type}`, () => assert.equal(typeOf(schema), type));
}

test("follows references and ends circles with any", () => {
  const $defs = {
    size: { enum: ["s", "l"] },
    tree: { type: "object", properties: { left: { $ref: "#/$defs/tree" } } },
    "a/b": { type: "integer" },
  };
  assert.equal(typeOf({ $ref: "#/$defs/size" }, { $defs }), "s | l");
  assert.equal(typeOf({ $ref: "#/$defs/tree" }, { $defs }), "{left: any}");
  assert.equal(typeOf({ $ref: "#/$defs/a~1b" }, { $defs }), "int");
  assert.equal(typeOf({ $ref: "#/$defs/none" }, { $defs }), "any");
  assert.equal(typeOf({ $ref: "https://elsewhere" }, { $defs }), "any");
});

test("ends references that multiply without a circle", () => {
  const level = (i: number): object => ({
    type: "object",
    properties: { a: { $ref: `#/$defs/l${i}` }, b: { $ref: `#/$defs/l${i}` } },
  });
  const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`l${i}`, level(i + 1)]));
  assert.throws(() => typeOf({ $ref: "#/$defs/l0" }, { $defs }), { code: "request.block_too_long" });
});

test("marks required parameters and keeps their order, whatever their names", () => {
  const keys = ["type", "name", "enum", "required", "$ref", "constructor", "a.b", "ключ", ""];
  const properties = JSON.parse(
    `{${keys.map((key) => `${JSON.stringify(key)}: {"type": "string"}`).join(",")}, "__proto__": {"type": "integer"}}`,
  );
  const { text } = renderTool(
    { name: "t", parameters: { type: "object", properties, required: ["enum"] } },
    1000,
    words,
  );
  const shown = text
    .split("\u001e")
    .slice(1)
    .map((part) => part.replace("\u001f", "="));
  assert.deepEqual(shown, [
    "type=string",
    "name=string",
    "enum=* string",
    "required=string",
    "$ref=string",
    "constructor=string",
    "a.b=string",
    "ключ=string",
    "_=string",
    "__proto__=int",
  ]);
});

test("lets no text forge a marker", () => {
  const tool = {
    name: "a\u001fb",
    description: "x\u001ey\n\tz\u007f",
    parameters: { properties: { "k\u001e": { description: "\u001f" } } },
  };
  assert.equal(renderTool(tool, 1000, words).text, "a b\u001fx y z\u001ek\u001fany");
});

const LONG: Tool = {
  name: "t",
  description: "one two three four",
  parameters: {
    properties: { a: { type: "string", description: "d e" }, b: { type: "string", description: "f g h" } },
  },
};

test("cuts parameter descriptions from the last to the first, then the tool's own from its end", () => {
  const cut = (limit: number): [string, readonly string[]] => {
    const { text, cuts } = renderTool(LONG, limit, words);
    return [text.replaceAll("\u001e", "|").replaceAll("\u001f", "|"), cuts];
  };
  assert.deepEqual(cut(22), ["t|one two three four|a|string = d e|b|string = f g h", []]);
  assert.deepEqual(cut(21), ["t|one two three four|a|string = d e|b|string", ["parameter b"]]);
  assert.deepEqual(cut(15), ["t|one two three four|a|string|b|string", ["parameter b", "parameter a"]]);
  assert.deepEqual(cut(13), ["t|one two|a|string|b|string", ["parameter b", "parameter a", "description"]]);
  assert.deepEqual(cut(11)[0], "t||a|string|b|string");
});

test("refuses a block whose names and types alone are too long", () => {
  assert.throws(() => renderTool(LONG, 10, words), { code: "request.block_too_long" });
});

test("cuts only a fact's main text", () => {
  const fact = { name: "lamp", text: "a b c", fields: { room: "hall", kind: "light" } };
  assert.equal(renderFact(fact, 100, words).text, "lamp\u001fa b c\u001eroom\u001fhall\u001ekind\u001flight");
  assert.deepEqual(renderFact(fact, 12, words), {
    text: "lamp\u001fa\u001eroom\u001fhall\u001ekind\u001flight",
    tokens: 12,
    cuts: ["description"],
  });
});

test("refuses parameters that are no schema, naming the place", () => {
  const refused = { code: "request.schema", message: /t\.parameters/ };
  for (const parameters of [[], "x", 1, { properties: [] }, { properties: "x" }]) {
    assert.throws(() => renderTool({ name: "t", parameters }, 99, words), refused);
  }
});

test("writes numbers without exponents and with the shortest decimals", () => {
  const cases = [0, -0, 1, 1.5, 1e-7, 1.25e-10, 1e14, 123456789012345, -2.5e-9];
  assert.deepEqual(cases.map(numberText), [
    "0",
    "0",
    "1",
    "1.5",
    "0.0000001",
    "0.000000000125",
    "100000000000000",
    "123456789012345",
    "-0.0000000025",
  ]);
});

test("tells names apart that look alike after cleaning", () => {
  assert.deepEqual(uniqueNames(["a", "a ", "a_2", "a\t", "", " "]), ["a", "a_3", "a_2", "a_4", "_", "__2"]);
});
