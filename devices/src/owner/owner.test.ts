import assert from "node:assert/strict";
import { test } from "node:test";
import { approve, type BoundCall } from "../call.ts";
import { manualClock } from "../clock.ts";
import { type House, openHouse } from "../house.ts";
import { loadHome } from "../load.ts";
import { reply } from "../reply.ts";
import { simulatedHome } from "../sim/demo-home.ts";
import type { OwnerMessage, OwnerPost, OwnerTool, OwnerVerdict, PostOptions } from "./tool.ts";

const feedCat: OwnerTool = {
  name: "feed_cat",
  description: "Give the cat food.",
  parameters: {
    type: "object",
    properties: { portions: { type: "integer" }, bowl: { type: "string", default: "blue" } },
    required: [],
  },
  risk: 2,
  repeat: "once",
  timeoutMs: 5_000,
  say: "The cat got {portions} portions.",
  message: { via: "mqtt", topic: "cat/{bowl}/feed", payload: { portions: "{portions}" }, qos: 1, retain: false },
  check: ({ portions }) =>
    typeof portions === "string" ? { code: "invalid_arguments", message: "The portions must be integer." } : undefined,
};

interface Sent {
  message: OwnerMessage;
  options: PostOptions;
  end(verdict: OwnerVerdict): void;
}

function open(): {
  house: House;
  sent: Sent[];
  clock: ReturnType<typeof manualClock>;
  say(outcome: Parameters<typeof reply>[0][number]): string;
} {
  const sent: Sent[] = [];
  const post: OwnerPost = { send: (message, options) => new Promise((end) => sent.push({ message, options, end })) };
  const clock = manualClock();
  const house = openHouse({ home: loadHome(simulatedHome()), adapters: [], clock, owner: { tools: [feedCat], post } });
  return { house, sent, clock, say: (outcome) => reply([outcome], { home: house.home, now: clock.now() }) };
}

function bind(house: House, args: Record<string, unknown> = {}): BoundCall {
  const bound = house.bind({ name: "feed_cat", arguments: args }, {});
  assert.ok(bound.ok, JSON.stringify(bound));
  return bound.call;
}

const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

test("binds to no device, with the file's risk and a plan that survives a journal", () => {
  const { house } = open();
  const call = bind(house, { portions: 2 });
  assert.deepEqual(
    [call.targets, call.risk, call.timeoutMs, call.deed],
    [[], 2, 5_000, "give the cat food (bowl blue, portions 2)"],
  );
  assert.deepEqual(JSON.parse(JSON.stringify(call.plan)), call.plan);
  assert.deepEqual(call.plan.do === "owner" && call.plan.message, {
    via: "mqtt",
    topic: "cat/blue/feed",
    payload: { portions: 2 },
    qos: 1,
    retain: false,
  });
});

test("refuses what the schema refuses, keys that nobody declared and values that cannot be sent", () => {
  const { house } = open();
  for (const args of [{ portions: "x" }, { treats: 1 }, { bowl: "a/b" }]) {
    const bound = house.bind({ name: "feed_cat", arguments: args }, {});
    assert.equal(bound.ok ? "" : bound.refusal.code, "invalid_arguments", JSON.stringify(args));
  }
});

test("says what came of it, and never more", async () => {
  const { house, sent, say } = open();
  const told = async (args: Record<string, unknown>, verdict: OwnerVerdict): Promise<string> => {
    const acting = house.act(approve(bind(house, args)));
    await settle();
    sent.pop()?.end(verdict);
    return say(await acting);
  };
  assert.equal(await told({ portions: 2 }, { status: "done" }), "The cat got 2 portions.");
  assert.equal(await told({}, { status: "done" }), "Done: give the cat food (bowl blue).");
  assert.equal(
    await told({}, { status: "failed", reason: "it answered 503" }),
    "That did not work: give the cat food (bowl blue); it answered 503.",
  );
  assert.match(
    await told({}, { status: "unknown", reason: "nothing answered" }),
    /^I do not know whether this worked: .*; nothing answered\.$/,
  );
});

test("one call of a tool at a time; what waited too long is not sent", async () => {
  const { house, sent, clock } = open();
  const first = house.act(approve(bind(house)));
  const second = house.act(approve(bind(house)), { expiresAt: clock.now() + 1_000 });
  await settle();
  assert.equal(sent.length, 1);
  await clock.advance(2_000);
  sent[0]?.end({ status: "done" });
  assert.deepEqual([(await first).status, (await second).status, sent.length], ["done", "expired", 1]);
});

test("a call that was cancelled before its turn is not sent", async () => {
  const { house, sent } = open();
  const first = house.act(approve(bind(house)));
  const stop = new AbortController();
  const second = house.act(approve(bind(house)), { signal: stop.signal });
  await settle();
  stop.abort();
  sent[0]?.end({ status: "done" });
  await first;
  assert.deepEqual([(await second).status, sent.length], ["rejected", 1]);
});

test("undo says that it cannot take it back", async () => {
  const { house, sent } = open();
  const acting = house.act(approve(bind(house)));
  await settle();
  sent[0]?.end({ status: "unknown" });
  await acting;
  const undo = house.bind({ name: "undo", arguments: {} }, {});
  assert.match(undo.ok ? "" : undo.refusal.message, /^I cannot take that back: give the cat food/);
});
