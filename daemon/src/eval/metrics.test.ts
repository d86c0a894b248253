import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, PlainCall } from "../protocol.ts";
import {
  calibrationError,
  computeMetrics,
  percentile,
  readGold,
  type Scored,
  sameCalls,
  sameValue,
} from "./metrics.ts";

const call = (name: string, args: Record<string, Json> = {}): PlainCall => ({ name, arguments: args });

function scored(gold: PlainCall[] | undefined, answers: PlainCall[], more: Partial<Scored> = {}): Scored {
  return { gold, answers, raw: answers, confidence: 1, ms: 1, failed: false, ...more };
}

test("compares strings without case and outer blanks, numbers by value, and keeps types apart", () => {
  assert.ok(sameValue(" Kitchen ", "kitchen"));
  assert.ok(sameValue(5, 5.0));
  assert.ok(sameValue(["A", { b: 1 }], ["a", { b: 1 }]));
  assert.ok(!sameValue("5", 5));
  assert.ok(!sameValue(["a", "b"], ["b", "a"]));
  assert.ok(!sameValue({ a: 1 }, { b: 1 }));
  assert.ok(!sameValue(null, "null"));
});

test("treats the calls of a record as a multiset", () => {
  const [a, b] = [call("on", { name: "Lamp" }), call("off", { name: "fan" })];
  assert.ok(sameCalls([a, b], [b, call("on", { name: "lamp" })]));
  assert.ok(!sameCalls([a, a], [a, b]));
  assert.ok(!sameCalls([a, a], [a]));
  assert.ok(sameCalls([], []));
});

test("reads gold only when it is a list of calls", () => {
  assert.deepEqual(readGold([{ name: "on" }]), [call("on")]);
  assert.deepEqual(readGold([]), []);
  for (const blank of [undefined, null, "", {}, [1], [{ name: 1 }], [{ name: "on", arguments: [] }]]) {
    assert.equal(readGold(blank as Json), undefined);
  }
});

test("counts exact answers, tools, arguments and refusals", () => {
  const on = call("on", { name: "lamp", level: 5 });
  const metrics = computeMetrics([
    scored([on], [on]),
    scored([on], [call("on", { name: "lamp", level: 6 })]),
    scored([on], []),
    scored([], []),
    scored([], [on], { raw: [] }),
    scored(undefined, [], { failed: true }),
  ]);
  assert.equal(metrics.n, 6);
  assert.equal(metrics.scored, 5);
  assert.equal(metrics.exact, 2 / 5);
  assert.equal(metrics.raw_exact, 3 / 5);
  assert.equal(metrics.tool_f1, (2 * 2) / (3 + 3));
  assert.equal(metrics.argument_accuracy, 3 / 4);
  assert.equal(metrics.refusal_precision, 1 / 2);
  assert.equal(metrics.refusal_recall, 1 / 2);
  assert.equal(metrics.errors, 1);
});

test("pairs two calls of one tool with their likest gold calls", () => {
  const gold = [call("on", { name: "lamp" }), call("on", { name: "fan" })];
  assert.equal(computeMetrics([scored(gold, [...gold].reverse())]).argument_accuracy, 1);
});

test("gives null for what nothing was measured of", () => {
  const metrics = computeMetrics([]);
  assert.equal(metrics.exact, null);
  assert.equal(metrics.p95_ms, null);
  assert.equal(metrics.ece, null);
});

test("takes percentiles by nearest rank", () => {
  assert.equal(percentile([4, 1, 3, 2], 0.5), 2);
  assert.equal(percentile([4, 1, 3, 2], 0.95), 4);
  assert.equal(percentile([7], 0.5), 7);
});

test("measures how far confidence is from truth", () => {
  const points = [0.95, 0.95, 0.15, 0.15].map((confidence, i) => ({ confidence, right: i < 2 }));
  assert.ok(Math.abs((calibrationError(points) ?? 0) - (2 * 0.05 + 2 * 0.15) / 4) < 1e-12);
  assert.equal(calibrationError([{ confidence: 1, right: true }]), 0);
});
