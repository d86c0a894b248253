import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { codeOf, fromStatus, isCallerFault, isRetryable, KernelError, STATUS_NAMES } from "./errors.ts";

test("knows the engine's statuses in the engine's order", () => {
  const source = readFileSync(new URL("../src/status.def", import.meta.url), "utf8");
  assert.deepEqual(
    [...source.matchAll(/NK_STATUS\((\w+)/g)].map((match) => match[1]),
    STATUS_NAMES,
  );
});

test("makes a typed error of every status, known or not", () => {
  for (let status = 1; status < STATUS_NAMES.length + 3; status++) {
    const error = fromStatus(status, "why");
    assert.equal(error.status, status);
    assert.ok(!error.message.includes("?"), error.message);
  }
});

test("answers the predicates by shape", () => {
  const busy = new KernelError("request.busy");
  assert.ok(isRetryable(busy) && isCallerFault(busy));
  assert.ok(!isRetryable(new Error("x")) && !isCallerFault(undefined));
  assert.equal(codeOf(new KernelError("engine.died", { how: "SIGKILL" })), "engine.died");
});
