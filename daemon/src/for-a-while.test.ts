import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOfWhile } from "./for-a-while.ts";

const faultIn = (text: string, when: string) => {
  const at = text.indexOf(when);
  return faultOfWhile(text, { arguments: { name: "fan", when }, spans: { when: [at, at + when.length] } });
};

for (const [text, when] of [
  ["turn on the fan for 10 minutes", "10 minutes"],
  ["turn on the fan for 10 minutes", "for 10 minutes"],
  ["fan on FOR half an hour please", "half an hour"],
  ["keep the heating off until 10 pm", "10 pm"],
  ["turn on the fan till noon", "till noon"],
  ["turn on the fan 'til 10 pm", "10 pm"],
  ["leave the light on ’til noon", "’til noon"],
  ["turn on the fan for the next 10 minutes", "10 minutes"],
  ["turn on the fan for about another 10 minutes", "10 minutes"],
  ["turn on the fan for the next 10 minutes", "for the next 10 minutes"],
  ["turn on the fan for the next 10 minutes", "the next 10 minutes"],
] as const) {
  test(`"${when}" in "${text}" is an end`, () => {
    const fault = faultIn(text, when);
    assert.equal(fault?.code, "unsupported");
    assert.match(fault?.message ?? "", /only (for|until|till|['’]til) /);
  });
}

for (const [text, when] of [
  ["turn on the fan in 10 minutes", "10 minutes"],
  ["turn on the fan at 10 pm", "10 pm"],
  ["turn on the fan for tomorrow at seven", "tomorrow at seven"],
  ["turn on the fan after 5 minutes", "after 5 minutes"],
  ["turn on the comfort fan in 10 minutes", "in 10 minutes"],
  ["turn on the light for the dog at 10 pm", "10 pm"],
] as const) {
  test(`"${when}" in "${text}" is a beginning`, () => assert.equal(faultIn(text, when), undefined));
}

test("a call without a time, or whose time was not said, is none of this", () => {
  assert.equal(faultOfWhile("for 10 minutes", { arguments: { name: "fan" }, spans: {} }), undefined);
  assert.equal(faultOfWhile("for 10 minutes", { arguments: { when: "10 minutes" }, spans: {} }), undefined);
});
