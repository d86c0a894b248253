// The same package in Node-RED 5 on a newer Node: it loads, an example runs, its tool is asked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { noModel } from "../cli.ts";
import { ask, loadFlow } from "./load-flow.ts";
import { whyNoNodeRed5 } from "./peers.ts";
import { find, openStage, type Stage } from "./stage.ts";
import { until } from "./until.ts";

const skip = whyNoNodeRed5 || noModel;
let stage: Stage;

before(async () => {
  if (!skip) stage = await openStage({ major: 5 });
});
after(() => stage?.stop());

test("Node-RED 5 loads every node", { skip }, async () => {
  assert.ok(
    stage.red.lines.some((line) => /Node-RED version: v5\./.test(line)),
    stage.red.lines.join("\n"),
  );
  const sets = (await stage.red.nodeSets()).filter(({ module }) => module === "@needled/node-red");
  assert.equal(sets.length, 6);
  assert.deepEqual(
    sets.filter(({ enabled, err }) => !enabled || err !== undefined),
    [],
  );
});

test("Node-RED 5 runs the first example", { skip }, async () => {
  const flows = await stage.runExample("1-hello-world");
  await stage.red.inject(find(flows, "inject", "turn off the kitchen light").id);
  const did = await stage.shown<{ tool?: string; outcome?: string }>(find(flows, "debug", "what it did"));
  assert.deepEqual([did.tool, did.outcome], ["turn_off", "done"]);
});

test("Node-RED 5 handles a tool", { skip }, async () => {
  await stage.run(loadFlow);
  const { body } = await until(async () => {
    const answer = await ask(stage.red.url, "feed the cat two portions");
    return answer.body.tool === "feed_cat" && answer;
  }, "the tool to be registered");
  assert.equal(body.outcome, "done", JSON.stringify(body));
});
