import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type RealDaemon, startDaemon } from "../testing/daemon.ts";
import { eventually } from "../testing/eventually.ts";
import { type FlowNode, type Loaded, loadFlow, startRed, stopRed, whyNoRed } from "../testing/red.ts";
import { yesOf } from "./needled-confirm.ts";

test("takes only a clear yes for one", () => {
  for (const yes of [true, "yes", " YES ", "ja"]) assert.equal(yesOf(yes), true);
  for (const no of [false, "no", "nein"]) assert.equal(yesOf(no), false);
  for (const unclear of ["perhaps", "", 1, null, undefined, {}])
    assert.throws(() => yesOf(unclear), /neither yes nor no/);
});

const flowOf = (daemon: RealDaemon): FlowNode[] => [
  { id: "d", type: "needled-daemon", url: daemon.mqtt },
  { id: "http", type: "needled-daemon", url: daemon.http },
  { id: "n", type: "needled-intent", daemon: "d", tools: [], wires: [["other"], ["not"]] },
  {
    ...{ id: "t", type: "needled-tool", daemon: "d", tool: "feed_cat", description: "Feed the cat", risk: "1" },
    ...{ confirm: true, wires: [["r"]] },
  },
  { id: "r", type: "needled-result", sayType: "none" },
  { id: "c", type: "needled-confirm", daemon: "http", wires: [["answered"]] },
  { id: "same", type: "needled-confirm", daemon: "d", wires: [["answered"]] },
  ...["other", "not", "answered"].map((id) => ({ id, type: "helper" })),
];

describe("needled-confirm with the real daemon", { skip: whyNoRed }, () => {
  let daemon: RealDaemon;
  let red: Loaded;
  let asked = 0;
  before(async () => {
    await startRed();
    daemon = await startDaemon();
    red = await loadFlow(flowOf(daemon), { http: { token: daemon.token() } });
    for (const id of ["n", "c"]) await red.status(id, "node-red:common.status.connected");
  });
  after(async () => {
    await red?.unload();
    await daemon?.stop();
    await stopRed();
  });

  /** The message of a call that waits for a yes. */
  const ask = async () => {
    const before = red.got.other?.length ?? 0;
    asked += 1;
    red.node("n").receive({ payload: "feed the cat", asked });
    const message = await red.next("other", before + 1);
    assert.equal((message.payload as { outcome: string }).outcome, "needs_confirmation");
    return message;
  };

  test("has a call done after a yes over another door", async () => {
    const message = await ask();
    red.node("c").receive({ ...message, payload: true });
    const { payload } = await red.next("answered");
    const { tool, outcome, yes } = payload as { tool: string; outcome: string; yes: boolean };
    assert.deepEqual([tool, outcome, yes], ["feed_cat", "done", true]);
    // Who asked hears it too.
    assert.equal(((await red.next("other", 2)).payload as { outcome: string }).outcome, "done");
  });

  test("has nothing done after a no", async () => {
    const message = await ask();
    red.node("c").receive({ ...message, payload: "no" });
    const { payload } = await red.next("answered", 2);
    assert.deepEqual((payload as { yes: boolean; tool: unknown }).tool, null);
    assert.deepEqual((payload as { yes: boolean }).yes, false);
    const told = (await red.next("other", 4)).payload as { tool: string; outcome: string; code: string };
    assert.deepEqual([told.tool, told.outcome, told.code], ["feed_cat", "denied", "declined"]);
  });

  test("gives the daemon's refusal to Catch nodes: the same channel, a code that is none", async () => {
    const message = await ask();
    const before = red.errors.length;
    red.node("same").receive({ ...message, payload: true });
    await eventually(() => red.errors.length === before + 1, "an error");
    assert.match(red.errors.at(-1)?.text ?? "", /same_channel/);
    red.node("c").receive({ payload: true, needled: { confirm: { challenge: "NOSUCH" } } });
    await eventually(() => red.errors.length === before + 2, "an error");
    assert.match(red.errors.at(-1)?.text ?? "", /no_such_challenge/);
  });
});
