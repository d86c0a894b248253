import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPin, isPinHash, openPin } from "./pin.ts";

test("the right PIN passes, a wrong one does not, and the hash tells nothing of it", async () => {
  const hash = await hashPin("4711");
  assert.ok(isPinHash(hash) && !hash.includes("4711"));
  assert.notEqual(await hashPin("4711"), hash);
  const pin = openPin(hash, () => 0);
  assert.equal(await pin.check("4711"), "right");
  assert.equal(await pin.check("4712"), "wrong");
});

test("three wrong ones lock it for five minutes, even for the right one", async () => {
  let now = 0;
  const pin = openPin(await hashPin("1234"), () => now);
  // At once: nobody may try many in the time that one takes.
  const tries = await Promise.all(["1", "2", "3", "4", "5"].map((one) => pin.check(one)));
  assert.deepEqual(tries.filter((one) => one === "locked").length, 2);
  assert.equal(await pin.check("1234"), "locked");
  now += 5 * 60_000;
  assert.equal(await pin.check("1234"), "right");
});

test("a file that holds something else is named", () => {
  assert.throws(() => openPin("1234", () => 0), /needled pin/);
});
