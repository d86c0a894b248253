// What a crash leaves, and what the next process makes of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { manualClock } from "@needled/devices";
import { answerTo, asks, type Bench, type Deliver, lampOn, newFolder, open, replyRoute } from "./bench.ts";

/** A journal that says: "next" was begun, and the process died. */
async function leaveBegun(bench: Bench): Promise<void> {
  const now = bench.clock.now();
  const device = bench.house.home.devices[0];
  const command = { device: device?.id ?? "", address: device?.address ?? "", verb: "next" as const, expect: {} };
  const bound = {
    tool: "control_media", arguments: {}, risk: 1 as const, effect: "once" as const, timeoutMs: 1_000, targets: [command.device], said: "it",
    deed: "skip the song", plan: { do: "command" as const, commands: [command] }, speaker: {},
  }; // biome-ignore format: one value to read
  const kept = {
    key: "test/1",
    id: "1",
    source: "test",
    door: "mqtt" as const,
    text: "next",
    speaker: {},
    hasId: true,
    dryRun: false,
  };
  await bench.journal.write({
    t: "intent",
    intent: { ...kept, admittedAt: now, expiresAt: now + 30_000, reply: { door: "mqtt", to: "x" } },
  });
  const report = {
    name: "control_media",
    arguments: {},
    spans: {},
    confidence: 1,
    policy: "allow" as const,
    outcome: null,
  };
  await bench.journal.write({ t: "plan", key: "test/1", steps: [{ report, bound, outcome: null, said: "" }] });
  await bench.journal.write({ t: "start", key: "test/1", n: 0 });
}

test("a crash between plan and effect: what only sets a state is done after the restart, and the answer finds its way", async () => {
  const folder = newFolder();
  const bench = await open(folder);
  const light = bench.house.home.devices.find(({ kind }) => kind === "light");
  const bound = bench.house.bind({ name: "turn_on", arguments: { name: light?.name } }, {});
  assert.ok(bound.ok);
  const now = bench.clock.now();
  const kept = {
    key: "test/1",
    id: "1",
    source: "test",
    door: "mqtt" as const,
    text: lampOn,
    speaker: {},
    hasId: true,
    dryRun: false,
  };
  await bench.journal.write({
    t: "intent",
    intent: { ...kept, admittedAt: now, expiresAt: now + 30_000, reply: replyRoute },
  });
  const report = { name: "turn_on", arguments: {}, spans: {}, confidence: 1, policy: "allow" as const, outcome: null };
  await bench.journal.write({
    t: "plan",
    key: "test/1",
    steps: [{ report, bound: bound.call, outcome: null, said: "" }],
  });
  const again = await open(folder, bench.clock);
  for (let n = 0; n < 400 && again.delivered.length === 0; n += 1) {
    await again.clock.advance(50);
    await new Promise((done) => setTimeout(done, 1));
  }
  assert.equal(again.delivered[0]?.calls[0]?.outcome, "done");
  assert.equal(again.delivered[0]?.recovered, true);
  assert.equal(again.sent.length, 1);
});

for (const isReported of [true, false]) {
  const outcome = isReported ? "done" : "unknown";
  test(`a crash, and then too late: ${outcome} when the device ${isReported ? "reports" : "does not report"} the wish`, async () => {
    const folder = newFolder();
    const bench = await open(folder);
    const bound = bench.house.bind({ name: "turn_on", arguments: { name: "kitchen ceiling light" } }, {});
    assert.ok(bound.ok);
    const now = bench.clock.now();
    const kept = { key: "test/1", id: "1", source: "test", door: "mqtt" as const, text: lampOn, speaker: {} };
    const times = { hasId: true, dryRun: false, admittedAt: now, expiresAt: now + 30_000 };
    await bench.journal.write({ t: "intent", intent: { ...kept, ...times, reply: replyRoute } });
    const report = {
      name: "turn_on",
      arguments: {},
      spans: {},
      confidence: 1,
      policy: "allow" as const,
      outcome: null,
    };
    const step = { report, bound: bound.call, outcome: null, said: "" };
    await bench.journal.write({ t: "plan", key: "test/1", steps: [step] });
    await bench.clock.advance(31_000);
    const again = await open(folder, bench.clock);
    // Somebody else's wish makes the lamp say how it is.
    if (isReported) await again.spine.submit(asks(lampOn, { id: "2" }));
    for (let n = 0; n < 400 && again.delivered.length === 0; n += 1) {
      await again.clock.advance(50);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.equal(again.delivered[0]?.calls[0]?.outcome, outcome);
    assert.equal(again.sent.length, isReported ? 1 : 0);
  });
}

test("an answer that nobody takes after a restart keeps nobody waiting", async () => {
  const folder = newFolder();
  const deaf: Deliver = () => new Promise(() => {});
  const bench = await open(folder, manualClock(), async () => false);
  const receipt = await bench.spine.submit(asks("nothing to do", { id: "1", reply: replyRoute }));
  await answerTo(bench, receipt);
  const again = await open(folder, bench.clock, deaf);
  assert.equal((await again.spine.submit(asks("nothing to do", { id: "2" }))).status, "admitted");
});

test("a crash after something that cannot be repeated: unknown, said so, never twice", async () => {
  const folder = newFolder();
  const bench = await open(folder);
  await leaveBegun(bench);
  const again = await open(folder, bench.clock);
  for (let n = 0; n < 100 && again.delivered.length === 0; n += 1) await new Promise((done) => setTimeout(done, 2));
  assert.equal(again.delivered[0]?.calls[0]?.outcome, "unknown");
  assert.match(again.delivered[0]?.reply ?? "", /do not know/);
  assert.equal(again.sent.length, 0);
});

test("what died with three processes is left alone, and nobody claims to know what became of it", async () => {
  const folder = newFolder();
  const bench = await open(folder);
  await leaveBegun(bench);
  for (let n = 0; n < 3; n += 1) await bench.journal.write({ t: "attempt", key: "test/1" });
  const again = await open(folder, bench.clock);
  for (let n = 0; n < 100 && again.delivered.length === 0; n += 1) await new Promise((done) => setTimeout(done, 2));
  assert.equal(again.delivered[0]?.calls[0]?.outcome, "unknown");
  assert.match(again.delivered[0]?.reply ?? "", /failed twice .* do not know whether it worked: skip the song/);
  assert.equal(again.sent.length, 0);
});

test("timers outlive the process and ring once", async () => {
  const folder = newFolder();
  const bench = await open(folder);
  const answer = await answerTo(
    bench,
    await bench.spine.submit(asks('set_timer {"duration":"10 minutes"}', { id: "1" })),
  );
  assert.equal(answer.calls[0]?.outcome, "done", answer.reply);
  bench.house.stop();
  const again = await open(folder, bench.clock);
  await again.clock.advance(10 * 60_000);
  for (let n = 0; n < 100 && again.said.length === 0; n += 1) await new Promise((done) => setTimeout(done, 2));
  assert.match(again.said[0]?.say ?? "", /timer is done/);
  await again.journal.close();
  const third = await open(folder, again.clock);
  await third.clock.advance(60_000);
  assert.deepEqual(third.said, []);
});
