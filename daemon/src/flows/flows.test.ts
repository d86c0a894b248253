import assert from "node:assert/strict";
import { test } from "node:test";
import { type FlowMessage, type ManualClock, manualClock, type OwnerVerdict } from "@needled/devices";
import type { OpenIntent } from "../journal/state.ts";
import { type Flows, type FlowsOptions, openFlows } from "./flows.ts";
import type { FlowLine, Sent } from "./port.ts";
import type { FlowCall, FlowEvent, FlowRegistered } from "./wire.ts";

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const tool = (name: string, more: object = {}) => ({ name, description: `Do ${name}`, risk: 1, ...more });
const registration = (tools: readonly unknown[], more: object = {}) => bytes({ session: "s1", tools, ...more });

interface Bench {
  flows: Flows;
  clock: ManualClock;
  line: FlowLine;
  calls: FlowCall[];
  told: { client: string; told: FlowRegistered }[];
  events: FlowEvent[];
  kept: string[][];
  changes(): number;
  register(tools: readonly unknown[], more?: object, client?: string): FlowRegistered;
  result(body: object, client?: string): ReturnType<Flows["port"]["result"]>;
  /** What became of a call of `name`, once time has moved on. */
  send(name: string, more?: Partial<FlowMessage>, tag?: string): { verdict(): OwnerVerdict | undefined };
}

function open(options: Partial<FlowsOptions> = {}, sent: () => Sent = () => "sent"): Bench {
  const clock = manualClock();
  const calls: FlowCall[] = [];
  const told: Bench["told"] = [];
  const events: FlowEvent[] = [];
  const kept: string[][] = [];
  let changed = 0;
  const flows = openFlows({
    allowed: undefined,
    maxRisk: 3,
    ackMs: 2_000,
    holderOf: (name) => (name === "turn_on" ? "the catalogue has it" : undefined),
    unfitFor: () => undefined,
    onChange: () => {
      changed += 1;
    },
    intentOf: (tag) =>
      ({ source: "voice", id: tag, text: "do it", admittedAt: 1, attempts: 0, speaker: {} }) as OpenIntent,
    before: [],
    keep: (clients) => void kept.push([...clients]),
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    ...options,
  });
  const line: FlowLine = {
    name: "mqtt",
    isOwn: true,
    call: async (_, call) => {
      calls.push(call);
      return sent();
    },
    tell: (client, what) => void told.push({ client, told: what }),
  };
  flows.port.open(line);
  flows.port.onEvent((event) => events.push(event));
  const message = (name: string): FlowMessage => ({
    ...{ via: "flow", client: "mqtt/a", session: "s1", tool: name, repeat: "once", arguments: {} },
  });
  return {
    ...{ flows, clock, line, calls, told, events, kept, changes: () => changed },
    register: (tools, more, client = "a") => flows.port.register(line, client, registration(tools, more)).told,
    result: (body, client = "a") => flows.port.result(line, client, bytes(body)),
    send(name, more = {}, tag = "voice/1#0") {
      let verdict: OwnerVerdict | undefined;
      void flows.send({ ...message(name), ...more }, { timeoutMs: 5_000, clock, tag }).then((given) => {
        verdict = given;
      });
      return { verdict: () => verdict };
    },
  };
}

const names = (flows: Flows): string[] => flows.tools().map(({ name }) => name);

test("a lease that is not renewed ends the tools and says so; the same text renews it and changes nothing", async () => {
  const bench = open();
  const first = bench.register([tool("sweep")], { lease_s: 10 });
  await bench.clock.advance(8_000);
  const again = bench.register([tool("sweep")], { lease_s: 10 });
  assert.equal((again.expires_at ?? 0) - (first.expires_at ?? 0), 8_000);
  assert.equal(bench.changes(), 1);
  await bench.clock.advance(8_000);
  assert.deepEqual(names(bench.flows), ["sweep"]);
  await bench.clock.advance(3_000);
  assert.deepEqual(names(bench.flows), []);
  assert.deepEqual(bench.told, [{ client: "a", told: { session: "s1", tools: [], refused: [] } }]);
  assert.equal(bench.changes(), 2);
  assert.deepEqual(bench.kept, [["mqtt/a"], []]);
});

test("a turn that has begun ends with the tools it began with, and no later one does", async () => {
  const bench = open();
  bench.register([tool("sweep")]);
  bench.register([]);
  assert.deepEqual(names(bench.flows), []);
  assert.ok(bench.flows.bindable().some(({ name }) => name === "sweep"));
  assert.ok(bench.flows.knows("sweep"));
  await bench.clock.advance(91_000);
  assert.ok(!bench.flows.knows("sweep"));
});

test("of 64 tools in all no client takes more, and what others leave is free on the next registration", () => {
  const bench = open();
  const many = (from: string) => Array.from({ length: 32 }, (_, n) => tool(`${from}${n}`));
  bench.register(many("a"));
  bench.register(many("b"), {}, "b");
  const refused = bench.register([tool("c")], {}, "c");
  assert.deepEqual(refused.tools, []);
  assert.match(refused.refused[0]?.message ?? "", /at most 64/);
  bench.register([], {}, "b");
  assert.deepEqual(bench.register([tool("c")], {}, "c").tools, ["c"]);
});

test("names are taken whatever their case, and free again when their client has gone", () => {
  const bench = open();
  bench.register([tool("sweep")]);
  assert.match(bench.register([tool("Sweep")], {}, "b").refused[0]?.message ?? "", /the client a \(mqtt\)/);
  bench.register([]);
  // The same text as before: what was refused is looked at again.
  assert.deepEqual(bench.register([tool("Sweep")], {}, "b").tools, ["Sweep"]);
});

test("registrations that change all the time are slowed down, renewals are not", async () => {
  const bench = open();
  for (let n = 0; n < 120; n += 1) bench.register([tool(`t${n}`)]);
  const { refused, tools } = bench.register([tool("more")]);
  assert.deepEqual(tools, ["t119"]);
  assert.match(refused[0]?.message ?? "", /too often/);
  assert.deepEqual(bench.register([tool("t119")]).refused, []);
  await bench.clock.advance(1_000);
  assert.deepEqual(bench.register([tool("more")]).tools, ["more"]);
});

test("a pattern that can take for ever is refused, a plain one is not", () => {
  const bench = open();
  const withPattern = (name: string, pattern: string) =>
    tool(name, { parameters: { type: "object", properties: { code: { type: "string", pattern } }, required: [] } });
  const bad = ["(a+)+$", "^(\\w|\\d)*$", "(?:x{1,9}){2,}", "^((ab)+c)+$", "(a|aa)+"];
  const good = ["^[A-Z]{2}$", "^(on|off)$", "^[+*|]+$", "^\\(\\d+\\)$", "^(ab)+$", "^\\d{1,3}(\\.\\d+)?$"];
  const tools = [...bad.map((p, n) => withPattern(`bad${n}`, p)), ...good.map((p, n) => withPattern(`good${n}`, p))];
  const told = bench.register(tools);
  assert.deepEqual(
    told.tools,
    good.map((_, n) => `good${n}`),
    JSON.stringify(told.refused),
  );
  assert.equal(told.refused[0]?.path, "parameters.properties.code.pattern");
});

test("noise never throws and never takes a tool away", () => {
  const bench = open();
  bench.register([tool("sweep")]);
  const seedBytes = Buffer.from(registration([tool("sweep", { parameters: { type: "object", properties: {} } })]));
  let state = 7;
  const random = (most: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % most;
  };
  for (let n = 0; n < 3_000; n += 1) {
    const noise = Buffer.from(seedBytes);
    for (let hits = 1 + random(4); hits > 0; hits -= 1) noise[random(noise.length)] = random(256);
    bench.flows.port.register(bench.line, "noise", noise.subarray(0, 1 + random(noise.length)));
    bench.flows.port.result(bench.line, "noise", noise);
  }
  assert.ok(names(bench.flows).includes("sweep"));
});

test("a tool that the model cannot be shown is refused by its name", () => {
  const bench = open({ unfitFor: ({ name }) => (name === "long" ? "it is too long" : undefined) });
  const told = bench.register([tool("long"), tool("sweep")]);
  assert.deepEqual([told.tools, told.refused], [["sweep"], [{ name: "long", path: "", message: "it is too long" }]]);
});

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

test("who was there before a restart is asked and waited for, but not for long", async () => {
  const bench = open({ before: ["mqtt/a", "mqtt/b"] });
  let isOver = false;
  bench.flows.start();
  void bench.flows.returned().then(() => {
    isOver = true;
  });
  assert.deepEqual(
    bench.told.map(({ client, told }) => [client, told.start]),
    [
      ["a", true],
      ["b", true],
    ],
  );
  bench.register([tool("sweep")]);
  await bench.clock.advance(2_900);
  assert.equal(isOver, false);
  await bench.clock.advance(200);
  assert.equal(isOver, true);
  assert.deepEqual(bench.kept.at(-1), ["mqtt/a"]);
});

test("only named clients may register where they are named, on a broker of others nobody else", () => {
  const bench = open({ allowed: ["a"] });
  assert.deepEqual(bench.register([tool("sweep")]).tools, ["sweep"]);
  assert.match(bench.register([tool("mop")], {}, "b").refused[0]?.message ?? "", /flows\.clients/);
  const strangers = open();
  const line = { ...strangers.line, isOwn: false };
  assert.deepEqual(strangers.flows.port.register(line, "a", registration([tool("mop")])).verdict.ok, false);
});
