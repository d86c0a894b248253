import assert from "node:assert/strict";
import { test } from "node:test";
import { findNumber, readNumbers } from "./numbers.ts";
import type { CompiledProp } from "./program.ts";
import { compileProgram } from "./program.ts";
import { findSpan, findText, readQuestion } from "./spans.ts";
import type { Json } from "./values.ts";

function spanOf(query: string, schema: object, texts: string[], value: Json): string | undefined {
  const prop = compileProgram([{ name: "t", parameters: { properties: { p: schema } } }]).tools[0]
    ?.props[0] as CompiledProp;
  const span = findSpan(readQuestion(query), prop, texts, value);
  return span && query.slice(...span);
}

test("reports spans in units of the question as it was asked", () => {
  const query = "  turn\ton  the \u0000 😀 Lamp, please";
  const question = readQuestion(query);
  assert.equal(question.cleaned, "turn on the 😀 Lamp, please");
  assert.equal(spanOf(query, { type: "string" }, ["Lamp"], "Lamp"), "Lamp");
  assert.equal(spanOf(query, { type: "string" }, ["on the 😀 Lamp"], "on the 😀 Lamp"), "on  the \u0000 😀 Lamp");
});

test("finds whole words only, in their own case first", () => {
  assert.deepEqual(findText("lamplight lamp Lamp", "lamp"), [10, 14]);
  assert.deepEqual(findText("lamplight lamp Lamp", "Lamp"), [15, 19]);
  assert.deepEqual(findText("the LAMP", "lamp"), [4, 8]);
  assert.equal(findText("lamplight", "lamp"), undefined);
  assert.equal(findText("x", ""), undefined);
});

test("takes the next place when a list names the same thing twice", () => {
  assert.equal(
    spanOf("lamp, door and lamp", { type: "array", items: { type: "string" } }, ["lamp", "lamp"], ["lamp", "lamp"]),
    "lamp, door and lamp",
  );
});

test("finds enum members only where they stand, and JSON nowhere", () => {
  assert.equal(spanOf("make it Warm", { enum: ["warm", "cool"] }, ["warm"], "warm"), "Warm");
  assert.equal(spanOf("make it cosy", { enum: ["warm", "cool"] }, ["warm"], "warm"), undefined);
  assert.equal(spanOf('{"a":1}', { type: "object" }, ['{"a":1}'], { a: 1 }), undefined);
});

const NUMBERS: readonly [text: string, value: number, found: string | undefined][] = [
  ["set it to 21.5 degrees", 21.5, "21.5"],
  ["set it to 21.5 degrees", 21, undefined],
  ["set it to -5", -5, "-5"],
  ["channels 3-5", 5, "5"],
  ["pay 1,250 now", 1250, "1,250"],
  ["at 50% please", 50, "50%"],
  ["at 50 percent please", 0.5, "50 percent"],
  ["twenty one degrees", 21, "twenty one"],
  ["Twenty-One degrees", 21, "Twenty-One"],
  ["one hundred and fifty", 150, "one hundred and fifty"],
  ["two thousand five hundred", 2500, "two thousand five hundred"],
  ["a hundred", 100, "a hundred"],
  ["half brightness", 50, "half"],
  ["dim to a half", 0.5, "a half"],
  ["a quarter", 25, "a quarter"],
  ["three quarters", 75, "three quarters"],
  ["three and a half hours", 3.5, "three and a half"],
  ["twenty one point five", 21.5, "twenty one point five"],
  ["half a minute", 30, "half"],
  ["1/2 a minute", 30, "1/2"],
  ["three and a half hours", 3, "three and a half"],
  ["1 and a half hours", 30, "a half"],
  ["a dozen eggs", 12, "a dozen"],
  ["two dozen", 24, "two dozen"],
  ["a couple of minutes", 2, "couple"],
  ["one two three", 2, "two"],
  ["five and six", 6, "six"],
  ["a lamp", 1, undefined],
  ["the constructor of toString", 1, undefined],
  ["seventy percent", 70, "seventy percent"],
];

for (const [text, value, expected] of NUMBERS) {
  test(`finds ${value} in "${text}" at ${expected ?? "no place"}`, () => {
    const reading = findNumber(text, value);
    assert.equal(reading && text.slice(reading.start, reading.end), expected);
  });
}

test("reads bound words through the schema", () => {
  assert.equal(spanOf("to the maximum", { type: "integer", minimum: 0, maximum: 80 }, ["80"], 80), "maximum");
  assert.equal(spanOf("volume to min", { type: "integer", minimum: 5, maximum: 80 }, ["5"], 5), "min");
  assert.equal(spanOf("to the maximum", { type: "integer" }, ["80"], 80), undefined);
  assert.equal(spanOf("to the maximum", { type: "integer" }, ["100"], 100), "maximum");
});

test("reads long noise quickly", () => {
  assert.ok(readNumbers("twenty and a half point , -- 5 ".repeat(2000)).length > 2000);
});
