import assert from "node:assert/strict";
import { test } from "node:test";
import { makeValidator } from "./validate.ts";
import type { Json } from "./values.ts";

function check(schema: object, value: Json, more: object = {}): string {
  const findings = makeValidator({ name: "t", parameters: { type: "object", properties: { p: schema }, ...more } })({
    p: value,
  });
  return findings.map(({ code, key, keyword }) => `${code} ${key} ${keyword}`).join("; ");
}

const CASES: readonly [schema: object, value: Json, finding: string][] = [
  [{ type: "integer", minimum: 0, maximum: 100 }, 50, ""],
  [{ type: "integer", minimum: 0, maximum: 100 }, 500, "out_of_range p maximum"],
  [{ type: "integer", minimum: 10 }, 5, "out_of_range p minimum"],
  [{ type: "number", exclusiveMaximum: 1 }, 1, "out_of_range p exclusiveMaximum"],
  [{ type: "number", minimum: 1, exclusiveMinimum: true }, 1, "out_of_range p exclusiveMinimum"],
  [{ type: "number", multipleOf: 0.5 }, 21.3, "out_of_range p multipleOf"],
  [{ type: "array", items: { type: "integer", maximum: 3 } }, [1, 9], "out_of_range p maximum"],
  [{ type: "string", maxLength: 2 }, "abc", "invalid_arguments p maxLength"],
  [{ type: "string", pattern: "^a" }, "b", "invalid_arguments p pattern"],
  [{ type: "string", pattern: "(" }, "b", ""],
  [{ type: "string", format: "email" }, "x", "invalid_arguments p format"],
  [{ type: "string", format: "date" }, "tomorrow", ""],
  [{ type: "string", format: "made-up" }, "x", ""],
  [{ type: "array", minItems: 2 }, [1], "invalid_arguments p minItems"],
  [{ type: "array", uniqueItems: true }, [1, 1], "invalid_arguments p uniqueItems"],
  [{ type: "array", items: [{ type: "string" }] }, [1], "invalid_arguments p type"],
  [{ enum: ["a", 1] }, "b", "invalid_arguments p enum"],
  [{ type: "integer", nullable: true }, null, ""],
  [{ type: "float" }, 1.5, ""],
  [{ minimum: "0", maxLength: -1, required: true, enum: [], $ref: "#/nowhere", $id: "x", nullable: true }, 1, ""],
  [{ oneOf: [{ type: "integer" }, { type: "number" }] }, 5, ""],
  [{ anyOf: [{ type: "string" }, { type: "integer", maximum: 3 }] }, true, "invalid_arguments p type"],
];

for (const [schema, value, finding] of CASES) {
  test(`finds ${finding || "nothing"} in ${JSON.stringify(value)} for ${JSON.stringify(schema)}`, () => {
    assert.equal(check(schema, value).split("; ")[0], finding);
  });
}

test("names the limit that was passed", () => {
  const validate = makeValidator({ name: "t", parameters: { properties: { level: { maximum: 100 } } } });
  assert.deepEqual(validate({ level: 500 }), [
    { code: "out_of_range", key: "level", keyword: "maximum", message: "must be <= 100", limit: 100 },
  ]);
});

test("finds a missing parameter, but not one that is described nowhere", () => {
  const parameters = {
    type: "object",
    properties: { a: {}, constructor: { type: "string" } },
    required: ["a", "constructor", "ghost"],
  };
  const validate = makeValidator({ name: "t", parameters });
  assert.deepEqual(
    validate({ a: 1 }).map(({ key, keyword }) => [key, keyword]),
    [["constructor", "required"]],
  );
  assert.deepEqual(validate({ a: 1, ...Object.fromEntries([["constructor", "x"]]) }), []);
});

test("follows references, also in circles", () => {
  const tree = { type: "object", properties: { v: { type: "integer", maximum: 3 }, next: { $ref: "#/$defs/tree" } } };
  const $defs = { tree, loop: { $ref: "#/$defs/loop" } };
  assert.equal(check({ $ref: "#/$defs/tree" }, { v: 1, next: { v: 9 } }, { $defs }), "out_of_range p maximum");
  assert.equal(check({ $ref: "#/$defs/loop" }, 1, { $defs }), "");
});
