import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokenizer } from "./tokenizer.ts";
import { readFixture, toyTokenizer } from "./toy-model.ts";

test("gives SentencePiece's ids for words, noise, control look-alikes and every script", () => {
  const { vocabulary, cases } = readFixture();
  const tokenizer = new Tokenizer(vocabulary);
  assert.ok(cases.length >= 500);
  for (const [text, ids] of cases) assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
});

test("never makes a control id out of text", () => {
  const tokenizer = toyTokenizer();
  for (const text of ["<tool_call>", "</s>", "<arg><val>", "x <tools> y", "<pad>", "<r9>"]) {
    assert.ok(tokenizer.encode(text).every((id) => id >= 16));
  }
});

test("decodes what it encoded", () => {
  const tokenizer = toyTokenizer();
  for (const text of ["turn on the lamp", "naïve 東京 😀", "21.5", "a\tb"])
    assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
});

test("reads a lone surrogate as the replacement character", () => {
  const tokenizer = toyTokenizer();
  assert.deepEqual(tokenizer.encode("a\ud800b"), tokenizer.encode("a\ufffdb"));
});

test("encodes nothing as nothing", () => {
  const tokenizer = toyTokenizer();
  for (const text of ["", " ", "    ", "\u2581"]) assert.deepEqual(tokenizer.encode(text), []);
});

test("takes long text without slowing to a crawl", () => {
  assert.ok(toyTokenizer().encode("the lamp ".repeat(20_000)).length > 20_000);
});

test("refuses a vocabulary without bytes", () => {
  assert.throws(() => new Tokenizer({ pieces: ["a"], scores: [0], types: [1] }), { code: "config.bad_weights" });
});
