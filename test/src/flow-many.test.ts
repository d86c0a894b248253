// A thousand calls of tools of flows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, whyNoMosquitto } from "@needled/daemon/testing";
import { callOf, useBench, type Worker, water } from "./flow/bench.ts";

const bench = useBench();
const tools = [..."abcdefghijklmnopqrst"].map((letter) => ({ ...water, name: `water_${letter}`, timeout_s: 30 }));

async function memoryOf({ pid, lines }: Worker): Promise<number> {
  const before = lines.length;
  process.kill(pid, "SIGUSR2");
  const line = await eventually(() => lines.slice(before).find((one) => one.startsWith("memory ")), "its memory");
  return (JSON.parse(line.slice("memory ".length)) as { heapUsed: number }).heapUsed;
}

test("1,000 calls: each answered once, and the memory does not grow with them", { skip: whyNoMosquitto }, async (t) => {
  // Calls of one tool wait for each other. A machine that is busy with other things may stand still for seconds.
  const flow = await bench.registered(tools);
  flow.order({ answer: { ok: true, data: { text: "x".repeat(1_000) } } });
  const run = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n += 20) {
      const ids = Array.from({ length: 20 }, (_, i) => `many-${n + i}`);
      const answers = await Promise.all(
        ids.map((id, i) => bench.asker.ask("voice", `${tools[i]?.name} {"minutes":3}`, id)),
      );
      for (const answer of answers) assert.equal(callOf(answer).outcome, "done", JSON.stringify(answer));
    }
  };
  await run(0, 200);
  const first = await memoryOf(bench.worker);
  await run(200, 1_000);
  const grown = (await memoryOf(bench.worker)) - first;
  t.diagnostic(`heap: ${first} bytes after 200 calls, ${grown} more after 1,000`);
  const calls = flow.on("call").map(({ call }) => call);
  assert.deepEqual([calls.length, new Set(calls).size], [1_000, 1_000]);
  // Answers are kept for ten minutes, so that a repeat gets the first one: that is 800 of some 3 KB.
  assert.ok(grown < 12 * 1024 * 1024, `${grown} bytes for 800 calls`);
});
