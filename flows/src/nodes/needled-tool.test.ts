import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Broker, type Speaker, startBroker, startSpeaker, whyNoMosquitto } from "../testing/broker.ts";
import { eventually } from "../testing/eventually.ts";
import { type FlowNode, type Loaded, loadFlow, startRed, stopRed, whyNoRed } from "../testing/red.ts";

const skip = whyNoRed || whyNoMosquitto;

const daemonNode = (url: string): FlowNode => ({
  ...{ id: "d", type: "needled-daemon", url, instance: "home", client: "nodered", mqttVersion: "0", wait: "0" },
});

const toolNode = (more: object = {}): FlowNode => ({
  ...{ id: "t", type: "needled-tool", daemon: "d", tool: "feed_cat", description: "Feed the cat", risk: "1" },
  ...{ parameters: '{"type": "object", "properties": {}}', repeat: "once", timeout: "10", wires: [["h", "r"]] },
  ...more,
});

const flowOf = (url: string, tool: object = {}, result: object = {}): FlowNode[] => [
  daemonNode(url),
  toolNode(tool),
  { id: "r", type: "needled-result", outcome: "auto", say: "fed", sayType: "str", ...result },
  { id: "h", type: "helper" },
];

interface Registration {
  session: string;
  tools: { name: string; [key: string]: unknown }[];
}

describe("needled-tool and needled-result", { skip }, () => {
  let broker: Broker;
  let daemon: Speaker;
  let flow: Loaded | undefined;
  let count = 0;
  before(async () => {
    await startRed();
    broker = await startBroker();
    daemon = await startSpeaker(broker.port);
    await daemon.online();
  });
  after(async () => {
    await flow?.unload();
    await daemon.die();
    await broker.kill();
    await stopRed();
  });

  const last = (): Registration => daemon.on("tools/nodered").at(-1) as unknown as Registration;
  const load = async (tool: object = {}, result: object = {}): Promise<Loaded> => {
    await flow?.unload();
    daemon.heard.length = 0;
    flow = await loadFlow(flowOf(broker.url, tool, result));
    await eventually(() => (last()?.tools.length ?? 0) > 0, "the registration");
    return flow;
  };
  const call = async (more: object = {}): Promise<string> => {
    count += 1;
    const id = `call-${count}`;
    const { session } = last();
    const intent = { source: "kitchen", id: "1" };
    const body = { call: id, session, tool: "feed_cat", arguments: { n: 2 }, text: "feed it", intent };
    await daemon.say("call/nodered", { ...body, deadline: Date.now() + 10_000, ...more });
    return id;
  };
  const results = (id: string): object[] => daemon.on("result/nodered").filter((body) => body.call === id);
  const settled = (id: string, length: number): Promise<void> =>
    eventually(() => results(id).length === length, `${length} messages about ${id}`);

  test("registers what the editor says", async () => {
    await load({ say: "Fed.", confirm: true, repeat: "idempotent" });
    assert.deepEqual(last().tools, [
      {
        ...{ name: "feed_cat", description: "Feed the cat", parameters: { type: "object", properties: {} }, risk: 1 },
        ...{ repeat: "idempotent", timeout_s: 10, confirm: true, say: "Fed." },
      },
    ]);
  });

  test("acknowledges a call, runs the flow and sends its result", async () => {
    const red = await load({}, { data: '{"grams": 40}', dataType: "json" });
    const id = await call();
    await settled(id, 2);
    assert.deepEqual(results(id), [
      { call: id, ack: true },
      { call: id, ok: true, say: "fed", data: { grams: 40 } },
    ]);
    const message = await red.next("h");
    assert.deepEqual([message.topic, message.payload], ["feed_cat", { n: 2 }]);
  });

  test("answers a call that comes again with the same result, and runs nothing", async () => {
    const red = await load();
    const id = await call();
    await settled(id, 2);
    await daemon.say("call/nodered", {
      call: id,
      session: last().session,
      tool: "feed_cat",
      arguments: {},
      deadline: Date.now() + 9_000,
    });
    await settled(id, 4);
    assert.deepEqual(results(id).slice(2), results(id).slice(0, 2));
    assert.equal(red.got.h?.length, 1);
  });

  test("fails with the message of msg.error", async () => {
    const red = await load({ wires: [["h"]] });
    const id = await call();
    const message = await red.next("h");
    red.node("r").receive({ ...message, error: { message: "the bowl is full" } });
    await settled(id, 2);
    assert.deepEqual(results(id)[1], { call: id, ok: false, error: "the bowl is full" });
  });

  test("tells Catch nodes that no result came in time, and refuses a late one", async () => {
    const red = await load({ wires: [["h"]], timeout: "1" });
    const id = await call();
    await eventually(() => red.errors.length === 1, "the timeout");
    assert.match(red.errors[0]?.text ?? "", /gave no result for feed_cat \(call call-\d+\) in time/);
    red.node("r").receive(await red.next("h"));
    await eventually(() => red.errors.length === 2, "the refusal");
    assert.match(red.errors[1]?.text ?? "", /no call .* waits for a result: it ran out of time/);
    assert.deepEqual(results(id), [{ call: id, ack: true }]);
  });

  test("starts nothing after the deadline or for another session", async () => {
    const red = await load();
    const late = await call({ deadline: Date.now() - 5_000 });
    const old = await call({ session: "before" });
    await settled(late, 1);
    await settled(old, 1);
    for (const id of [late, old]) assert.equal((results(id)[0] as { ok: boolean }).ok, false);
    assert.equal(red.got.h?.length ?? 0, 0);
  });

  test("shows what the daemon refused", async () => {
    const red = await load();
    const refused = [{ name: "feed_cat", path: "risk", message: "at most 2 here" }];
    await daemon.say("registered/nodered", { session: last().session, tools: [], refused });
    await red.status("t", "refused");
    await eventually(() => red.errors.some(({ text }) => text.includes("risk: at most 2 here")), "the reason");
  });

  test("registers again when the daemon starts or dropped it", async () => {
    await load();
    for (const told of [
      { start: true, tools: [] },
      { session: last().session, tools: [], refused: [] },
    ]) {
      const before = daemon.on("tools/nodered").length;
      await daemon.say("registered/nodered", told);
      await eventually(() => daemon.on("tools/nodered").length > before, "another registration");
    }
  });

  test("takes a tool away when its node goes, and all with the last", async () => {
    const red = await load();
    const other = toolNode({ id: "t2", tool: "pet_cat" });
    await red.deploy([...flowOf(broker.url), other], "nodes");
    await eventually(() => last().tools.length === 2, "two tools");
    await red.deploy([...flowOf(broker.url)], "nodes");
    await eventually(() => last().tools.length === 1, "one tool");
    await red.deploy([daemonNode(broker.url)], "nodes");
    await eventually(() => last().tools.length === 0, "no tool");
  });

  test("goes without a second tool of the same name", async () => {
    const red = await load();
    await red.deploy([...flowOf(broker.url), toolNode({ id: "t2" })], "nodes");
    await red.status("t2", "not registered");
    assert.equal(last().tools.length, 1);
  });

  test("answers 1,000 calls and keeps none", async () => {
    const red = await load();
    const ids: string[] = [];
    for (let n = 0; n < 1_000; n += 1) ids.push(await call());
    const isDone = (): boolean => daemon.on("result/nodered").filter(({ ok }) => ok === true).length === ids.length;
    await eventually(isDone, "1,000 results");
    assert.equal(new Set(daemon.on("result/nodered").map((body) => body.call)).size, 1_000);
    assert.deepEqual(red.errors, []);
    await red.status("t", "node-red:common.status.connected");
  });
});
