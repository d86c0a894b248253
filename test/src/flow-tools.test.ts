// Tools that a client on a real mosquitto handles, the client a process of its own: registrations, calls, results, events.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Answer } from "@needled/daemon";
import { eventually, whyNoMosquitto } from "@needled/daemon/testing";
import { callOf, say, useBench, water } from "./flow/bench.ts";

const bench = useBench();

test("a call goes to the client, and its result is the answer, in its words or the tool's", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered();
  flow.order({ answer: { ok: true, say: "Wet\nenough.", data: { litres: 7 } } });
  const answer = await bench.asker.ask("voice", say, "call-1");
  assert.deepEqual(
    [callOf(answer).outcome, answer.reply, answer.said_by, answer.data],
    ["done", "Wet enough.", "flow", { litres: 7 }],
  );
  const [call] = flow.on("call");
  assert.deepEqual(
    [call?.tool, call?.arguments, call?.text, call?.session, call?.intent],
    ["water_greenhouse", { minutes: 3 }, say, "s1", { source: "voice", id: "call-1" }],
  );
  flow.order({ answer: { ok: true } });
  const plain = await bench.asker.ask("voice", say, "call-2");
  assert.deepEqual([plain.reply, plain.said_by], ["The greenhouse gets 3 minutes of water.", undefined]);
  flow.order({ answer: { ok: false, error: "the tank is empty" } });
  const failed = await bench.asker.ask("voice", say, "call-3");
  assert.equal(callOf(failed).outcome, "failed");
  assert.match(failed.reply, /did not work.*the tank is empty/);
});

test("a value outside of the schema never reaches the client", { skip: whyNoMosquitto }, async () => {
  const flow = await bench.registered();
  const answer = await bench.asker.ask("voice", 'water_greenhouse {"minutes":30}', "range-1");
  assert.equal(answer.refusal?.code, "out_of_range", JSON.stringify(answer));
  assert.deepEqual(flow.on("call"), []);
});

test("a tool that is refused has its faults by name and costs no other", { skip: whyNoMosquitto }, async () => {
  const flow = await bench.peer();
  await bench.registered([{ ...water, name: "sweep_floor" }], { name: "other" });
  flow.register([
    water,
    { ...water, name: "turn_on" },
    { ...water, name: "Feed_Cat" },
    { ...water, name: "sweep_floor" },
    { ...water },
    { ...water, name: "two words" },
    { ...water, name: "rise", risk: 4 },
    { ...water, name: "repeated", repeat: "onse" },
    { ...water, name: "typo", parameters: { type: "object", properties: { n: { type: "integr" } } } },
    { ...water, name: "lost", say: "{minuts} minutes" },
    { name: "bare" },
    7,
  ]);
  const told = (await flow.nth("registered", 1)) as { tools: string[]; refused: Record<string, string>[] };
  assert.deepEqual(told.tools, ["water_greenhouse"]);
  const text = told.refused.map(({ name, path, message }) => `${name} ${path}: ${message}`).join("\n");
  for (const pattern of [
    /^turn_on name: turn_on is taken: needled's own catalogue/m,
    /^Feed_Cat name: .*taken: a tool file/m,
    /^sweep_floor name: .*taken: the client other/m,
    /^water_greenhouse name: .*twice/m,
    /^two words name: a name begins/m,
    /^rise risk: .*max_risk 3/m,
    /^repeated repeat: must be one of once, idempotent; did you mean once/m,
    /^typo parameters\.properties\.n\.type: is no JSON Schema/m,
    /^lost say: \{minuts\} is no parameter.*did you mean minutes/m,
    /^bare : needs description/m,
    /^tools\.11 : must be object/m,
  ])
    assert.match(text, pattern);
  flow.order({ answer: { ok: true } });
  assert.equal(callOf(await bench.asker.ask("voice", say, "refused-1")).outcome, "done");
});

test("a registration that is wrong as a whole changes nothing, and who may not register hears why", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered();
  for (const [payload, pattern] of [
    ['{"session":', /not the JSON/],
    [{ tools: [] }, /"session"/],
    [{ session: "s1", lease_s: 5, tools: [] }, /lease_s/],
    [{ session: "s1", tools: Array.from({ length: 33 }, () => water) }, /at most 32/],
  ] as const) {
    const n = flow.on("registered").length + 1;
    flow.order({ publish: "needled/home/tools/nodered", payload });
    const told = (await flow.nth("registered", n)) as { tools: string[]; refused: { message: string }[] };
    assert.deepEqual(told.tools, ["water_greenhouse"]);
    assert.match(told.refused[0]?.message ?? "", pattern);
  }
  const stranger = await bench.peer({ name: "stranger" });
  stranger.register([{ ...water, name: "sweep_floor" }]);
  const told = (await stranger.nth("registered", 1)) as { tools: string[]; refused: { message: string }[] };
  assert.deepEqual(told.tools, []);
  assert.match(told.refused[0]?.message ?? "", /flows\.clients/);
});

test("nobody listens: failed, and it was not started", { skip: whyNoMosquitto }, async () => {
  const flow = await bench.registered();
  await flow.stop();
  const answer = await bench.asker.ask("voice", say, "unheard-1");
  assert.equal(callOf(answer).outcome, "failed", JSON.stringify(answer));
  assert.match(answer.reply, /nobody listens.*not started/);
  bench.forget();
  (await bench.registered()).register([]);
});

test("no acknowledgement: unknown; a result after that is late and changes nothing", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered();
  const answered = bench.asker.ask("voice", say, "late-1");
  const { call } = await flow.nth("call", 1);
  const answer = await answered;
  assert.equal(callOf(answer).outcome, "unknown", JSON.stringify(answer));
  flow.result({ call, ok: true });
  const isLate = ({ kind }: Record<string, unknown>): boolean => kind === "late";
  const late = await eventually(() => flow.on("event/outcome").find(isLate), "the late result");
  assert.deepEqual([late?.client, late?.intent], ["mqtt/nodered", { source: "voice", id: "late-1" }]);
  const again = await bench.asker.ask("voice", say, "late-1");
  assert.equal(callOf(again).outcome, "unknown");
  assert.equal(flow.on("call").length, 1);
});

test("it vanishes before its acknowledgement: unknown", { skip: whyNoMosquitto }, async () => {
  const flow = await bench.registered();
  const answered = bench.asker.ask("voice", say, "vanish-1");
  await flow.nth("call", 1);
  await flow.stop();
  assert.equal(callOf(await answered).outcome, "unknown");
  bench.forget();
  (await bench.registered()).register([]);
});

test("it vanishes after its acknowledgement: its last words end the call, and its tools are gone", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered([{ ...water, timeout_s: 30 }], {
    name: "other",
    will: { session: "s1", tools: [] },
  });
  const answered = bench.asker.ask("voice", say, "vanish-2");
  const { call } = await flow.nth("call", 1);
  flow.result({ call, ack: true });
  // The acknowledgement leaves before the process ends.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const at = performance.now();
  await flow.stop();
  const answer = await answered;
  assert.equal(callOf(answer).outcome, "unknown", JSON.stringify(answer));
  assert.match(answer.reply, /vanished in the middle/);
  assert.ok(performance.now() - at < 20_000, "it did not wait for the deadline");
  const next = await bench.asker.ask("voice", say, "vanish-3");
  assert.equal(callOf(next).outcome, "failed", JSON.stringify(next));
  bench.forget();
});

test("a new session ends the calls of the one before; a will that comes late takes nothing", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered([{ ...water, timeout_s: 30 }]);
  const answered = bench.asker.ask("voice", say, "session-1");
  const { call } = await flow.nth("call", 1);
  flow.result({ call, ack: true });
  flow.register([water], { session: "s2" });
  assert.equal(callOf(await answered).outcome, "unknown");
  flow.register([], { session: "s1" });
  const told = (await flow.nth("registered", 3)) as { session: string; tools: string[] };
  assert.deepEqual([told.session, told.tools], ["s2", ["water_greenhouse"]]);
  flow.order({ answer: { ok: true } });
  assert.equal(callOf(await bench.asker.ask("voice", say, "session-2")).outcome, "done");
  flow.register([], { session: "s2" });
});

test("only who was called may answer, and an answer that cannot be read ends the call", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered();
  const other = await bench.peer({ name: "other" });
  const answered = bench.asker.ask("voice", say, "who-1");
  const { call } = await flow.nth("call", 1);
  other.result({ call, ok: true, say: "It was me." });
  flow.result({ call, ok: true, say: 7 });
  const answer = await answered;
  assert.equal(callOf(answer).outcome, "unknown", JSON.stringify(answer));
  assert.match(answer.reply, /cannot be read: "say"/);
});

test("risk 3 waits for a yes on another channel, and so does a tool that asks for one", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered([
    { ...water, name: "open_coop", risk: 3, parameters: undefined, say: undefined },
    { ...water, name: "call_taxi", risk: 1, confirm: true, parameters: undefined, say: undefined },
  ]);
  flow.order({ answer: { ok: true } });
  const token = readFileSync(bench.worker.places.tokenPath, "utf8").trim();
  for (const [n, tool] of ["open_coop", "call_taxi"].entries()) {
    const answer = await bench.asker.ask("voice", tool, `risk-${n}`);
    assert.equal(callOf(answer).outcome, "needs_confirmation", JSON.stringify(answer));
    assert.equal(flow.on("call").length, n);
    const confirmed = await fetch(`http://127.0.0.1:${bench.worker.places.http}/v1/confirm`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ challenge: answer.confirm?.challenge, yes: true }),
    });
    assert.equal(((await confirmed.json()) as Answer).calls[0]?.outcome, "done");
    assert.equal(flow.on("call").length, n + 1);
  }
  const [asked, closed] = flow.on("event/confirm");
  assert.deepEqual([asked?.challenge, asked?.closed, closed?.closed], [undefined, undefined, "yes"]);
  assert.equal(
    flow.on("event/outcome").filter(({ confirm }) => (confirm as { challenge?: string })?.challenge).length,
    0,
  );
});

test("modes: interpret binds and asks nothing, a dry run sends nothing", { skip: whyNoMosquitto }, async () => {
  const flow = await bench.registered();
  const heard = await bench.asker.ask("voice", say, "mode-1", { mode: "interpret" });
  assert.deepEqual(
    [callOf(heard).policy, callOf(heard).outcome, callOf(heard).arguments, heard.mode],
    [null, null, { minutes: 3 }, "interpret"],
  );
  const dry = await bench.asker.ask("voice", say, "mode-2", { mode: "dry_run" });
  assert.deepEqual([callOf(dry).policy, callOf(dry).outcome, dry.dry_run], ["allow", null, true]);
  assert.deepEqual(flow.on("call"), []);
});

test("events tell of an intent from its words to its outcome, and of the devices", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.peer();
  await bench.asker.ask("voice", 'turn_on {"name":"kitchen ceiling light"}', "event-1", { room: "kitchen" });
  const about = (kind: string) =>
    flow.on(`event/${kind}`).find(({ intent }) => (intent as { id?: string } | undefined)?.id === "event-1");
  await eventually(() => about("outcome"), "the outcome");
  assert.equal(about("intent")?.room, "kitchen");
  const callIn = (kind: string): Record<string, unknown> | undefined =>
    (about(kind)?.calls as Record<string, unknown>[] | undefined)?.[0];
  assert.deepEqual([callIn("calls")?.name, callIn("outcome")?.outcome], ["turn_on", "done"]);
  const [device] = flow.on("event/device");
  assert.deepEqual([device?.device, device?.area, device?.reachable], ["kitchen_ceiling", "kitchen", true]);
});
