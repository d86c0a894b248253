import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type MqttMessage, type OwnerVerdict, systemClock } from "@needled/devices";
import { eventually } from "../doors/eventually.ts";
import {
  type Cable,
  connectPeer,
  type Mosquitto,
  type Peer,
  startCable,
  startMosquitto,
  whyNoMosquitto,
} from "../doors/mosquitto.ts";
import { type MqttPost, openMqttPost } from "./mqtt.ts";

const skip = whyNoMosquitto;
const log = { debug: () => undefined, warn: () => undefined };
const places = new Map<4 | 5, MqttPost>();
let mosquitto: Mosquitto;
let cable: Cable;
let peer: Peer;

before(async () => {
  if (skip) return;
  mosquitto = await startMosquitto();
  cable = await startCable(mosquitto.port);
  peer = await connectPeer(mosquitto.port, ["lamp/set", "pond/set"]);
  for (const protocolVersion of [4, 5] as const) {
    const post = openMqttPost({ log });
    await post.open({
      url: `mqtt://127.0.0.1:${cable.port}`,
      client: { clientId: `tools-${protocolVersion}`, protocolVersion },
    });
    places.set(protocolVersion, post);
  }
});

beforeEach(() => {
  if (peer) peer.heard.length = 0;
});

after(async () => {
  for (const post of places.values()) await post.close();
  await peer?.stop();
  cable?.close();
  await mosquitto?.stop();
});

const echo = { topic: "lamp/state", match: { on: true } };
const message = (more: Partial<MqttMessage> = {}): MqttMessage => ({
  via: "mqtt",
  topic: "lamp/set",
  payload: { on: true },
  qos: 1,
  retain: false,
  ...more,
});

function send(
  version: 4 | 5,
  given: MqttMessage,
  more: { timeoutMs?: number; signal?: AbortSignal; again?: boolean; lookOnly?: boolean } = {},
): Promise<OwnerVerdict> {
  return (places.get(version) as MqttPost).send(given, { timeoutMs: 20_000, clock: systemClock, ...more });
}

const heardOf = (topic: string): Promise<unknown> => eventually(() => peer.on(topic).length > 0, topic);

for (const version of [4, 5] as const) {
  test(`MQTT ${version}: done when the echo matches, whatever was kept or said before`, { skip }, async () => {
    await peer.client.publishAsync("lamp/state", '{"on":true}', { qos: 1, retain: true });
    const sending = send(version, message({ echo }));
    await heardOf("lamp/set");
    assert.equal(peer.heard[0]?.text, '{"on":true}');
    assert.equal(await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, 50, "waits"))]), "waits");
    await peer.client.publishAsync("lamp/state", '{"on":false}');
    await peer.client.publishAsync("lamp/state", '{"on":true,"level":5}');
    assert.deepEqual(await sending, { status: "done" });
  });

  test(`MQTT ${version}: failed when it says otherwise, unknown when it says nothing`, { skip }, async () => {
    const sending = send(version, message({ echo }), { timeoutMs: 600 });
    await heardOf("lamp/set");
    await peer.client.publishAsync("lamp/state", '{"on":false}');
    assert.deepEqual(await sending, { status: "failed", reason: 'it says {"on":false} instead' });
    assert.deepEqual(await send(version, message({ echo }), { timeoutMs: 300 }), {
      status: "unknown",
      reason: "nothing answered",
    });
  });

  test(`MQTT ${version}: an acknowledgement is enough only where the file says so`, { skip }, async () => {
    assert.equal((await send(version, message({ echo: "none" }))).status, "done");
    assert.equal((await send(version, message())).status, "unknown");
    assert.equal((await send(version, message({ qos: 0 }))).status, "unknown");
  });

  test(`MQTT ${version}: again means to look first`, { skip }, async () => {
    const pond = message({ topic: "pond/set", echo: { topic: "pond/state", match: { full: true } } });
    assert.equal((await send(version, pond, { again: true, timeoutMs: 300 })).status, "unknown");
    await peer.client.publishAsync("pond/state", '{"full":true}', { qos: 1, retain: true });
    assert.deepEqual(await send(version, pond, { again: true }), { status: "done" });
    assert.equal(peer.on("pond/set").length, 0);
    await peer.client.publishAsync("pond/state", '{"full":false}', { qos: 1, retain: true });
    const sending = send(version, pond, { again: true });
    await heardOf("pond/set");
    await peer.client.publishAsync("pond/state", '{"full":true}', { qos: 1 });
    assert.deepEqual(await sending, { status: "done" });
    await peer.client.publishAsync("pond/state", "", { qos: 1, retain: true });
  });
}

test("looking sends nothing, whatever is told", { skip }, async () => {
  for (const [topic, told, status] of [
    ["look/yes", '{"full":true}', "done"],
    ["look/no", '{"full":false}', "unknown"],
    ["look/nothing", "", "unknown"],
  ] as const) {
    await peer.client.publishAsync(topic, told, { qos: 1, retain: true });
    const pond = message({ topic: "pond/set", echo: { topic, match: { full: true } } });
    assert.equal((await send(5, pond, { lookOnly: true })).status, status, topic);
  }
  assert.equal(peer.on("pond/set").length, 0);
});

test("nobody listens: failed, where the broker tells", { skip }, async () => {
  const verdict = await send(5, message({ topic: "nobody/here", echo: "none" }));
  assert.deepEqual(verdict, { status: "failed", reason: "nobody listens on nobody/here" });
});

test("cancelled while it waits is unknown, before it is sent rejected", { skip }, async () => {
  const stop = new AbortController();
  const sending = send(5, message({ echo }), { signal: stop.signal });
  await heardOf("lamp/set");
  stop.abort();
  assert.equal((await sending).status, "unknown");
  assert.equal((await send(5, message({ echo }), { signal: stop.signal })).status, "rejected");
  assert.equal(peer.heard.length, 1);
});

test("a lost connection is unknown at once, failed while it lasts, and nothing is sent late", { skip }, async () => {
  const sending = send(5, message({ echo }));
  await heardOf("lamp/set");
  cable.pull();
  assert.deepEqual(await sending, { status: "unknown", reason: "the connection to the broker was lost" });
  assert.deepEqual(await send(5, message({ echo })), { status: "failed", reason: "the broker is not connected" });
  cable.plug();
  peer.heard.length = 0;
  let verdict: OwnerVerdict = { status: "failed" };
  for (let n = 0; n < 200 && verdict.status === "failed"; n += 1) {
    verdict = await send(5, message({ payload: n, echo: "none" }));
    if (verdict.status === "failed") await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(verdict.status, "done");
  assert.equal(peer.heard.length, 1, JSON.stringify(peer.heard.map(({ text }) => text)));
});
