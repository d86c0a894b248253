import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompiledTool, Program } from "./program.ts";
import { compileProgram, KIND } from "./program.ts";
import type { Schema } from "./schema.ts";

function compile(properties: object, more: object = {}): Program {
  return compileProgram([{ name: "t", description: "d", parameters: { type: "object", properties, ...more } }]);
}

function toolOf(properties: object, more: object = {}): CompiledTool {
  return compile(properties, more).tools[0] as CompiledTool;
}

test("leaves out what no answer can write, and knows what it then is", () => {
  const properties = {
    n: { type: "null" },
    e: { enum: [null] },
    c: { const: "" },
    z: { type: "array", maxItems: 0 },
    never: false,
    s: { type: "string" },
  };
  const tool = toolOf(properties, { required: Object.keys(properties) });
  assert.deepEqual(
    tool.props.map(({ key }) => key),
    ["s"],
  );
  assert.deepEqual(Object.fromEntries(tool.fills), { n: null, e: null, c: "", z: [] });
});

test("lets required parameters that may be null or empty be left out", () => {
  const properties = {
    a: { type: ["string", "null"] },
    b: { anyOf: [{ type: "integer" }, { type: "null" }] },
    c: { type: "array", items: {} },
    d: { type: "string" },
  };
  const tool = toolOf(properties, { required: ["a", "b", "c", "d", "unknown"] });
  assert.deepEqual(
    tool.props.map(({ required }) => required),
    [false, false, false, true],
  );
  assert.deepEqual(Object.fromEntries(tool.fills), { a: null, b: null, c: [] });
});

test("keeps parameters called like keywords or like members of objects", () => {
  const keys = [
    "type",
    "name",
    "enum",
    "required",
    "$ref",
    "constructor",
    "toString",
    "properties",
    "a.b",
    "ключ 東京",
    "",
  ];
  const properties = JSON.parse(
    `{"__proto__": {"type": "integer"}, ${keys.map((key) => `${JSON.stringify(key)}: {"type": "string"}`).join(",")}}`,
  );
  const tool = toolOf(properties, { required: ["constructor"] });
  assert.deepEqual(
    tool.props.map(({ key }) => key),
    ["__proto__", ...keys],
  );
  assert.equal(tool.props[0]?.kind, KIND.integer);
  assert.deepEqual(
    tool.props.filter(({ required }) => required).map(({ key }) => key),
    ["constructor"],
  );
});

test("tells tools and keys apart that look alike after cleaning, and remembers their own names", () => {
  const parameters = { properties: { "a\tb": {}, "a b": {} } };
  const { tools } = compileProgram([{ name: "x", parameters }, { name: " x" }]);
  assert.deepEqual(
    tools.map(({ name, shownName }) => [name, shownName]),
    [
      ["x", "x"],
      [" x", "x_2"],
    ],
  );
  assert.deepEqual(
    tools[0]?.props.map(({ key, shownKey }) => [key, shownKey]),
    [
      ["a\tb", "a b"],
      ["a b", "a b_2"],
    ],
  );
});

test("compiles nested objects with every keyword into nodes", () => {
  const properties = {
    s: { type: "string" },
    i: { type: "integer" },
    n: { type: "number" },
    b: { type: "boolean" },
    z: { type: "null" },
    e: { enum: ['q"', 1, null, { k: [] }] },
    l: { type: "array", items: { type: "integer" }, minItems: 1, maxItems: 2 },
    any: {},
    'ke"y': { type: "string" },
    free: { type: "object" },
    u: { anyOf: [{ type: "null" }, { type: "integer" }] },
  };
  const program = compile({ p: { type: "object", properties, required: ["i"], additionalProperties: false } });
  const root = program.nodes[program.tools[0]?.props[0]?.root ?? -1];
  assert.ok(root?.type === "object" && !root.open);
  const shown = root.members.map(
    ({ key, required, node }) => `${key}${required ? "*" : ""}:${program.nodes[node]?.type}`,
  );
  assert.deepEqual(shown, [
    "s:string",
    "i*:integer",
    "n:number",
    "b:boolean",
    "z:null",
    "e:choice",
    "l:array",
    "any:any",
    'ke"y:string',
    "free:any",
    "u:integer",
  ]);
  const choice = program.nodes.find((node) => node.type === "choice");
  assert.deepEqual(choice?.type === "choice" && choice.literals, ['"q\\""', "1", "null", '{"k":[]}']);
});

test("ends recursive and exploding schemas with any", () => {
  const level = (i: number): object => ({
    type: "object",
    properties: { a: { $ref: `#/$defs/l${i}` }, b: { $ref: `#/$defs/l${i}` } },
  });
  const explode = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`l${i}`, level(i + 1)]));
  const tree = { type: "object", properties: { children: { type: "array", items: { $ref: "#/$defs/tree" } } } };
  const program = compile(
    { t: { $ref: "#/$defs/tree" }, x: { $ref: "#/$defs/l0" }, r: { $ref: "#" } },
    { $defs: { ...explode, tree } },
  );
  assert.ok(program.nodes.length <= 1100);
  program.nodes.forEach((node, i) => {
    if (node.type === "object")
      assert.ok(node.members.every((member) => member.node !== i && member.node < program.nodes.length));
  });
});

test("refuses only what cannot be used, and names the place", () => {
  const refuse = (tool: object, place: RegExp): void =>
    assert.throws(() => compileProgram([{ name: "ok" }, tool as { name: string }]), {
      code: "request.schema",
      message: place,
    });
  refuse({ name: " \t " }, /tools\[1\]\.name/);
  refuse({ name: 5 }, /tools\[1\]\.name/);
  refuse({ name: "t", parameters: "string" }, /t\.parameters/);
  refuse({ name: "t", parameters: { properties: 3 } }, /t\.parameters\.properties/);
  refuse({ name: "t", parameters: { properties: { k: { enum: ["x".repeat(70_000)] } } } }, /t\.k/);
});

test("refuses a program that no frame can carry", () => {
  const parameters = {
    properties: {
      k: { enum: Array.from({ length: 20_000 }, (_, i) => `member ${i} of a long list of members with long names`) },
    },
  };
  assert.throws(
    () =>
      compileProgram([
        { name: "t", parameters },
        { name: "u", parameters },
      ]),
    { code: "request.program_too_large" },
  );
});

test("writes the bytes of protocol section 2", () => {
  const schema: Schema = {
    properties: { k: { enum: ["a"] }, o: { type: "object", properties: { x: { type: "null" } }, required: ["x"] } },
    required: ["k"],
  };
  const { bytes } = compileProgram([{ name: "t", parameters: schema }], ["lamp", " lamp "]);
  const hex = [
    Buffer.from("NKP1").toString("hex"),
    "0100",
    "0100",
    "74",
    "0200",
    "0100",
    "6b",
    "01",
    "04",
    "00",
    "0000",
    "0000",
    "0000",
    "0100",
    "0100",
    "61",
    "0100",
    "6f",
    "00",
    "05",
    "00",
    "0000",
    "0000",
    "0000",
    "0100",
    "01000000",
    "0400",
    Buffer.from("lamp").toString("hex"),
    "0200",
    "07",
    "01",
    "0100",
    "0100",
    "78",
    "01",
    "0000",
    "01",
  ];
  assert.equal(Buffer.from(bytes).toString("hex"), hex.join(""));
});
