import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  catalogue,
  type House,
  loadHome,
  type ManualClock,
  manualClock,
  openHouse,
  refusalReply,
  reply,
  simulatedAdapter,
  simulatedHome,
} from "@needled/devices";
import type { Announcement, Answer, Door, DoorIntent, HandOvers, Receipt } from "../intake.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { createPolicy } from "../policy/policy.ts";
import { openGate } from "./gate.ts";
import { scriptedInterpreter } from "./scripted.ts";
import { createSpine, type Spine } from "./spine.ts";

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "needled-spine-"));
  made.push(folder);
  return folder;
}

interface Bench {
  spine: Spine;
  journal: Journal;
  house: House;
  clock: ManualClock;
  sent: string[];
  delivered: Answer[];
  /** Times that the door was to deliver. */
  readonly tried: number;
  watching: HandOvers | undefined;
  said: Announcement[];
}

const log = { debug: () => {}, warn: () => {} };

type Deliver = Door["deliver"];

async function open(folder: string, clock = manualClock(), deliver?: Deliver): Promise<Bench> {
  const home = loadHome(simulatedHome());
  const adapter = simulatedAdapter(home, { seed: 1, clock });
  const sent: string[] = [];
  const send = adapter.send.bind(adapter);
  adapter.send = (command, signal) => {
    sent.push(`${command.device} ${JSON.stringify(command.set ?? command.verb)}`);
    return send(command, signal);
  };
  const journal = await openJournal({ folder, now: clock.now, log });
  const { desk } = journal.state;
  const house = openHouse({ home, adapters: [adapter], clock, ...(desk && { restore: desk }) });
  await house.start();
  const delivered: Answer[] = [];
  let tried = 0;
  let watching: HandOvers | undefined;
  const door: Door = {
    name: "mqtt",
    start: async () => {},
    deliver(route, answer) {
      tried += 1;
      return deliver?.(route, answer) ?? Promise.resolve(delivered.push(answer) > 0);
    },
    watch: (handOvers) => {
      watching = handOvers;
    },
    stop: async () => {},
    state: () => ({ ok: true, text: "" }),
  };
  const spine = createSpine({
    ports: {
      interpreter: scriptedInterpreter(),
      binder: house,
      policy: createPolicy({
        tools: new Set(catalogue().map(({ name }) => name)),
        modelThreshold: () => 0.3,
        minMaskMass: 0.01,
        monotonic: clock.monotonic,
      }),
      dispatcher: house,
      say: (outcome) => reply([outcome], { home: house.home, now: clock.now() }),
      refuse: refusalReply,
      clock,
      log,
    },
    house,
    journal,
    gate: openGate({ ttlMs: () => 30_000, longestTtlMs: 600_000, perMinute: 600, burst: 100, ...clock }),
    speakerAt: () => ({}),
    remember: () => {},
    model: () => "scripted",
    inFlight: 16,
    waiting: 64,
  });
  const said: Announcement[] = [];
  spine.onAnnouncement((announcement) => said.push(announcement));
  await spine.start([door]);
  const doorSide = {
    delivered,
    get tried() {
      return tried;
    },
    watching,
  };
  return Object.assign(doorSide, { spine, journal, house, clock, sent, said });
}

const asks = (text: string, more: Partial<DoorIntent> = {}): DoorIntent => ({
  source: "test",
  door: "unix",
  text,
  ...more,
});
const replyRoute = { door: "mqtt" as const, to: "needled/home/out/test" };
const lampOn = 'turn_on {"name":"kitchen ceiling light"}';

/** The simulated devices answer on the manual clock. */
async function answerTo(bench: Bench, receipt: Receipt): Promise<Answer> {
  assert.notEqual(receipt.status, "refused", JSON.stringify(receipt));
  let answer: Answer | undefined;
  const { answer: promised } = receipt as Extract<Receipt, { status: "admitted" }>;
  void promised.then((given) => {
    answer = given;
  });
  for (let n = 0; n < 400 && answer === undefined; n += 1) {
    await bench.clock.advance(50);
    await new Promise((done) => setTimeout(done, 1));
  }
  assert.ok(answer, "no answer came");
  return answer;
}

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
  const again = await open(folder, bench.clock);
  for (let n = 0; n < 100 && again.delivered.length === 0; n += 1) await new Promise((done) => setTimeout(done, 2));
  assert.equal(again.delivered[0]?.calls[0]?.outcome, "unknown");
  assert.match(again.delivered[0]?.reply ?? "", /do not know/);
  assert.equal(again.sent.length, 0);
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
