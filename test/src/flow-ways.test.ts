// The ways to tools of flows: needled's own broker, HTTP, and the real model with tools that come and go.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Answer } from "@needled/daemon";
import { eventually, whyNoMosquitto } from "@needled/daemon/testing";
import { needled, noModel } from "./cli.ts";
import { openAsker, startDaemon } from "./daemon.ts";
import { callOf, say, startPeer, startWorker, useBench, water } from "./flow/bench.ts";

const feedCat = {
  name: "feed_cat",
  description: "Feed the cat",
  parameters: {
    type: "object",
    properties: { portions: { type: "integer", minimum: 1, maximum: 3, description: "how many portions" } },
    required: [],
  },
  risk: 1,
  say: "The cat got {portions} portions.",
};
const bench = useBench();

test("needled's own broker (3.1.1): whoever connects may have tools", { skip: whyNoMosquitto }, async () => {
  const own = await startWorker(bench.folder, "broker: {port: 0}\nhttp: {port: 0}\n", "own");
  const port = own.places.broker ?? 0;
  const flow = await bench.peer({ version: 4, name: "anybody" }, port);
  const voice = await openAsker(port, "needled/home/out/+");
  try {
    flow.register([water]);
    await flow.nth("registered", 1);
    flow.order({ answer: { ok: true } });
    assert.equal(callOf(await voice.ask("voice", say, "own-1")).outcome, "done");
    await flow.stop();
    const answer = await voice.ask("voice", say, "own-2");
    assert.equal(callOf(answer).outcome, "failed", JSON.stringify(answer));
  } finally {
    bench.forget();
    await voice.close();
    await own.stop();
  }
});

test("over HTTP: a stream brings the calls, a result ends them, and who leaves loses the tools", {
  skip: whyNoMosquitto,
}, async () => {
  const { http, tokenPath } = bench.worker.places;
  const token = readFileSync(tokenPath, "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const send = async (method: string, path: string, body: object) => {
    const answer = await fetch(`http://127.0.0.1:${http}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const leaving = new AbortController();
  const stream = await fetch(`http://127.0.0.1:${http}/v1/events?client=other`, { headers, signal: leaving.signal });
  assert.equal(stream.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const kinds: string[] = [];
  const answering = answerCalls(stream, async (kind, body) => {
    kinds.push(kind);
    if (kind === "call") await send("POST", "/v1/result/other", { call: body.call, ok: true, say: "Swept." });
  });
  const session = "s1";
  const tools = [{ ...water, name: "sweep_yard" }, { name: "x" }];
  const registered = await send("PUT", "/v1/tools/other", { session, tools });
  assert.deepEqual([registered.status, registered.body.tools], [200, ["sweep_yard"]]);
  assert.equal((await send("PUT", "/v1/tools/stranger", { session, tools: [] })).status, 403);
  assert.equal((await send("PUT", "/v1/tools/other", { tools: [] })).status, 400);
  assert.equal((await send("POST", "/v1/result/other", { call: "none", ok: true })).status, 404);
  const ask = (id: string) => bench.asker.ask("voice", 'sweep_yard {"minutes":3}', id);
  assert.equal((await ask("http-1")).reply, "Swept.");
  for (const kind of ["intent", "calls", "call", "outcome"]) assert.ok(kinds.includes(kind), kind);
  leaving.abort();
  await answering;
  assert.equal(callOf(await ask("http-2")).outcome, "failed");
  // What it left behind is gone after five seconds, and the names are free.
  const other = await bench.peer();
  const trying = setInterval(() => other.register([{ ...water, name: "sweep_yard" }]), 500);
  const isFree = (): boolean =>
    (other.on("registered").at(-1)?.tools as string[] | undefined)?.includes("sweep_yard") ?? false;
  await eventually(isFree, "the name to be free").finally(() => clearInterval(trying));
});

/** Hands on what a stream of server-sent events brings, until it ends. */
async function answerCalls(
  stream: Response,
  onEvent: (kind: string, body: Record<string, unknown>) => Promise<void>,
): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const part of stream.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const [, kind, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        if (kind !== undefined) await onEvent(kind, JSON.parse(data ?? "{}") as Record<string, unknown>);
      }
    }
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
  }
}

test("the model itself: it calls a tool that came while it ran, and not any more when that is gone", {
  skip: whyNoMosquitto || noModel,
}, async () => {
  const config = join(bench.folder, "model.yaml");
  writeFileSync(config, "broker: {port: 0}\nhttp: {port: 0}\n");
  const state = join(bench.folder, "model");
  const daemon = await startDaemon(["--config", config, "--state", state]);
  const port = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.lines.join("\n"))?.[1]);
  const voice = await openAsker(port, "needled/home/out/+");
  const flow = await startPeer(port, { version: 4 });
  const text = "feed the cat two portions";
  try {
    const tools = (answer: Answer): string[] => answer.calls.map(({ name }) => name);
    assert.ok(!tools(await voice.ask("voice", text, "model-1")).includes("feed_cat"));
    flow.order({ answer: { ok: true } });
    flow.register([feedCat]);
    await flow.nth("registered", 1);
    const answer = await voice.ask("voice", text, "model-2");
    assert.deepEqual(
      [callOf(answer).outcome, answer.reply],
      ["done", "The cat got 2 portions."],
      JSON.stringify(answer),
    );
    const explained = await needled(["explain", "--json", "--config", config, "--state", state, text]);
    assert.equal(JSON.parse(explained.stdout).calls[0]?.sends, 'flow mqtt/nodered {"portions":2}', explained.stderr);
    const dry = await needled(["ask", "--dry-run", "--json", "--config", config, "--state", state, text]);
    assert.deepEqual(JSON.parse(dry.stdout).calls[0]?.outcome, null, dry.stdout + dry.stderr);
    assert.equal(flow.on("call").length, 1);
    flow.register([]);
    await flow.nth("registered", 2);
    assert.ok(!tools(await voice.ask("voice", text, "model-3")).includes("feed_cat"));
  } finally {
    await flow.stop();
    await voice.close();
    await daemon.stop();
  }
});
