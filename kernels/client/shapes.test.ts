import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompiledProp } from "./program.ts";
import { compileProgram, EVIDENCE, KIND } from "./program.ts";

function propOf(schema: unknown, more: object = {}): CompiledProp {
  const { tools } = compileProgram([{ name: "t", parameters: { type: "object", properties: { p: schema }, ...more } }]);
  return tools[0]?.props[0] as CompiledProp;
}

type Expected = Partial<CompiledProp>;

const SHAPES: readonly [schema: unknown, expected: Expected][] = [
  [{ type: "string" }, { kind: KIND.string, evidence: EVIDENCE.soft, list: false, loose: false }],
  [
    { type: "string", "x-needled-evidence": "hard" },
    { kind: KIND.string, evidence: EVIDENCE.hard },
  ],
  [
    { type: "string", "x-needled-evidence": "none" },
    { kind: KIND.string, evidence: EVIDENCE.none },
  ],
  [{ type: "string", "x-needled-entity": "device" }, { kind: KIND.entity }],
  [{ type: "string", format: "date", pattern: "x", minLength: 3, maxLength: 4 }, { kind: KIND.string }],
  [{ type: "integer", minimum: 1, maximum: 2, multipleOf: 5 }, { kind: KIND.integer }],
  [{ type: "number", exclusiveMinimum: 0 }, { kind: KIND.number }],
  [{ type: "boolean" }, { kind: KIND.choice, members: ["true", "false"], memberValues: [true, false] }],
  [
    { enum: ["a", 1, 1.5, true] },
    { kind: KIND.choice, members: ["a", "1", "1.5", "true"], memberValues: ["a", 1, 1.5, true] },
  ],
  [{ enum: ["1", 1, "a ", "a", "", null] }, { members: ["1", "a"], memberValues: ["1", "a "] }],
  [
    { type: "integer", enum: [3, 4] },
    { kind: KIND.choice, memberValues: [3, 4] },
  ],
  [{ const: "only" }, { kind: KIND.choice, members: ["only"] }],
  [{ oneOf: [{ const: "a", title: "A" }, { const: "b" }] }, { kind: KIND.choice, members: ["a", "b"] }],
  [
    { type: "string", anyOf: [{ enum: ["a"] }, { enum: ["b"] }] },
    { kind: KIND.choice, members: ["a", "b"] },
  ],
  [{ anyOf: [{ type: "null" }, { type: "integer" }] }, { kind: KIND.integer }],
  [{ anyOf: [{ type: "string" }, { type: "integer" }] }, { kind: KIND.string, loose: false }],
  [{ allOf: [{ type: "integer" }, { minimum: 3 }] }, { kind: KIND.integer }],
  [
    { allOf: [{ $ref: "#/$defs/color" }], default: "red" },
    { kind: KIND.choice, members: ["red", "blue"] },
  ],
  [{ $ref: "#/$defs/color" }, { kind: KIND.choice, members: ["red", "blue"] }],
  [{ $ref: "#/$defs/loop" }, { kind: KIND.string, loose: true }],
  [{ $ref: "#/nowhere" }, { kind: KIND.string, loose: true }],
  [{ type: ["null", "number"] }, { kind: KIND.number }],
  [{ type: ["integer", "string"] }, { kind: KIND.integer }],
  [{ type: "integer", nullable: true }, { kind: KIND.integer }],
  [{ description: "no type" }, { kind: KIND.string, loose: true }],
  [{ type: "float" }, { kind: KIND.string, loose: true }],
  [true, { kind: KIND.string, loose: true }],
  ["nonsense", { kind: KIND.string, loose: true }],
  [
    { type: "array", items: { type: "integer" }, minItems: 1, maxItems: 3 },
    { kind: KIND.integer, list: true, minItems: 1, maxItems: 3 },
  ],
  [
    { type: "array", items: { enum: ["x", "y"] } },
    { kind: KIND.choice, list: true, maxItems: 0 },
  ],
  [{ type: "array" }, { kind: KIND.string, list: true, loose: true }],
  [{ items: { type: "number" } }, { kind: KIND.number, list: true }],
  [
    { type: "array", items: { type: "string" }, minItems: 5, maxItems: 2 },
    { list: true, minItems: 5, maxItems: 0 },
  ],
  [
    { type: "array", items: { type: "array", items: { type: "string" } } },
    { kind: KIND.json, list: false },
  ],
  [
    { type: "array", items: { type: "object" } },
    { kind: KIND.json, list: false },
  ],
  [{ type: "array", prefixItems: [{ type: "string" }] }, { kind: KIND.json }],
  [{ type: "object", properties: { a: {} } }, { kind: KIND.json }],
  [{ properties: { a: {} } }, { kind: KIND.json }],
  [{ type: "object" }, { kind: KIND.json }],
  [{ enum: [{ a: 1 }, [2], "s"] }, { kind: KIND.json }],
  [{ not: { type: "string" }, if: {}, dependentRequired: {}, "x-made-up": 1, type: "string" }, { kind: KIND.string }],
];

const $defs = { color: { enum: ["red", "blue"] }, loop: { $ref: "#/$defs/loop" } };

for (const [schema, expected] of SHAPES) {
  test(`compiles ${JSON.stringify(schema)}`, () => {
    const prop = propOf(schema, { $defs });
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(prop[key as keyof CompiledProp], value, key);
  });
}
