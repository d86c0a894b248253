import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompiledTool } from "./program.ts";
import { compileProgram } from "./program.ts";
import { readArguments } from "./values.ts";

function read(properties: object, texts: Record<string, string | string[]>, required: string[] = []): unknown {
  const tool = compileProgram([{ name: "t", parameters: { properties, required } }]).tools[0] as CompiledTool;
  const raw = Object.entries(texts).map(([key, text]) => ({
    prop: tool.props.findIndex((prop) => prop.key === key),
    values: [text].flat(),
  }));
  return readArguments(tool, raw);
}

test("types values by their schema", () => {
  const properties = {
    i: { type: "integer" },
    n: { type: "number" },
    b: { type: "boolean" },
    e: { enum: [1, "two", 2.5] },
    s: { type: "string" },
  };
  assert.deepEqual(read(properties, { i: "-12", n: "21.50", b: "false", e: "2.5", s: "5" }), {
    i: -12,
    n: 21.5,
    b: false,
    e: 2.5,
    s: "5",
  });
  assert.ok(Object.is((read(properties, { i: "-0" }) as { i: number }).i, 0));
});

test("makes lists of repeated values, also of one", () => {
  const properties = {
    l: { type: "array", items: { type: "integer" } },
    m: { type: "array", items: { enum: [true, "x"] } },
  };
  assert.deepEqual(read(properties, { l: ["1"], m: ["x", "true"] }), { l: [1], m: ["x", true] });
});

test("parses JSON text", () => {
  const properties = { o: { type: "object", properties: { a: { type: "integer" } } } };
  assert.deepEqual(read(properties, { o: '{"a":1}' }), { o: { a: 1 } });
  assert.deepEqual(read({ e: { enum: [null, [1]] } }, { e: "null" }), { e: null });
});

test("reads untyped text for what it looks like", () => {
  const properties = { a: {}, b: {}, c: {}, d: {}, e: {} };
  assert.deepEqual(read(properties, { a: "5", b: "true", c: "[1,2]", d: "[oops", e: "007" }), {
    a: 5,
    b: true,
    c: [1, 2],
    d: "[oops",
    e: "007",
  });
});

test("fills in required parameters that only null or nothing could stand for", () => {
  const properties = { a: { type: ["string", "null"] }, l: { type: "array", items: {} }, s: { type: "string" } };
  assert.deepEqual(read(properties, { s: "x" }, ["a", "l", "s"]), { s: "x", a: null, l: [] });
});

test("keeps a parameter called __proto__ an ordinary key", () => {
  const properties = JSON.parse('{"__proto__": {"type": "integer"}, "constructor": {"type": "string"}}');
  const args = read(properties, { constructor: "c" }) as object;
  assert.equal(Object.getPrototypeOf(args), Object.prototype);
  const both = compileProgram([{ name: "t", parameters: { properties } }]).tools[0] as CompiledTool;
  const own = readArguments(both, [{ prop: 0, values: ["7"] }]);
  assert.deepEqual(Object.entries(own), [["__proto__", 7]]);
});

test("knows a choice's member with U+2581, which ids give back as a space", () => {
  assert.deepEqual(read({ e: { enum: ["\u2581", "a\u2581b"] } }, { e: "a b" }), { e: "a\u2581b" });
  assert.deepEqual(read({ e: { enum: ["\u2581", "a\u2581b"] } }, { e: "" }), { e: "\u2581" });
});
