import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, open, tool } from "./bench.ts";
import type { FlowsOptions } from "./flows.ts";

test("what is sent ends as the truth table says", async () => {
  for (const [how, status, pattern] of [
    ["unheard", "failed", /nobody listens/],
    ["away", "failed", /broker is away/],
    ["refused", "failed", /does not let it out/],
  ] as const) {
    const bench = open({}, () => how);
    bench.register([tool("sweep")]);
    const { verdict } = bench.send("sweep");
    await bench.clock.advance(1);
    assert.equal(verdict()?.status, status);
    assert.match(verdict()?.reason ?? "", pattern);
  }
  const bench = open();
  bench.register([tool("sweep")]);
  const { verdict } = bench.send("sweep");
  await bench.clock.advance(1_999);
  assert.equal(verdict(), undefined);
  await bench.clock.advance(1);
  assert.deepEqual(verdict(), { status: "unknown", reason: "the flow did not take it up" });
});

test("acknowledged, then silent: unknown at the deadline; a result after it is told and changes nothing", async () => {
  const bench = open();
  bench.register([tool("sweep")]);
  const { verdict } = bench.send("sweep");
  await bench.clock.advance(0);
  const call = bench.calls[0]?.call ?? "";
  assert.equal(bench.calls[0]?.deadline, bench.clock.now() + 5_000);
  assert.ok(bench.result({ call, ack: true }).ok);
  await bench.clock.advance(4_999);
  assert.equal(verdict(), undefined);
  await bench.clock.advance(1);
  assert.deepEqual(verdict(), { status: "unknown", reason: "the flow did not answer in time" });
  assert.ok(bench.result({ call, ok: true }).ok);
  assert.deepEqual(
    bench.events.map(({ kind, body }) => [kind, (body as { kind?: string }).kind]),
    [["outcome", "late"]],
  );
});

test("a result counts once, and a repeat of it is no news", async () => {
  const bench = open();
  bench.register([tool("sweep")]);
  const { verdict } = bench.send("sweep");
  await bench.clock.advance(0);
  const call = bench.calls[0]?.call;
  for (let n = 0; n < 2; n += 1) assert.ok(bench.result({ call, ok: true, say: "Swept." }).ok);
  await bench.clock.advance(0);
  assert.deepEqual([verdict(), bench.events], [{ status: "done", say: "Swept." }, []]);
  assert.deepEqual(bench.result({ call: "other", ok: true }), {
    ...{ ok: false, code: "no_such_call", message: "There is no call other for this client." },
  });
});

test("results that are wrong are refused, whatever they are", async () => {
  for (const [body, pattern] of [
    ["{", /JSON/],
    [[], /must be a JSON object/],
    [{ ok: true }, /"call"/],
    [{ call: "c" }, /"ok"/],
    [{ call: "c", ok: true, say: "" }, /"say"/],
    [{ call: "c", ok: true, say: "x".repeat(501) }, /"say"/],
    [{ call: "c", ok: true, data: "x".repeat(17_000) }, /"data"/],
    [{ call: "c", ok: false, error: 7 }, /"error"/],
  ] as const) {
    const bench = open();
    const verdict = bench.flows.port.result(bench.line, "a", bytes(body));
    assert.match(verdict.ok ? "" : verdict.message, pattern);
  }
});

test("a call for a session that is over was not started", async () => {
  const bench = open();
  bench.register([tool("sweep")], { session: "s2" });
  const { verdict } = bench.send("sweep");
  await bench.clock.advance(0);
  assert.equal(verdict()?.status, "failed");
  assert.deepEqual(bench.calls, []);
});

test("the same act is the same call in every life; another use of the intent's id is another", async () => {
  const at = { value: 1 };
  const intentOf = (tag: string) => ({
    source: "voice",
    id: tag,
    text: "",
    admittedAt: at.value,
    attempts: 0,
    speaker: {},
  });
  const bench = open({ intentOf: intentOf as unknown as FlowsOptions["intentOf"] });
  bench.register([tool("sweep")]);
  bench.send("sweep");
  bench.send("sweep");
  at.value = 2;
  bench.send("sweep");
  await bench.clock.advance(0);
  const [one, two, three] = bench.calls.map(({ call }) => call);
  assert.equal(one, two);
  assert.notEqual(one, three);
});

test("what may have been sent before a crash goes to a new session, and is unknown when its flow is not back", async () => {
  const intentOf = () => ({ source: "voice", id: "1", text: "", admittedAt: 1, attempts: 1, speaker: {} });
  const bench = open({ intentOf: intentOf as unknown as FlowsOptions["intentOf"] });
  const lost = bench.send("sweep", { repeat: "idempotent" });
  const never = bench.send("sweep", { repeat: "once" });
  await bench.clock.advance(0);
  assert.deepEqual([lost.verdict()?.status, never.verdict()?.status], ["unknown", "failed"]);
  bench.register([tool("sweep")], { session: "s2" });
  bench.send("sweep", { repeat: "idempotent" });
  await bench.clock.advance(0);
  assert.equal(bench.calls[0]?.session, "s2");
});
