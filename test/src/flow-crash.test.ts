// Tools of flows when the daemon, the client or the broker goes away in the middle: nothing twice, doubt is said, and all of it works again after.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Answer } from "@needled/daemon";
import { eventually, whyNoMosquitto } from "@needled/daemon/testing";
import { callOf, type FlowPeer, say, useBench, water } from "./flow/bench.ts";

const bench = useBench();

interface Crash {
  tools: readonly object[];
  id: string;
  /** What the client does between the death and the second life. */
  meanwhile?(flow: FlowPeer, call: unknown): void;
  session?: string;
}

/** Kills the daemon between a call and its result, starts it again and returns what the second one answers. */
async function crash({
  tools,
  id,
  meanwhile,
  session,
}: Crash): Promise<{ answer: Answer; calls: Record<string, unknown>[] }> {
  const flow = await bench.registered(tools);
  const answered = bench.asker.ask("voice", say, id);
  const { call } = await flow.nth("call", 1);
  flow.result({ call, ack: true });
  await bench.worker.stop("SIGKILL");
  meanwhile?.(flow, call);
  flow.order({ answer: { ok: true } });
  const restarted = bench.restart();
  await eventually(() => flow.on("registered").some(({ start }) => start === true), "the question to register again");
  flow.register(tools, session === undefined ? {} : { session });
  await restarted;
  const answer = await answered;
  assert.equal(answer.recovered, true, JSON.stringify(answer));
  if (session !== undefined) flow.register([], { session });
  return { answer, calls: flow.on("call") };
}

test("the daemon dies between call and result: `once` is not sent again, and nobody claims to know", {
  skip: whyNoMosquitto,
}, async () => {
  const { answer, calls } = await crash({ tools: [water], id: "crash-1" });
  assert.deepEqual([callOf(answer).outcome, calls.length], ["unknown", 1]);
});

test("the daemon dies between call and result: `idempotent` is sent again as the same call", {
  skip: whyNoMosquitto,
}, async () => {
  const tools = [{ ...water, repeat: "idempotent" }];
  const { answer, calls } = await crash({ tools, id: "crash-2" });
  assert.deepEqual([callOf(answer).outcome, calls.length], ["done", 2], JSON.stringify(answer));
  assert.equal(calls[0]?.call, calls[1]?.call);
});

test("after a crash `idempotent` goes to whatever session the client has now", { skip: whyNoMosquitto }, async () => {
  const tools = [{ ...water, repeat: "idempotent" }];
  const { answer, calls } = await crash({ tools, id: "crash-3", session: "s9" });
  assert.deepEqual([callOf(answer).outcome, calls[1]?.session], ["done", "s9"], JSON.stringify(answer));
});

test("what was said before the client was back is not misunderstood for want of its tools", {
  skip: whyNoMosquitto,
}, async () => {
  const flow = await bench.registered();
  flow.order({ answer: { ok: true } });
  await bench.asker.ask("voice", say, "return-1");
  await bench.worker.stop("SIGKILL");
  const answered = bench.asker.ask("voice", say, "return-2");
  const restarted = bench.restart();
  await eventually(() => flow.on("registered").some(({ start }) => start === true), "the question to register again");
  flow.register([water]);
  await restarted;
  assert.equal(callOf(await answered).outcome, "done");
});

test("the broker goes away and comes back: calls fail meanwhile and work after", { skip: whyNoMosquitto }, async () => {
  const flow = await bench.registered();
  flow.order({ answer: { ok: true } });
  await bench.mosquitto.kill();
  const token = readFileSync(bench.worker.places.tokenPath, "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ text: say, id: "away-1" });
  const ask = await fetch(`http://127.0.0.1:${bench.worker.places.http}/v1/intent`, { method: "POST", headers, body });
  const answer = (await ask.json()) as Answer;
  assert.equal(callOf(answer).outcome, "failed", JSON.stringify(answer));
  assert.match(answer.reply, /broker is away/);
  await bench.mosquitto.start();
  await bench.reconnect();
  // Who registers before the daemon is back is not heard; the daemon asks.
  await eventually(() => flow.on("registered").some(({ start }) => start === true), "the question to register again");
  const n = flow.on("registered").length;
  flow.register([water]);
  await flow.nth("registered", n + 1);
  assert.equal(callOf(await bench.asker.ask("voice", say, "away-2")).outcome, "done");
});
