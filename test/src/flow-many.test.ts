// Many calls of a flow's tool, needled's own broker, HTTP, and the real model with tools that come and go.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, whyNoMosquitto } from "@needled/daemon/testing";
import { openAsker } from "./daemon.ts";
import { callOf, say, startWorker, useBench, type Worker, water } from "./flow/bench.ts";

const bench = useBench();

async function memoryOf({ pid, lines }: Worker): Promise<number> {
  const before = lines.length;
  process.kill(pid, "SIGUSR2");
  const line = await eventually(() => lines.slice(before).find((one) => one.startsWith("memory ")), "its memory");
  return (JSON.parse(line.slice("memory ".length)) as { heapUsed: number }).heapUsed;
}

test("1,000 calls: each answered once, and the memory does not grow with them", { skip: whyNoMosquitto }, async () => {
  const flow = await bench.registered();
  flow.order({ answer: { ok: true, data: { text: "x".repeat(1_000) } } });
  const run = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n += 20) {
      const ids = Array.from({ length: 20 }, (_, i) => `many-${n + i}`);
      const answers = await Promise.all(ids.map((id) => bench.asker.ask("voice", say, id)));
      for (const answer of answers) assert.equal(callOf(answer).outcome, "done", JSON.stringify(answer));
    }
  };
  await run(0, 200);
  const first = await memoryOf(bench.worker);
  await run(200, 1_000);
  const grown = (await memoryOf(bench.worker)) - first;
  const calls = flow.on("call").map(({ call }) => call);
  assert.deepEqual([calls.length, new Set(calls).size], [1_000, 1_000]);
  // Answers are kept for ten minutes, so that a repeat gets the first one: that is 800 of some 3 KB.
  assert.ok(grown < 12 * 1024 * 1024, `${grown} bytes for 800 calls`);
});

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
