import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { type RealDaemon, startDaemon } from "../testing/daemon.ts";
import { eventually } from "../testing/eventually.ts";
import { type Loaded, loadFlow, startRed, stopRed, whyNoRed } from "../testing/red.ts";
import { speak, startRecogniser, whyNoVoice } from "../testing/sound.ts";

const sentence = "turn off the kitchen light";

describe("a recording, a real recogniser and the real daemon", { skip: whyNoRed || whyNoVoice() }, () => {
  let recogniser: ChildProcess;
  let daemon: RealDaemon;
  let red: Loaded;
  before(async () => {
    await startRed();
    const { port, child } = await startRecogniser([sentence]);
    recogniser = child;
    daemon = await startDaemon(`speech: {wyoming: "tcp://127.0.0.1:${port}", timeout_s: 60}`);
    const intent = { type: "needled-intent", tools: ["turn_off"], timeout: "100" };
    const flow = [
      { id: "own", type: "needled-daemon", url: daemon.mqtt },
      { id: "http", type: "needled-daemon", url: daemon.http },
      { ...intent, id: "mqtt3", daemon: "own", wires: [["m"], [], []] },
      { ...intent, id: "post", daemon: "http", wires: [["h"], [], []] },
      ...["m", "h"].map((id) => ({ id, type: "helper" })),
    ];
    red = await loadFlow(flow, { http: { token: daemon.token() } });
    for (const id of ["mqtt3", "post"]) await red.status(id, "node-red:common.status.connected");
  });
  after(async () => {
    await red?.unload();
    await daemon?.stop();
    recogniser?.kill();
    await stopRed();
  });

  for (const [way, id, to] of [
    ["HTTP", "post", "h"],
    ["MQTT 3.1.1, which has no id for it", "mqtt3", "m"],
  ] as const) {
    test(`turns off the light over ${way}`, async () => {
      red.node(id).receive({ payload: speak(sentence) });
      const { payload, needled } = await red.next(to);
      assert.equal((payload as { outcome: string }).outcome, "done");
      assert.equal((needled as { text: string }).text, sentence);
    });
  }

  test("hears one recording at a time over MQTT 3.1.1", async () => {
    red.node("mqtt3").receive({ payload: speak(sentence) });
    red.node("mqtt3").receive({ payload: speak(sentence) });
    await red.next("m", 2);
    await eventually(() => red.errors.length === 1, "an error");
    assert.match(red.errors[0]?.text ?? "", /one recording at a time can be heard/);
  });
});
