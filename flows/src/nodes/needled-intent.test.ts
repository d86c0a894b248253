import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Broker, type Speaker, startBroker, startSpeaker, whyNoMosquitto } from "../testing/broker.ts";
import { eventually } from "../testing/eventually.ts";
import { type FlowNode, type Loaded, loadFlow, startRed, stopRed, whyNoRed } from "../testing/red.ts";

const skip = whyNoRed || whyNoMosquitto;

const daemonAt = (url: string, more: object = {}): FlowNode => ({
  ...{ id: "d", type: "needled-daemon", url, instance: "home", client: "nodered", mqttVersion: "0", wait: "0" },
  ...more,
});

const flowOf = (url: string, intent: object = {}, daemon: object = {}): FlowNode[] => [
  daemonAt(url, daemon),
  {
    ...{ id: "n", type: "needled-intent", daemon: "d", tools: ["turn_off", "unlock"], timeout: "30" },
    wires: [["off"], ["unlock"], ["other"], ["not"]],
    ...intent,
  },
  ...["off", "unlock", "other", "not"].map((id) => ({ id, type: "helper" })),
];

const call = (name: string, outcome: string | null = "done"): object => ({
  ...{ name, arguments: { name: "kitchen light" }, spans: { name: [13, 26] }, confidence: 0.97 },
  ...{ policy: outcome === null ? null : "allow", outcome },
});

const answer = (id: string, calls: object[], more: object = {}): object => ({
  ...{ id, text: "x", calls, reply: "Done.", handled_by: "model", timings: { total: 1 } },
  ...{ intent: { source: "nodered", id } },
  ...more,
});

describe("needled-intent over MQTT", { skip }, () => {
  let broker: Broker;
  let daemon: Speaker;
  let flow: Loaded | undefined;
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

  const load = async (intent: object = {}, more: object = {}): Promise<Loaded> => {
    await flow?.unload();
    flow = await loadFlow(flowOf(broker.url, intent, more));
    await flow.status("n", "node-red:common.status.connected");
    return flow;
  };

  test("gives a call to the output of its tool, and keeps what the message had", async () => {
    const red = await load();
    red.node("n").receive({ payload: "turn off the kitchen light", topic: "kept" });
    const { id, mode } = await daemon.intent("turn off the kitchen light");
    assert.equal(mode, "execute");
    await daemon.say("out/nodered", answer(id, [call("turn_off")]));
    const message = await red.next("off");
    assert.equal(message.topic, "kept");
    const { tool, outcome, spans } = message.payload as Record<string, unknown>;
    assert.deepEqual([tool, outcome, spans], ["turn_off", "done", { name: [13, 26] }]);
    assert.equal((message.needled as { reply: string }).reply, "Done.");
  });

  test("passes the message on itself, with what cannot be copied in it", async () => {
    const red = await load();
    const answerLater = (): void => undefined;
    const given = { payload: "turn it all off", res: answerLater };
    red.node("n").receive(given);
    const { id } = await daemon.intent("turn it all off");
    await daemon.say("out/nodered", answer(id, [call("turn_off")]));
    assert.equal(await red.next("off"), given);
  });

  test("works in a subflow, with the room from its environment", async () => {
    await flow?.unload();
    // Without a place in the editor Node-RED takes a node for a configuration node.
    const at = { x: 0, y: 0 };
    const inner = { type: "needled-intent", z: "s", daemon: "d", tools: [], room: "ROOM", roomType: "env" };
    flow = await loadFlow([
      daemonAt(broker.url, { wait: "20" }),
      { id: "tab", type: "tab", label: "home" } as FlowNode,
      {
        ...{ id: "s", type: "subflow", name: "ask", env: [{ name: "ROOM", type: "str", value: "hall" }] },
        ...{ in: [{ wires: [{ id: "inner" }] }], out: [{ wires: [{ id: "inner", port: 0 }] }] },
      },
      { ...inner, ...at, id: "inner", wires: [[], []] },
      {
        ...at,
        id: "i",
        type: "subflow:s",
        z: "tab",
        env: [{ name: "ROOM", type: "str", value: "attic" }],
        wires: [["other"]],
      },
      { ...at, id: "feed", type: "helper", z: "tab", wires: [["i"]] },
      { ...at, id: "other", type: "helper", z: "tab" },
    ]);
    flow.node("feed").send({ payload: "from below" });
    const { id, room } = await daemon.intent("from below");
    assert.equal(room, "attic");
    await daemon.say("out/nodered", answer(id, [call("turn_off")]));
    await flow.next("other");
  });

  test("gives several calls to their outputs, in parts", async () => {
    const red = await load();
    red.node("n").receive({ payload: "do three things" });
    const { id } = await daemon.intent("do three things");
    await daemon.say("out/nodered", answer(id, [call("turn_off"), call("dim"), call("unlock", "rejected")]));
    const [off, other, not] = await Promise.all([red.next("off"), red.next("other"), red.next("not")]);
    assert.deepEqual(
      [off, other, not].map(({ parts }) => (parts as { index: number }).index),
      [0, 1, 2],
    );
  });

  test("gives what was not understood to the last output", async () => {
    const red = await load();
    red.node("n").receive({ payload: "blue ideas" });
    const { id } = await daemon.intent("blue ideas");
    await daemon.say("out/nodered", answer(id, [], { refusal: { code: "no_call", message: "No idea." } }));
    assert.equal(((await red.next("not")).payload as { code: string }).code, "no_call");
  });

  test("passes mode and room, from the message too", async () => {
    const red = await load({ mode: "interpret", room: "room", roomType: "msg" });
    red.node("n").receive({ payload: "only look", room: "bath" });
    const { id, mode, room } = await daemon.intent("only look");
    assert.deepEqual([mode, room], ["interpret", "bath"]);
    await daemon.say("out/nodered", answer(id, [call("turn_off", null)]));
    assert.equal(((await red.next("off")).payload as { outcome: unknown }).outcome, null);
  });

  test("gives a refusal at the door to Catch nodes", async () => {
    const red = await load();
    red.node("n").receive({ payload: "too much" });
    const { id } = await daemon.intent("too much");
    await daemon.say("out/nodered", {
      refused: { code: "quota", message: "Slowly." },
      intent: { source: "nodered", id },
    });
    await eventually(() => red.errors.length === 1, "an error");
    assert.match(red.errors[0]?.text ?? "", /refused it \(quota\): Slowly\./);
    assert.equal(red.errors[0]?.message?.payload, "too much");
  });

  test("says that no answer came", async () => {
    const red = await load({ timeout: "1" });
    red.node("n").receive({ payload: "hello?" });
    await eventually(() => red.errors.length === 1, "an error");
    assert.match(red.errors[0]?.text ?? "", /no answer within 1 s; whether it was done is not known/);
  });

  test("refuses what is no text and no WAV", async () => {
    const red = await load();
    for (const payload of [{}, "", Buffer.from("mp3")]) red.node("n").receive({ payload });
    await eventually(() => red.errors.length === 3, "three errors");
    assert.match(red.errors[2]?.text ?? "", /no WAV/);
  });

  test("says that a daemon takes no sound", async () => {
    const red = await load();
    red.node("n").receive({ payload: Buffer.from("RIFF\u0000\u0000\u0000\u0000WAVEfmt ") });
    await eventually(() => red.errors.length === 1, "an error");
    assert.match(red.errors[0]?.text ?? "", /takes no sound: nobody reads needled\/home\/audio\/nodered/);
  });

  test("sends the answer after the yes as well", async () => {
    const red = await load();
    red.node("n").receive({ payload: "unlock the door" });
    const { id } = await daemon.intent("unlock the door");
    const confirm = { challenge: "ABC234", deed: "unlock the door", expires_at: Date.now() + 30_000 };
    await daemon.say("out/nodered", answer(id, [call("unlock", "needs_confirmation")], { confirm }));
    await red.next("unlock");
    await daemon.say("out/nodered", answer("ABC234", [call("unlock")]));
    assert.equal(((await red.next("unlock", 2)).payload as { outcome: string }).outcome, "done");
  });

  test("repeats with the same id what a lost connection left open", async () => {
    const red = await load();
    red.node("n").receive({ payload: "across the gap" });
    const { id } = await daemon.intent("across the gap");
    await broker.kill();
    await red.status("n", "node-red:common.status.disconnected");
    await broker.start();
    await eventually(() => daemon.client.connected, "the daemon is back");
    await daemon.online();
    await eventually(() => daemon.on("in/nodered").filter((body) => body.id === id).length === 2, "the repeat");
    await daemon.say("out/nodered", answer(id, [call("turn_off")]));
    await red.next("off");
    await red.status("n", "turn_off");
  });

  test("says at once that nobody is there, or waits as long as it may", async () => {
    const red = await load({}, { wait: "20" });
    await daemon.die();
    await red.status("n", "no daemon");
    red.node("n").receive({ payload: "are you there" });
    daemon = await startSpeaker(broker.port);
    await daemon.online();
    const { id } = await daemon.intent("are you there");
    await daemon.say("out/nodered", answer(id, [call("turn_off")]));
    await red.next("off");
    await daemon.die();
    await red.deploy(flowOf(broker.url));
    await red.status("n", "no daemon");
    red.node("n").receive({ payload: "and now" });
    await eventually(() => red.errors.length === 1, "an error");
    assert.match(red.errors[0]?.text ?? "", /the broker is there, needled is not .* the message was not sent/);
    daemon = await startSpeaker(broker.port);
    await daemon.online();
  });
});
