import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Approved, Bound, BoundCall, Outcome, Risk, ToolCall } from "@needled/devices";
import { createPolicy } from "./policy/policy.ts";
import type { ReadCall, Reading } from "./ports.ts";
import { askReport, explainReport } from "./report.ts";
import { type Intent, runTurn, type Turn, type TurnPorts } from "./turn.ts";

const signal = new AbortController().signal;
const asker = { source: "test", door: "stdin", hasId: true, at: 0 };
const intent = (text: string): Intent => ({ id: "1", text, speaker: {}, asker });

function readCall(name: string, more: Partial<ReadCall> = {}): ReadCall {
  const base = { name, arguments: { name: "lamp" }, spans: {}, confidence: 0.9, rawConfidence: 0.9, maskMass: 1 };
  return { ...base, ...more };
}

function reading(...calls: ReadCall[]): Reading {
  return { calls, inPlay: ["turn_on"], registered: 1, ms: { load: 0, engine: 1, encode: 0.5, decode: 0.5 } };
}

function bound(call: ToolCall, risk: Risk): Bound {
  const plan = { do: "read", property: "state" } as const;
  const { name: tool, arguments: given } = call;
  const deed = `${tool} the lamp`;
  const common = { effect: "set", timeoutMs: 1, targets: ["lamp"], said: "the lamp", speaker: {} } as const;
  return { ok: true, call: { tool, arguments: given, risk, deed, plan, ...common } };
}

function outcomeOf(call: BoundCall, status: Outcome["status"] = "done"): Outcome {
  const { tool, effect, deed, said } = call;
  return { tool, status, effect, deed, said, arguments: call.arguments, devices: [], ms: 1 };
}

const risks: Record<string, Risk> = { turn_on: 1, open: 2, unlock: 3, format: 4 };
let moved: string[];
let answers: (() => Reading)[];

beforeEach(() => {
  moved = [];
  answers = [];
});

function ports(more: Partial<TurnPorts> = {}): TurnPorts {
  return {
    interpreter: { read: async () => (answers.shift() ?? assert.fail("asked too often"))() },
    binder: { bind: (call) => bound(call, risks[call.name] ?? 1) },
    policy: createPolicy({ tools: new Set(Object.keys(risks)), modelThreshold: () => 0.3, minMaskMass: 0.1 }),
    dispatcher: {
      act: async (approved: Approved) => {
        moved.push(approved.tool);
        return outcomeOf(approved);
      },
    },
    say: (outcome) => `${outcome.deed}: ${outcome.status}.`,
    refuse: (refusal) => refusal.message,
    clock: { now: () => 0, monotonic: () => 0 },
    log: { debug: () => undefined, warn: () => undefined },
    ...more,
  };
}

function ask(calls: ReadCall[], more: Partial<TurnPorts> = {}): Promise<Turn> {
  answers = [() => reading(...calls)];
  return runTurn(ports(more), intent("turn on the lamp"), signal);
}

test("carries out what is clear and allowed, and says what became of it", async () => {
  const turn = await ask([readCall("turn_on"), readCall("open")]);
  assert.deepEqual(moved, ["turn_on", "open"]);
  assert.equal(turn.reply, "turn_on the lamp: done. open the lamp: done.");
  assert.equal(turn.exitCode, 0);
});

test("what one wish names is meant by the next that names nothing, and not once it is off", async () => {
  const lasts: unknown[] = [];
  const binder: TurnPorts["binder"] = {
    bind: (call, { last, refers }) => {
      lasts.push([call.name, last, refers]);
      return bound(call, 1);
    },
  };
  const nameless = readCall("set_volume", { arguments: { level: 12 } });
  const it = readCall("set_color", { arguments: { name: "it", color: "red" } });
  await ask([readCall("turn_on"), nameless, it, readCall("turn_off"), nameless], { binder });
  assert.deepEqual(lasts, [
    ["turn_on", undefined, "nothing"],
    ["set_volume", ["lamp"], "it"],
    ["set_color", ["lamp"], "it"],
    ["turn_off", undefined, "nothing"],
    ["set_volume", undefined, "nothing"],
  ]);
});

test("asks for confirmation of risk 3 and moves nothing", async () => {
  const turn = await ask([readCall("unlock")]);
  assert.deepEqual(moved, []);
  assert.equal(turn.steps[0]?.outcome, "needs_confirmation");
  assert.equal(turn.exitCode, 1);
});

test("denies risk 4 and tools that are not listed, however sure the model is", async () => {
  const sure = { confidence: 1 };
  const turn = await ask([readCall("format", sure), readCall("rm_rf", sure)]);
  assert.deepEqual(
    turn.steps.map((step) => step.outcome),
    ["denied", "denied"],
  );
  assert.deepEqual(moved, []);
});

test("asks back below the threshold of the risk, and on a bent answer", async () => {
  const turn = await ask([readCall("turn_on", { confidence: 0.2 })]);
  assert.equal(turn.refusal?.code, "low_confidence");
  assert.match(turn.reply, /Did you mean: turn_on the lamp\?/);
  assert.equal((await ask([readCall("open", { confidence: 0.4 })])).refusal?.code, "low_confidence");
  assert.equal((await ask([readCall("turn_on", { maskMass: 0.01 })])).refusal?.code, "low_confidence");
  assert.deepEqual(moved, []);
});

test("does the clear part of a sentence and says what was unclear", async () => {
  const turn = await ask([readCall("turn_on"), readCall("open", { confidence: 0.1 })]);
  assert.deepEqual(moved, ["turn_on"]);
  assert.equal(turn.refusal, undefined);
  assert.deepEqual(
    askReport(turn).calls.map((call) => call.outcome),
    ["done", "rejected"],
  );
  assert.equal(turn.exitCode, 1);
});

test("passes on what binding could not find", async () => {
  const refusal = { code: "unknown_device", message: "I know no lamp." } as const;
  const turn = await ask([readCall("turn_on")], { binder: { bind: () => ({ ok: false, refusal }) } });
  assert.deepEqual(turn.refusal, refusal);
  assert.equal(turn.reply, "I know no lamp.");
});

test("does not look for a name that was hardly understood, but tells of a value out of range", async () => {
  const unsure = [readCall("turn_on", { confidence: 0.1 })];
  const refuse = (code: "unknown_device" | "out_of_range"): Partial<TurnPorts> => ({
    binder: { bind: () => ({ ok: false, refusal: { code, message: code } }) },
  });
  assert.equal((await ask(unsure, refuse("unknown_device"))).refusal?.code, "low_confidence");
  assert.equal((await ask(unsure, refuse("out_of_range"))).refusal?.code, "out_of_range");
});

test("says so when there is nothing to call", async () => {
  const turn = await ask([]);
  assert.equal(turn.refusal?.code, "no_call");
  assert.equal(turn.exitCode, 1);
});

test("refuses bad input without asking the model", async () => {
  for (const [text, code] of [
    ["", "empty"],
    ["a\u0000", "bad_text"],
    ["a".repeat(1 << 20), "too_long"],
  ] as const) {
    const turn = await runTurn(ports(), intent(text), signal);
    assert.equal(turn.refusal?.code, code);
    assert.equal(turn.exitCode, 1);
  }
});

function failure(code: string, retryable: boolean): () => Reading {
  return () => {
    throw Object.assign(new Error(code), { code, retryable });
  };
}

test("asks a second time when the engine died, and not a third", async () => {
  answers = [failure("engine.died", true), () => reading(readCall("turn_on"))];
  assert.equal((await runTurn(ports(), intent("turn on the lamp"), signal)).exitCode, 0);
  assert.deepEqual(moved, ["turn_on"]);
  answers = [failure("engine.died", true), failure("engine.died", true)];
  const turn = await runTurn(ports(), intent("turn on the lamp"), signal);
  assert.equal(turn.refusal?.code, "engine");
  assert.equal(turn.exitCode, 69);
});

test("does not ask again when that cannot help, and tells whose fault it is", async () => {
  answers = [failure("config.weights_changed", false)];
  assert.equal((await runTurn(ports(), intent("turn on the lamp"), signal)).exitCode, 78);
  answers = [failure("request.query_too_long", false)];
  const turn = await runTurn(ports(), intent("turn on the lamp"), signal);
  assert.equal(turn.refusal?.code, "too_long");
  assert.equal(turn.exitCode, 1);
});

test("moves nothing in a dry run, and decides the same", async () => {
  const turn = await ask([readCall("turn_on"), readCall("unlock")], { dispatcher: undefined });
  const report = askReport(turn);
  assert.deepEqual(
    report.calls.map((call) => call.policy),
    ["allow", "confirm"],
  );
  assert.deepEqual(
    report.calls.map((call) => call.outcome),
    [null, "needs_confirmation"],
  );
  assert.equal(report.dry_run, true);
});

test("calls an effect unknown when its handler broke, since the command may have left", async () => {
  const act = async (): Promise<Outcome> => assert.fail("the radio caught fire");
  const turn = await ask([readCall("turn_on")], { dispatcher: { act } });
  assert.equal(turn.steps[0]?.outcome, "unknown");
});

test("explains a call with its evidence, threshold and rule", async () => {
  const turn = await ask([readCall("turn_on", { spans: { name: [12, 16] } })], { dispatcher: undefined });
  const [call] = explainReport(turn, "tiny").calls;
  assert.equal(call?.evidence.name, "lamp");
  assert.equal(call?.threshold, 0.3);
  assert.equal(call?.rule, "risk 0 to 2: allowed");
});
