import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Broker, startBroker, whyNoMosquitto } from "../testing/broker.ts";
import { type RealDaemon, startDaemon } from "../testing/daemon.ts";
import { eventually } from "../testing/eventually.ts";
import { type FlowNode, type Loaded, loadFlow, startRed, stopRed, whyNoRed } from "../testing/red.ts";
import { silence } from "../testing/sound.ts";

const connected = "node-red:common.status.connected";

interface Way {
  name: string;
  skip: string | false;
  open(): Promise<{ daemon: RealDaemon; url: string; credentials: object; close(): Promise<void> }>;
}

const flowsConfig = "flows: {clients: [nodered]}";

const ways: Way[] = [
  {
    name: "needled's own broker",
    skip: false,
    async open() {
      const daemon = await startDaemon();
      return { daemon, url: daemon.mqtt, credentials: {}, close: async () => undefined };
    },
  },
  {
    name: "mosquitto",
    skip: whyNoMosquitto,
    async open() {
      const broker: Broker = await startBroker();
      const daemon = await startDaemon(`mqtt: {url: "${broker.url}"}\n${flowsConfig}`);
      return { daemon, url: broker.url, credentials: {}, close: () => broker.kill() };
    },
  },
];

ways.push({
  name: "HTTP",
  skip: false,
  async open() {
    const daemon = await startDaemon();
    return { daemon, url: daemon.http, credentials: { d: { token: daemon.token() } }, close: async () => undefined };
  },
});

const flowOf = (url: string): FlowNode[] => [
  { id: "d", type: "needled-daemon", url, instance: "home", client: "nodered", mqttVersion: "0", wait: "0" },
  { id: "n", type: "needled-intent", daemon: "d", tools: ["turn_off"], wires: [["off"], ["other"], ["not"]] },
  { id: "e", type: "needled-in", daemon: "d", kinds: ["intent", "calls", "outcome", "device"], wires: [["events"]] },
  {
    ...{ id: "t", type: "needled-tool", daemon: "d", tool: "feed_cat", description: "Feed the cat", risk: "1" },
    wires: [["r"]],
  },
  { id: "r", type: "needled-result", say: "The cat is full.", sayType: "str" },
  ...["off", "other", "not", "events"].map((id) => ({ id, type: "helper" })),
];

for (const { name, skip, open } of ways) {
  describe(`the nodes and the real daemon over ${name}`, { skip: whyNoRed || skip }, () => {
    let way: Awaited<ReturnType<Way["open"]>>;
    let red: Loaded;
    before(async () => {
      await startRed();
      way = await open();
      red = await loadFlow(flowOf(way.url), way.credentials);
      await red.status("n", connected);
    });
    after(async () => {
      await red?.unload();
      await way?.daemon.stop();
      await way?.close();
      await stopRed();
    });

    test("turns off a light of the simulated home", async () => {
      red.node("n").receive({ payload: "turn off the kitchen light", topic: "kept" });
      const { payload, topic } = await red.next("off");
      const { tool, outcome } = payload as { tool: string; outcome: string };
      assert.deepEqual([tool, outcome, topic], ["turn_off", "done", "kept"]);
    });

    test("hears of it as events", async () => {
      const kinds = (): unknown[] => (red.got.events ?? []).map(({ event }) => event);
      await eventually(() => ["intent", "calls", "outcome"].every((kind) => kinds().includes(kind)), "the events");
      const outcome = red.got.events?.find(({ event }) => event === "outcome");
      assert.equal(outcome?.topic, name === "HTTP" ? "outcome/http" : "outcome/nodered");
    });

    test("is the handler of a tool", async () => {
      red.node("n").receive({ payload: "feed the cat" });
      const { payload } = await red.next("other");
      const { tool, outcome, reply } = payload as { tool: string; outcome: string; reply: string };
      assert.deepEqual([tool, outcome], ["feed_cat", "done"]);
      assert.match(reply, /The cat is full\./);
    });

    test("offers the daemon's tools to the editor, those of flows too", async () => {
      const names = async (): Promise<string[]> => {
        const { body } = await red.ask("/needled/d/tools");
        return (body as { tools: string[] }).tools;
      };
      await eventually(async () => (await names()).includes("feed_cat"), "the tool of the flow");
      assert.ok((await names()).includes("turn_off"));
    });

    test("says that no speech recogniser is configured", async () => {
      const before = red.errors.length;
      red.node("n").receive({ payload: silence() });
      await eventually(() => red.errors.length === before + 1, "an error");
      assert.match(red.errors.at(-1)?.text ?? "", /refused it \(no_speech\)/);
      red.errors.length = 0;
    });

    test("shows that the daemon was killed, comes back, and loses nothing", async () => {
      await way.daemon.kill();
      // What the last message ended with is a status, too: only one of these says that the daemon is known to be gone.
      const isGone = (text = ""): boolean => text !== connected && /common\.status\.|no daemon/.test(text);
      await eventually(() => isGone(red.statuses.n?.at(-1)?.text), "a status that says it is gone");
      red.node("n").receive({ payload: "turn off the kitchen light" });
      await eventually(() => red.errors.length === 1, "an error");
      assert.match(red.errors[0]?.text ?? "", /the message was not sent/);
      await way.daemon.start();
      await red.status("n", connected);
      red.node("n").receive({ payload: "turn off the kitchen light" });
      await red.next("off", 2);
      const before = red.got.other?.length ?? 0;
      red.node("n").receive({ payload: "feed the cat" });
      await red.next("other", before + 1);
    });
  });
}
