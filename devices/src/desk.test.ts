import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServicesSnapshot } from "./services.ts";
import { openBench } from "./sim/bench.ts";

test("a timer fires once and can be taken back", async () => {
  const { ask, say, clock, events, house } = await openBench();
  const outcome = await ask("set_timer", { duration: "ten minutes", label: "pasta" });
  assert.equal(say(outcome), "Timer for pasta set: 10 minutes.");
  await clock.advance(10 * 60_000);
  const fired = events.filter(({ type }) => type === "timer_done");
  assert.deepEqual(
    fired.map((event) => (event.type === "timer_done" ? event.say : "")),
    ["The pasta timer is done."],
  );
  await ask("set_timer", { duration: "1 hour" });
  await ask("undo");
  assert.equal(house.snapshot().timers.length, 0);
});

test("a cancelled timer comes back with undo, at its old end", async () => {
  const { ask, house, say } = await openBench();
  await ask("set_timer", { duration: "one hour" });
  const [timer] = house.snapshot().timers;
  assert.equal(say(await ask("cancel_timer")), "Cancelled the 1 hour timer.");
  await ask("undo");
  assert.deepEqual(house.snapshot().timers, [timer]);
});

test("a call for later comes due as a wish, to be bound and approved again", async () => {
  const { ask, say, clock, events, state } = await openBench();
  const outcome = await ask("turn_off", { name: "kitchen lights", when: "in ten minutes" });
  assert.equal(outcome.status, "scheduled");
  assert.equal(say(outcome), "I will turn off the kitchen lights in 10 minutes.");
  await clock.advance(10 * 60_000);
  const due = events.find((event) => event.type === "call_due");
  assert.deepEqual(due?.type === "call_due" && due.scheduled.call, {
    name: "turn_off",
    arguments: { name: "kitchen lights" },
  });
  assert.equal(state("kitchen_ceiling").on, true);
});

test("what fell due while it was not running is said, and a call is not made late", async () => {
  const before = await openBench();
  await before.ask("set_timer", { duration: "ten minutes" });
  await before.ask("turn_off", { name: "tv", when: "in ten minutes" });
  const hour = 3_600_000;
  const kept = before.house.snapshot();
  const restore: ServicesSnapshot = {
    ...kept,
    timers: kept.timers.map((timer) => ({ ...timer, endsAt: timer.endsAt - hour })),
    scheduled: kept.scheduled.map((entry) => ({ ...entry, at: entry.at - hour })),
  };
  const after = await openBench({ restore });
  await after.clock.advance(1);
  assert.deepEqual(
    after.events.map(({ type }) => type).filter((type) => type !== "snapshot"),
    ["timer_done", "call_missed"],
  );
});

test("lists, messages and reminders are kept and told", async () => {
  const { ask, say, house, events } = await openBench();
  assert.equal(say(await ask("add_to_list", { item: "milk" })), "Added milk to the shopping list.");
  assert.deepEqual(house.snapshot().lists, { "Shopping list": ["milk"] });
  assert.equal(say(await ask("send_message", { message: "dinner", to: "anna" })), "Passed it on to Anna.");
  assert.ok(events.some((event) => event.type === "message" && event.to === "Anna"));
  const reminder = await ask("set_reminder", { text: "call mom", when: "tomorrow at noon" });
  assert.equal(say(reminder), "I will remind you tomorrow at noon: call mom.");
});

test("what is full takes nothing more and loses nothing: the new one is refused, with the reason", async () => {
  const restore: ServicesSnapshot = {
    timers: Array.from({ length: 500 }, (_, n) => ({ id: `timer-${n}`, label: "", durationMs: 1, endsAt: 1e15 })),
    reminders: [],
    scheduled: [],
    lists: { "Shopping list": Array.from({ length: 499 }, (_, n) => `thing ${n}`) },
  };
  const { ask, say, house } = await openBench({ restore });
  assert.equal((await ask("add_to_list", { item: "milk" })).status, "done");
  const refused = await ask("add_to_list", { item: "eggs" });
  assert.equal(refused.status, "rejected");
  assert.match(say(refused), /did not add eggs .*shopping list is full with 500/);
  const list = house.snapshot().lists["Shopping list"] ?? [];
  assert.deepEqual([list.length, list[0], list.at(-1)], [500, "thing 0", "milk"]);
  const timer = await ask("set_timer", { duration: "ten minutes" });
  assert.match(say(timer), /500 timers already; cancel one first/);
  assert.equal(house.snapshot().timers[0]?.id, "timer-0");
  assert.equal((await ask("undo")).status, "done");
  assert.equal(house.snapshot().lists["Shopping list"]?.at(-1), "thing 498");
});
