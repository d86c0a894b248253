// The examples that have a broker of the house: a real mosquitto, a lamp and a satellite that are clients of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { whyNoMosquitto } from "@needled/daemon/testing";
import { connectAsync, type MqttClient } from "mqtt";
import { noModel } from "../cli.ts";
import { whyNoNodeRed } from "./peers.ts";
import { find, openStage, type Stage } from "./stage.ts";
import { until } from "./until.ts";

const skip = whyNoMosquitto || whyNoNodeRed || noModel;
let stage: Stage;
let peer: MqttClient;
let heard: { topic: string; payload: string }[] = [];
/** Devices of the home that changed. */
let events: string[] = [];

before(async () => {
  if (skip) return;
  stage = await openStage({ hasMosquitto: true });
  peer = await connectAsync(`mqtt://127.0.0.1:${stage.mqttPort}`);
  peer.on("message", (topic, bytes) => {
    const payload = bytes.toString();
    if (topic.startsWith("needled/")) return void events.push(payload);
    heard.push({ topic, payload });
    // A lamp of this kind says what it does.
    if (topic === "cmnd/bedside_lamp/POWER") peer.publish("stat/bedside_lamp/POWER", payload, { qos: 1 });
  });
  await peer.subscribeAsync(["cmnd/#", "hermes/tts/say", "needled/home/event/device"], { qos: 1 });
});

after(async () => {
  await peer?.endAsync(true);
  await stage?.stop();
});

test("a lamp on MQTT: needled only interprets, the flow switches the lamp", { skip }, async () => {
  const flows = await stage.runExample("2-lamp-on-mqtt");
  const lamp = find(flows, "debug", "the lamp is");
  events = [];
  for (const [button, state] of [
    ["turn on the bedside lamp", "ON"],
    ["turn off the bedside lamp", "OFF"],
  ] as const) {
    heard = [];
    await stage.red.inject(find(flows, "inject", button).id);
    await stage.shown<string>(lamp, (value) => value === state);
    assert.deepEqual(heard, [{ topic: "cmnd/bedside_lamp/POWER", payload: state }]);
  }
  // The simulated home has a lamp of that name too; nobody touched it.
  assert.deepEqual(events, []);
});

test("voice by Hermes: what was heard at a site is done there and answered there", { skip }, async () => {
  await stage.runExample("5-voice-by-hermes");
  heard = [];
  const said = { text: "turn on the light", siteId: "bathroom", sessionId: "s1", likelihood: 1 };
  await peer.publishAsync("hermes/asr/textCaptured", JSON.stringify(said), { qos: 1 });
  const { payload } = await until(() => heard[0], "hermes/tts/say");
  const spoken = JSON.parse(payload) as Record<string, string>;
  assert.deepEqual([spoken.siteId, spoken.sessionId, spoken.lang], ["bathroom", "s1", "en"]);
  assert.match(spoken.text ?? "", /bathroom light/i);
  await until(() => events.some((event) => /bathroom_light/.test(event)), "an event of the light");
});

test("voice by Hermes: two deeds in one sentence are answered once", { skip }, async () => {
  await stage.runExample("5-voice-by-hermes");
  heard = [];
  const text = "turn off the kitchen lights and set the bedroom to 21 degrees";
  await peer.publishAsync("hermes/asr/textCaptured", JSON.stringify({ text, siteId: "kitchen" }), { qos: 1 });
  const { payload } = await until(() => heard[0], "hermes/tts/say");
  assert.match(payload, /kitchen.*21/i);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(heard.length, 1, JSON.stringify(heard));
});

test("voice by Hermes: without a daemon the site hears that it did not work", { skip }, async () => {
  await stage.runExample("5-voice-by-hermes");
  await stage.daemon().stop("SIGKILL");
  heard = [];
  await peer.publishAsync("hermes/asr/textCaptured", JSON.stringify({ text: "turn on the light", siteId: "bathroom" }));
  const { payload } = await until(() => heard[0], "hermes/tts/say");
  assert.match(payload, /did not work/);
  await stage.startDaemon();
});
