import assert from "node:assert/strict";
import { test } from "node:test";
import { open, registration, tool } from "./bench.ts";
import type { Flows } from "./flows.ts";

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
