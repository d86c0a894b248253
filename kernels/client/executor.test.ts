import assert from "node:assert/strict";
import { test } from "node:test";
import { legalIds } from "./executor.ts";
import { compileProgram } from "./program.ts";
import type { Tool } from "./schema.ts";
import { ARG, EOS, TOOL_CALL, VAL } from "./tokenizer.ts";
import { toyTokenizer } from "./toy-model.ts";

const tokenizer = toyTokenizer();

interface Setup {
  readonly tools: readonly Tool[];
  readonly lexicon?: readonly string[];
  readonly query?: string;
  readonly inPlay?: readonly number[];
  readonly maxCalls?: number;
}

/** Ids of an answer written with marks: "<tool_call>name<arg>key<val>value</s>". */
function idsOf(answer: string): number[] {
  const marks: Readonly<Record<string, number>> = { "<tool_call>": TOOL_CALL, "<arg>": ARG, "<val>": VAL, "</s>": EOS };
  return answer
    .split(/(<tool_call>|<arg>|<val>|<\/s>)/)
    .flatMap((part) => (marks[part] === undefined ? tokenizer.encode(part) : [marks[part]]));
}

function rows(setup: Setup, ids: readonly number[]): ReadonlySet<number>[] {
  const { tools, lexicon = [], query = "turn on the Lamp", ...rest } = setup;
  const program = compileProgram(tools, lexicon);
  return legalIds({ program, tokenizer, query, inPlay: tools.map((_, i) => i), ...rest }, ids);
}

function isLegal(setup: Setup, answer: string): boolean {
  const ids = idsOf(answer);
  return rows(setup, ids).length === ids.length + 1;
}

/** The control ids that are legal after an answer's beginning. */
function controls(setup: Setup, answer: string): number[] {
  const ids = idsOf(answer);
  const all = rows(setup, ids);
  assert.equal(all.length, ids.length + 1, `${answer} is not legal`);
  return [...(all.at(-1) ?? [])].filter((id) => id < 16).sort((a, b) => a - b);
}

function withProps(properties: object, required: string[] = []): Setup {
  return { tools: [{ name: "set", parameters: { properties, required } }] };
}

function accepts(schema: object, values: string[], more: Partial<Setup> = {}): string[] {
  return values.filter((value) =>
    isLegal({ ...withProps({ k: schema }), ...more }, `<tool_call>set<arg>k<val>${value}</s>`),
  );
}

test("begins with a call or ends at once, and nothing follows the end", () => {
  assert.deepEqual(controls(withProps({}), ""), [EOS, TOOL_CALL]);
  assert.equal(rows(withProps({}), [EOS]).at(-1)?.size, 0);
});

test("lets only names of tools in play be called, the longer ones too", () => {
  const tools = ["light on", "light on all", "lock"].map((name) => ({ name }));
  assert.ok(isLegal({ tools }, "<tool_call>light on all</s>"));
  assert.ok(isLegal({ tools }, "<tool_call>light on</s>"));
  assert.ok(!isLegal({ tools, inPlay: [0, 1] }, "<tool_call>lock</s>"));
  assert.ok(!isLegal({ tools }, "<tool_call>light</s>"));
});

test("keeps parameters in order, each once, none required left behind", () => {
  const setup = withProps({ a: { type: "string" }, b: { type: "string" }, c: { type: "string" } }, ["b"]);
  assert.deepEqual(controls(setup, "<tool_call>set"), [ARG]);
  assert.ok(isLegal(setup, "<tool_call>set<arg>b<val>x</s>"));
  assert.ok(isLegal(setup, "<tool_call>set<arg>a<val>x<arg>b<val>x<arg>c<val>x</s>"));
  assert.ok(!isLegal(setup, "<tool_call>set<arg>c<val>x"));
  assert.ok(!isLegal(setup, "<tool_call>set<arg>b<val>x<arg>a"));
  assert.ok(!isLegal(setup, "<tool_call>set<arg>b<val>x<arg>b"));
  assert.deepEqual(controls(setup, "<tool_call>set<arg>a<val>x"), [ARG]);
  assert.deepEqual(controls(setup, "<tool_call>set<arg>b<val>x"), [EOS, TOOL_CALL, ARG]);
});

test("stops offering calls at the most there may be", () => {
  assert.deepEqual(controls({ ...withProps({}), maxCalls: 2 }, "<tool_call>set<tool_call>set"), [EOS]);
  assert.deepEqual(controls(withProps({}), "<tool_call>set".repeat(8)), [EOS]);
});

test("counts the values of a list", () => {
  const list = (more: object): Setup => withProps({ k: { type: "array", items: { type: "integer" }, ...more } });
  assert.deepEqual(controls(list({ minItems: 2 }), "<tool_call>set<arg>k<val>1"), [VAL]);
  assert.deepEqual(controls(list({ maxItems: 2 }), "<tool_call>set<arg>k<val>1<val>2"), [EOS, TOOL_CALL]);
  assert.deepEqual(controls(list({}), "<tool_call>set<arg>k<val>1"), [EOS, TOOL_CALL, VAL]);
  assert.deepEqual(controls(withProps({ k: { type: "integer" } }), "<tool_call>set<arg>k<val>1"), [EOS, TOOL_CALL]);
});

test("takes numbers in their plain forms only", () => {
  const values = [
    "0",
    "-0",
    "7",
    "-12",
    "123456789012345",
    "1234567890123456",
    "01",
    "-",
    "1.5",
    "1.",
    ".5",
    "1e3",
    "0.12345678901234567",
    "0.123456789012345678",
  ];
  assert.deepEqual(accepts({ type: "integer" }, values), ["0", "-0", "7", "-12", "123456789012345"]);
  assert.deepEqual(accepts({ type: "number" }, values), [
    "0",
    "-0",
    "7",
    "-12",
    "123456789012345",
    "1.5",
    "0.12345678901234567",
  ]);
});

test("takes members of a choice only", () => {
  assert.deepEqual(
    accepts({ enum: ["warm", "warm white", 3, true] }, ["warm", "warm white", "warm w", "3", "true", "false"]),
    ["warm", "warm white", "3", "true"],
  );
});

test("takes any clean text as a string", () => {
  const free = { type: "string", "x-needled-evidence": "soft" };
  assert.deepEqual(accepts(free, ["x", "two words", "naïve 東京 😀", "a\tb", "a\u007fb", ""]), [
    "x",
    "two words",
    "naïve 東京 😀",
  ]);
});

test("knows strict UTF-8, doubled and trailing spaces, and the longest string", () => {
  const setup = withProps({ k: { type: "string" } });
  const start = idsOf("<tool_call>set<arg>k<val>a");
  const after = (bytes: number[]): boolean =>
    rows(setup, [...start, ...bytes.map((byte) => 16 + byte)]).length === start.length + bytes.length + 1;
  const ends = (bytes: number[]): boolean =>
    after(bytes) &&
    rows(setup, [...start, ...bytes.map((byte) => 16 + byte)])
      .at(-1)
      ?.has(EOS) === true;
  assert.ok(ends([0xe2, 0x82, 0xac]) && !ends([0xe2, 0x82]) && !ends([0x20]));
  for (const bytes of [
    [0xc0],
    [0xc1],
    [0xed, 0xa0],
    [0xe0, 0x9f],
    [0xf0, 0x8f],
    [0xf4, 0x90],
    [0xf5],
    [0x80],
    [0x20, 0x20],
    [0x1f],
  ]) {
    assert.ok(!after(bytes), bytes.map((byte) => byte.toString(16)).join(" "));
  }
  assert.ok(after(Array.from({ length: 511 }, () => 0x61)) && !after(Array.from({ length: 512 }, () => 0x61)));
  assert.ok(
    !after([...Array.from({ length: 510 }, () => 0x61), 0x20]) &&
      !after([...Array.from({ length: 510 }, () => 0x61), 0xc3]),
  );
});

test("takes spans of the question for hard evidence, whole words in its own spelling", () => {
  const hard = { type: "string", "x-needled-evidence": "hard" };
  const values = ["Lamp", "lamp", "the Lamp", "Lam", "on the", "n the", "turn on the Lamp", "door", "Lamp Lamp"];
  assert.deepEqual(accepts(hard, values), ["Lamp", "the Lamp", "on the", "turn on the Lamp"]);
  assert.deepEqual(accepts(hard, ["b.c", "a.b", ".", "c d", "5"], { query: " a.b.c  d5 " }), ["b.c", "a.b", "."]);
});

test("takes names of the lexicon or spans for an entity", () => {
  const entity = { type: "string", "x-needled-entity": "device" };
  const more = { lexicon: ["desk lamp", "desk"], query: "the Lamp" };
  assert.deepEqual(accepts(entity, ["desk lamp", "desk", "desk l", "Lamp", "the Lamp", "lamp"], more), [
    "desk lamp",
    "desk",
    "Lamp",
    "the Lamp",
  ]);
});

const OBJECT = {
  type: "object",
  properties: {
    a: { type: "string" },
    b: { type: "integer" },
    c: { type: "array", items: { type: "boolean" }, minItems: 1, maxItems: 2 },
  },
  required: ["b"],
};

test("takes JSON of the schema, compact, keys in order", () => {
  const good = ['{"b":1}', '{"a":"x","b":-2}', '{"a":"\\u00e9\\n\\"","b":0,"c":[true]}', '{"b":1,"c":[true,false]}'];
  const bad = [
    "{}",
    '{"b":1.5}',
    '{"a":"x"}',
    '{"b":1,"a":"x"}',
    '{"b": 1}',
    '{"b":1,"c":[]}',
    '{"b":1,"c":[true,true,true]}',
    '{"b":1',
    '{"a":"\t","b":1}',
    '{"d":1,"b":1}',
    "1",
    '{"a":"\\x","b":1}',
  ];
  assert.deepEqual(accepts(OBJECT, [...good, ...bad]), good);
});

test("takes any JSON where the schema says nothing, four containers deep", () => {
  const good = ["1", '"x  y"', "null", "[]", "{}", '{"a":[1,{"b":[true]}],"a":2}', "[[[[]]]]", "-1.5"];
  const bad = ["[[[[[]]]]]", "1e3", "tru", "[1,]", '{"a"}', "{a:1}", "nul"];
  assert.deepEqual(accepts({ type: "object" }, [...good, ...bad]), good);
});

test("takes literals of which one begins another", () => {
  assert.deepEqual(accepts({ enum: [1, 12, [1], "x"] }, ["1", "12", "[1]", '"x"', "2", "x", "[12]"]), [
    "1",
    "12",
    "[1]",
    '"x"',
  ]);
});
