// The daemon is killed while flows run: the nodes show it, come back with it, and no message is left without an answer or an error.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { noModel } from "../cli.ts";
import { ask, askMany, loadFlow, loadIntent, loadTool, measure } from "./load-flow.ts";
import { whyNoNodeRed } from "./peers.ts";
import { openStage, type Stage } from "./stage.ts";
import { until } from "./until.ts";

const skip = whyNoNodeRed || noModel;
const limits = "limits: {per_minute: 100000, burst: 100000, in_flight: 64, waiting: 1000}\n";
let stage: Stage;

before(async () => {
  if (skip) return;
  stage = await openStage({ config: limits });
  await stage.run(loadFlow);
});
after(() => stage?.stop());

const isUp = (id: string): boolean => stage.status(id).fill === "green";

test("killed in the middle of a crowd: every message has an answer or an error", { skip }, async () => {
  const crowd = askMany(stage.red.url, 24, 24);
  await until(async () => (await measure(stage.red.url)).fed >= 3, "the first calls of the tool");
  await stage.daemon().stop("SIGKILL");
  await until(
    () => stage.status(loadTool).shape === "ring",
    "the node to show it",
    () => stage.status(loadTool),
  );
  assert.notEqual(stage.status(loadTool).fill, "green");
  await stage.startDaemon();
  const answers = await crowd;
  assert.equal(answers.length, 24);
  const told = answers.filter(({ status, body }) =>
    status === 200 ? body.outcome !== undefined || body.reply !== undefined : body.error,
  );
  assert.equal(told.length, 24, JSON.stringify(answers));
});

test("while it is away a message ends with an error at once, and nodes say so", { skip }, async () => {
  await stage.daemon().stop("SIGKILL");
  await until(() => stage.status(loadIntent).shape === "ring", "the node to show it");
  const begun = Date.now();
  const { status, body } = await ask(stage.red.url, "feed the cat two portions");
  assert.equal(status, 500);
  assert.match(body.error ?? "", /not connected.*not sent/);
  assert.ok(Date.now() - begun < 20_000);
});

test("it comes back, the nodes are green, the tool is there again", { skip }, async () => {
  await stage.startDaemon();
  await until(
    () => isUp(loadIntent) && isUp(loadTool),
    "green nodes",
    () => stage.red.comms.statuses.slice(-6),
  );
  const fed = await until(async () => {
    const { body } = await ask(stage.red.url, "feed the cat two portions");
    return body.tool === "feed_cat" && body;
  }, "the tool to be registered again");
  assert.equal(fed.outcome, "done", JSON.stringify(fed));
});

test("Node-RED lived through all of it", { skip }, () => {
  assert.equal(stage.red.child.exitCode, null);
  assert.deepEqual(
    stage.red.lines.filter((line) => /uncaught|TypeError|ReferenceError/i.test(line)),
    [],
  );
});
