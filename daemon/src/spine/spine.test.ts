import assert from "node:assert/strict";
import { test } from "node:test";
import { manualClock } from "@needled/devices";
import type { Answer, DoorIntent } from "../intake.ts";
import { answerTo, asks, lampOn, newFolder, open, replyRoute } from "./bench.ts";
import { openGate } from "./gate.ts";

test("an intent is on disk before its receipt and ends in one answer", async () => {
  const bench = await open(newFolder());
  const name = bench.house.home.devices.find(({ kind }) => kind === "light")?.name;
  const receipt = await bench.spine.submit(asks(`turn_on {"name":"${name}"}`, { id: "1" }));
  assert.equal(receipt.status, "admitted");
  assert.ok(bench.journal.state.open.has("test/1"));
  const answer = await answerTo(bench, receipt);
  assert.equal(answer.calls[0]?.outcome, "done", answer.reply);
  assert.equal(bench.sent.length, 1);
  assert.equal(bench.journal.state.open.size, 0);
});

test("the same id again has the same answer and no second effect", async () => {
  const folder = newFolder();
  const bench = await open(folder);
  const name = bench.house.home.devices.find(({ kind }) => kind === "light")?.name;
  const intent = asks(`turn_on {"name":"${name}"}`, { id: "1" });
  const [first, second] = await Promise.all([bench.spine.submit(intent), bench.spine.submit(intent)]);
  assert.deepEqual([first.status, second.status], ["admitted", "duplicate"]);
  const answer = await answerTo(bench, first);
  const third = await bench.spine.submit(intent);
  assert.deepEqual(await answerTo(bench, third), answer);
  assert.equal(bench.sent.length, 1);
  // After a restart too.
  const again = await open(folder, bench.clock);
  const fourth = await again.spine.submit(intent);
  assert.equal(fourth.status, "duplicate");
  assert.equal(again.sent.length, 0);
});

test("what is refused costs no write and says why", async () => {
  const bench = await open(newFolder());
  const codeOf = async (intent: DoorIntent): Promise<string> => {
    const receipt = await bench.spine.submit(intent);
    return receipt.status === "refused" ? receipt.code : receipt.status;
  };
  assert.equal(await codeOf(asks("")), "malformed");
  assert.equal(await codeOf(asks("x".repeat(9_000))), "too_long");
  assert.equal(await codeOf(asks("hello", { id: "no spaces please" })), "malformed");
  assert.equal(await codeOf(asks("hello", { saidAt: bench.clock.now() - 60_000 })), "stale");
  assert.equal(await codeOf(asks("hello", { saidAt: bench.clock.now() + 60_000 })), "malformed");
  for (let n = 0; n < 100; n += 1) await bench.spine.submit(asks("hello", { source: "chatty" }));
  assert.equal(await codeOf(asks("hello", { source: "chatty" })), "quota");
  assert.equal(await codeOf(asks("hello")), "admitted");
});

test("a risky deed waits for a yes from another source and door, once", async () => {
  const bench = await open(newFolder());
  const door = bench.house.home.devices.find(({ kind }) => kind === "lock")?.name;
  const ask = async (id: string) =>
    answerTo(bench, await bench.spine.submit(asks(`unlock {"name":"${door}"}`, { id, source: "voice", door: "mqtt" })));
  const answer = await ask("1");
  assert.equal(answer.calls[0]?.outcome, "needs_confirmation");
  assert.equal(bench.sent.length, 0);
  const challenge = answer.confirm?.challenge as string;
  const same = await bench.spine.confirm({ challenge, source: "voice", door: "mqtt", yes: true });
  assert.equal(same.status === "refused" && same.code, "same_channel");
  const yes = await bench.spine.confirm({ challenge, source: "app", door: "http", yes: true });
  assert.equal(yes.status, "accepted");
  const done = await answerTo(bench, {
    status: "admitted",
    id: "",
    answer: (yes as { answer: Promise<Answer> }).answer,
  });
  assert.equal(done.calls[0]?.outcome, "done", done.reply);
  const twice = await bench.spine.confirm({ challenge, source: "app", door: "http", yes: true });
  assert.equal(twice.status === "refused" && twice.code, "no_such_challenge");
  // A no is an answer too: nothing moves, and nobody is told that nothing was understood.
  const refused = (await ask("no")).confirm?.challenge as string;
  const before = bench.sent.length;
  const no = await bench.spine.confirm({ challenge: refused, source: "app", door: "http", yes: false });
  const said = await (no as { answer: Promise<Answer> }).answer;
  assert.deepEqual([said.reply, said.calls, said.refusal], ["Refused. Nothing has moved.", [], undefined]);
  assert.equal(bench.sent.length, before);
  // Said too late.
  const late = await ask("2");
  await bench.clock.advance(31_000);
  const expired = await bench.spine.confirm({
    challenge: late.confirm?.challenge as string,
    source: "app",
    door: "http",
    yes: true,
  });
  assert.equal(expired.status === "refused" && expired.code, "expired");
});

test("who may not ask may not agree", () => {
  const rules = { ttlMs: () => 1, longestTtlMs: 1, perMinute: 1, burst: 1, now: () => 0, monotonic: () => 0 };
  const gate = openGate({ ...rules, sources: new Set(["voice"]) });
  assert.deepEqual(
    [gate.knows("voice"), gate.knows("stranger"), openGate(rules).knows("stranger")],
    [true, false, true],
  );
});

test("a dry run moves nothing and asks nobody for a yes", async () => {
  const bench = await open(newFolder());
  const door = bench.house.home.devices.find(({ kind }) => kind === "lock")?.name;
  const answer = await answerTo(
    bench,
    await bench.spine.submit(asks(`unlock {"name":"${door}"}; lock {"name":"${door}"}`, { id: "1", dryRun: true })),
  );
  assert.deepEqual([answer.confirm, answer.dry_run, bench.sent], [undefined, true, []]);
});

test("without an id nothing of risk 2 or more happens", async () => {
  const bench = await open(newFolder());
  const door = bench.house.home.devices.find(({ kind }) => kind === "lock")?.name;
  const answer = await answerTo(bench, await bench.spine.submit(asks(`unlock {"name":"${door}"}`)));
  assert.equal(answer.calls[0]?.outcome, "denied");
});

test("an answer that a door had no room for is known to the journal and health, and comes when there is room", async () => {
  const folder = newFolder();
  const bench = await open(folder, manualClock(), async () => false);
  await answerTo(bench, await bench.spine.submit(asks(lampOn, { id: "1", reply: replyRoute })));
  bench.watching?.dropped("test/1");
  const { status, why, counters } = bench.spine.health();
  assert.deepEqual([status, counters.answers_dropped], ["degraded", 1]);
  assert.match(why ?? "", /^1 answers found no room/);
  assert.equal(bench.journal.state.answered.get("test/1")?.dropped, true);
  bench.watching?.room();
  assert.equal(bench.tried, 2);
  bench.watching?.told("test/1");
  await bench.journal.close();
  const again = await open(folder, bench.clock);
  assert.deepEqual([again.journal.state.answered.get("test/1")?.told, again.tried], [true, 0]);
  assert.notEqual(again.spine.health().status, "degraded");
});
