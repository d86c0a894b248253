// Turns on the simulated home with the model's part played by the test: what the product does with any reading.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  askReport,
  createPolicy,
  openSimulatedHouse,
  type ReadCall,
  runTurn,
  type SimulatedHouse,
  type Turn,
  type TurnPorts,
} from "@needled/daemon";
import { catalogue } from "@needled/devices";

const signal = new AbortController().signal;
const quiet = { debug: () => undefined, warn: () => undefined };

let sim: SimulatedHouse;
before(async () => {
  sim = await openSimulatedHouse({ seed: 1, room: undefined }, signal);
});
after(() => sim.close());

function says(name: string, given: ReadCall["arguments"], confidence = 0.99): ReadCall {
  return { name, arguments: given, spans: {}, confidence, rawConfidence: confidence, maskMass: 1 };
}

function hear(calls: readonly ReadCall[], more: Partial<TurnPorts> = {}): Promise<Turn> {
  const ms = { load: 0, engine: 0, encode: 0, decode: 0 };
  const ports: TurnPorts = {
    interpreter: { read: async () => ({ calls: [...calls], inPlay: [], registered: 0, ms }) },
    binder: sim.house,
    policy: createPolicy({
      tools: new Set(catalogue().map((tool) => tool.name)),
      modelThreshold: () => 0.3,
      minMaskMass: 0.01,
    }),
    dispatcher: sim.house,
    say: sim.say,
    refuse: sim.refuse,
    clock: sim.clock,
    log: quiet,
    ...more,
  };
  const asker = { source: "test", door: "stdin", hasId: true, at: 0 };
  return runTurn(ports, { id: "1", text: "as the test says", speaker: sim.speaker(), asker }, signal);
}

const stateOf = (id: string): Readonly<Record<string, unknown>> =>
  sim.house.home.devices.find((device) => device.id === id)?.state ?? assert.fail(id);

test("carries out two calls of one sentence and reports what the devices echoed", async () => {
  const turn = await hear([
    says("turn_off", { name: "kitchen lights" }),
    says("set_temperature", { name: "bedroom", degrees: 21 }),
  ]);
  assert.deepEqual(
    turn.steps.map((step) => step.outcome),
    ["done", "done"],
    turn.reply,
  );
  assert.equal(stateOf("kitchen_ceiling").on, false);
  assert.equal(stateOf("bedroom_thermostat").target, 21);
  assert.equal(turn.exitCode, 0);
  assert.match(turn.reply, /kitchen/i);
});

async function assertRefused(code: string, call: ReadCall): Promise<void> {
  const before = JSON.stringify(sim.house.home.devices.map((device) => device.state));
  const turn = await hear([call]);
  assert.equal(turn.refusal?.code, code, turn.reply);
  assert.equal(turn.exitCode, 1);
  assert.equal(turn.steps[0]?.outcome, "rejected");
  assert.match(turn.reply, /\w{3,}/);
  assert.equal(JSON.stringify(sim.house.home.devices.map((device) => device.state)), before);
}

test("refuses brightness 500 instead of making it 100 or 50", async () => {
  await assertRefused("out_of_range", says("set_brightness", { name: "reading lamp", level: 500 }));
});

test("refuses a device that this home does not have instead of taking the nearest", async () => {
  await assertRefused("unknown_device", says("turn_on", { name: "flux capacitor" }));
});

test("asks back when a name could be several devices", async () => {
  await assertRefused("ambiguous", says("set_brightness", { name: "lamp", level: 10 }));
});

test("refuses values of the wrong kind, NaN among them", async () => {
  for (const level of [Number.NaN, "much", null, {}, [1]] as unknown as number[]) {
    const turn = await hear([says("set_brightness", { name: "reading lamp", level })]);
    assert.ok(turn.refusal, `${level}`);
    assert.match(turn.refusal.code, /^(invalid_arguments|out_of_range)$/);
  }
});

test("moves no lock and no alarm without a confirmation", async () => {
  const turn = await hear([
    says("unlock", { name: "front door" }, 1),
    says("disarm_alarm", {}, 1),
    says("open", { name: "garage door" }, 1),
  ]);
  assert.deepEqual(
    askReport(turn).calls.map(({ policy, outcome }) => [policy, outcome]),
    Array.from({ length: 3 }, () => ["confirm", "needs_confirmation"]),
  );
  assert.equal(stateOf("front_door_lock").locked, true);
  assert.equal(stateOf("garage_door").position, 0);
});

test("denies a tool that is not in the catalogue", async () => {
  const turn = await hear([says("run_shell", { name: "rm -rf /" }, 1)]);
  assert.match(turn.steps[0]?.outcome ?? "", /^(rejected|denied)$/);
});

/** mulberry32, so that a failure can be repeated. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

test("lets nothing of risk 3 through, whatever a hostile model says", async () => {
  const random = randomOf(7);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const names = [...sim.lexicon, "everything", "front door", "the safe", "", "\u001e", "x".repeat(600), "__proto__"];
  const values: unknown[] = [0, -1, 500, 1e300, "open", "off", true, null, [], {}, Number.NaN, "toString"];
  const tools = [...catalogue().map((tool) => tool.name), "exec", "__proto__", "constructor", ""];
  const approved: { tool: string; risk: number }[] = [];
  const act = async (call: { tool: string; risk: number }): Promise<never> => {
    approved.push({ tool: call.tool, risk: call.risk });
    throw new Error("a hostile model must not move the home of this test");
  };
  for (let i = 0; i < 2000; i += 1) {
    const tool = pick(tools);
    const keys = Object.keys(catalogue().find(({ name }) => name === tool)?.parameters.properties ?? { name: 1 });
    const given = Object.fromEntries(keys.map((key) => [key, random(3) === 0 ? pick(values) : pick(names)]));
    const turn = await hear([says(tool, given as ReadCall["arguments"], 1)], { dispatcher: { act } });
    assert.notEqual(turn.refusal?.code, "engine", JSON.stringify({ tool, given, reply: turn.reply }));
  }
  assert.ok(approved.length > 50, `only ${approved.length} calls got through: the drill drills nothing`);
  assert.deepEqual(
    approved.filter(({ risk, tool }) => risk >= 3 || tool === "unlock" || tool === "disarm_alarm"),
    [],
  );
});
