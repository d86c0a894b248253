import assert from "node:assert/strict";
import { test } from "node:test";
import { isWanted } from "./needled-in.ts";

const all = { kinds: ["intent", "calls", "outcome", "device"], source: "", tool: "", outcome: "" };
const outcome = {
  intent: { source: "kitchen", id: "1" },
  calls: [
    { name: "turn_on", outcome: "done" },
    { name: "unlock", outcome: "denied" },
  ],
};

test("passes the kinds that are chosen", () => {
  assert.equal(isWanted("outcome", outcome, all), true);
  assert.equal(isWanted("confirm", outcome, all), false);
});

test("filters by source where an event has one", () => {
  assert.equal(isWanted("outcome", outcome, { ...all, source: "kitchen" }), true);
  assert.equal(isWanted("outcome", outcome, { ...all, source: "hall" }), false);
  assert.equal(isWanted("device", { device: "lamp" }, { ...all, source: "hall" }), true);
});

test("wants tool and outcome of the same call", () => {
  assert.equal(isWanted("outcome", outcome, { ...all, tool: "unlock" }), true);
  assert.equal(isWanted("outcome", outcome, { ...all, tool: "unlock", outcome: "denied" }), true);
  assert.equal(isWanted("outcome", outcome, { ...all, tool: "unlock", outcome: "done" }), false);
  assert.equal(isWanted("outcome", { intent: outcome.intent, calls: [] }, { ...all, tool: "unlock" }), false);
});

test("an outcome is not asked of what was only understood", () => {
  assert.equal(isWanted("calls", { calls: [{ name: "unlock" }] }, { ...all, outcome: "done" }), true);
});
