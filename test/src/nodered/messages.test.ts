// Messages through a tool node: all answered, none twice, and nothing is kept of them. NEEDLED_MESSAGES says how many.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { noModel } from "../cli.ts";
import { askMany, loadFlow, measure } from "./load-flow.ts";
import { whyNoNodeRed } from "./peers.ts";
import { openStage, type Stage } from "./stage.ts";

const skip = whyNoNodeRed || noModel;
const count = Number(process.env.NEEDLED_MESSAGES ?? 200);
let stage: Stage;

before(async () => {
  if (skip) return;
  stage = await openStage({ config: "limits: {per_minute: 100000, burst: 100000, in_flight: 64, waiting: 1000}\n" });
  await stage.run(loadFlow);
});
after(() => stage?.stop());

test(`${count} messages through a tool node are all answered, and the heap does not grow`, {
  skip,
}, async (context) => {
  // Of a thousand, the memory of answered calls (512) is full after that, and so are the caches.
  const warm = Math.ceil(count * 0.6);
  const first = await askMany(stage.red.url, warm, 16);
  const before = await measure(stage.red.url);
  const begun = Date.now();
  const second = await askMany(stage.red.url, count - warm, 16);
  const rate = (1000 * second.length) / (Date.now() - begun);
  const after = await measure(stage.red.url);
  const answers = [...first, ...second];
  const others = answers.filter(
    ({ status, body }) => status !== 200 || body.tool !== "feed_cat" || body.outcome !== "done",
  );
  assert.deepEqual(others, []);
  assert.equal(answers.length, count);
  assert.equal(after.fed, count);
  const grown = after.heap - before.heap;
  context.diagnostic(`${rate.toFixed(1)} messages a second; heap ${before.heap} -> ${after.heap} bytes`);
  // Of a thousand: 400 messages of 2 KB that are kept would be 800 KB; V8 itself wanders by some hundred.
  assert.ok(grown < 600_000, `the heap grew by ${grown} bytes over ${second.length} messages`);
});
