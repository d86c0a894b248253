// The embedded broker against MQTT.js, and against a peer that is only bytes.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { Receipt } from "../intake.ts";
import { createEmbeddedBroker, type EmbeddedBroker, type EmbeddedBrokerOptions } from "./embedded-broker.ts";
import { eventually } from "./eventually.ts";
import { createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { connectPeer, type Peer } from "./mosquitto.ts";
import { connectRaw, packet, packetTypes, pingPacket, publishPacket, type RawPeer } from "./raw-mqtt.ts";

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(
  options: Partial<EmbeddedBrokerOptions> = {},
): Promise<{ intake: FakeIntake; broker: EmbeddedBroker }> {
  const intake = createFakeIntake();
  const broker = createEmbeddedBroker({ port: 0, softwareVersion: "1.2.3", log: silentLog, ...options });
  intake.serve(broker);
  cleanups.push(() => broker.stop());
  await broker.start(intake, new AbortController().signal);
  return { intake, broker };
}

async function peerOf(broker: EmbeddedBroker, filters: string[], options = {}): Promise<Peer> {
  const peer = await connectPeer(broker.port(), filters, { protocolVersion: 4, ...options });
  cleanups.push(() => peer.stop());
  return peer;
}

async function rawPeerOf(broker: EmbeddedBroker, id = "raw"): Promise<RawPeer> {
  const peer = connectRaw(broker.port(), id);
  cleanups.push(() => peer.socket.destroy());
  await eventually(() => typesOf(peer).includes(packetTypes.connack), "the CONNACK");
  return peer;
}

const typesOf = (peer: RawPeer): number[] => peer.packets.map(({ type }) => type);
const isOn = (peer: RawPeer): boolean => typesOf(peer).includes(packetTypes.pingresp);

test("an intent gets its answer, and a refusal its words", async () => {
  const { intake, broker } = await start();
  const peer = await peerOf(broker, ["needled/home/out/#"]);
  await peer.client.publishAsync("needled/home/in/tv", "turn on the lamp", { qos: 1 });
  const answer = await eventually(() => peer.on("needled/home/out/tv")[0], "the answer");
  assert.match(answer.text, /Did: turn on the lamp/);
  assert.deepEqual(intake.submitted[0]?.reply, { door: "mqtt", to: "needled/home/out/tv" });
  await peer.client.publishAsync("needled/home/in/tv", '{"text":7}', { qos: 1 });
  const refusal = await eventually(() => peer.on("needled/home/out/tv")[1], "the refusal");
  assert.match(refusal.text, /"malformed"/);
});

test("no PUBACK before the intent is on disk", async () => {
  const { intake, broker } = await start();
  const peer = await rawPeerOf(broker);
  let admit: (receipt: Receipt) => void = () => undefined;
  intake.onSubmit = () => new Promise((resolve) => (admit = resolve));
  peer.send(publishPacket("needled/home/in/tv", "turn on the lamp", 9));
  await eventually(() => intake.submitted.length === 1, "the intent");
  peer.send(pingPacket);
  await eventually(() => isOn(peer), "the ping's answer");
  assert.equal(typesOf(peer).includes(packetTypes.puback), false);
  admit({ status: "refused", code: "busy", message: "later" });
  await eventually(() => typesOf(peer).includes(packetTypes.puback), "the PUBACK");
});

test("a retained intent is refused and not kept", async () => {
  const { intake, broker } = await start();
  const peer = await peerOf(broker, ["needled/home/out/#"]);
  await peer.client.publishAsync("needled/home/in/tv", "open the door", { qos: 1, retain: true });
  const refusal = await eventually(() => peer.on("needled/home/out/tv")[0], "the refusal");
  assert.match(refusal.text, /"retained"/);
  const late = await peerOf(broker, ["needled/home/#"]);
  await eventually(() => late.on("needled/home/status").length > 0, "what is retained");
  await late.client.publishAsync("needled/home/in/late", "", { qos: 1 });
  await eventually(() => late.on("needled/home/in/late").length > 0, "what came after it");
  assert.equal(late.on("needled/home/in/tv").length, 0);
  assert.equal(intake.submitted.length, 0);
});

for (const topic of ["out/tv", "status", "health", "say", "anything"].map((end) => `needled/home/${end}`)) {
  test(`a client that writes to ${topic} is sent away`, async () => {
    const { broker } = await start();
    const listener = await peerOf(broker, ["needled/home/out/#", "needled/home/say"]);
    const peer = await rawPeerOf(broker);
    peer.send(publishPacket(topic, "forged", 1));
    await eventually(() => peer.isClosed(), "the end");
    assert.equal(
      listener.heard.some(({ text }) => text === "forged"),
      false,
    );
  });
}

test("discovery is ours too; other topics are everybody's", async () => {
  const { broker } = await start();
  const peer = await peerOf(broker, ["zigbee2mqtt/#", "homeassistant/device/+/config"]);
  await eventually(() => peer.heard.length === 1, "our discovery");
  const forger = await rawPeerOf(broker);
  forger.send(publishPacket("homeassistant/device/needled_home/config", "", 1));
  await eventually(() => forger.isClosed(), "the end");
  await peer.client.publishAsync("zigbee2mqtt/lamp", "on", { qos: 1 });
  await eventually(() => peer.on("zigbee2mqtt/lamp").length === 1, "the other topic");
});

test("confirmations are not shown to others: a PIN is in them", async () => {
  const { intake, broker } = await start();
  const peer = await peerOf(broker, ["#"]);
  await peer.client.publishAsync("needled/home/confirm/phone", '{"challenge":"K7","yes":true,"pin":"0471"}', {
    qos: 1,
  });
  await eventually(() => peer.on("needled/home/out/phone").length === 1, "the refusal");
  assert.equal(intake.confirmed[0]?.pin, "0471");
  assert.equal(
    peer.heard.some(({ text }) => text.includes("0471")),
    false,
  );
});

test("a packet that declares too much ends its connection before it is there", async () => {
  const { broker } = await start({ maxPacketBytes: 1_000 });
  const peer = await rawPeerOf(broker, "giant");
  const whole = packet(packetTypes.publish, 0, Buffer.alloc(100_000, 65));
  peer.send(whole.subarray(0, 10));
  await eventually(() => peer.isClosed(), "the end");
  const other = await rawPeerOf(broker, "fair");
  other.send(publishPacket("x", "y".repeat(900), 1));
  await eventually(() => typesOf(other).includes(packetTypes.puback), "the PUBACK");
});

test("takes no more clients than it has room for", async () => {
  const { broker } = await start({ maxClients: 2 });
  await rawPeerOf(broker, "one");
  await rawPeerOf(broker, "two");
  const third = connectRaw(broker.port(), "three");
  await eventually(() => third.isClosed(), "the end");
  assert.deepEqual(third.packets, []);
});

test("asks for the password where there is one", async () => {
  const { broker } = await start({ username: "home", password: "secret" });
  await peerOf(broker, [], { username: "home", password: "secret" });
  const stranger = connectRaw(broker.port(), "stranger");
  const connack = await eventually(() => stranger.packets[0], "the CONNACK");
  assert.equal(connack.body[1], 4);
});

test("what is under way is handed over before it stops", async () => {
  const { intake, broker } = await start();
  const peer = await rawPeerOf(broker);
  let admit: (receipt: Receipt) => void = () => undefined;
  intake.onSubmit = () => new Promise((resolve) => (admit = resolve));
  peer.send(publishPacket("needled/home/in/tv", "turn on the lamp", 9));
  await eventually(() => intake.submitted.length === 1, "the intent");
  const stopping = broker.stop();
  admit({ status: "refused", code: "stopping", message: "later" });
  await stopping;
  await eventually(() => peer.isClosed(), "the end");
  assert.equal(typesOf(peer).includes(packetTypes.puback), true);
});

test("a port that is taken is said", async () => {
  const { broker } = await start();
  const twin = createEmbeddedBroker({ port: broker.port(), softwareVersion: "0", log: silentLog });
  await assert.rejects(twin.start(createFakeIntake(), new AbortController().signal), /cannot listen on 127\.0\.0\.1/);
});

/** Deterministic: the same bytes in every run. */
function createNoise(seed: number): (length: number) => Buffer {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return (length) => Buffer.from(Array.from({ length }, next));
}

test("noise from 300 peers harms nobody", async () => {
  const { broker } = await start();
  const noise = createNoise(11);
  for (let round = 0; round < 300; round++) {
    const peer = connectRaw(broker.port(), `n${round}`);
    const good = publishPacket(round % 2 === 0 ? "needled/home/in/tv" : "a/b", '{"text":7}', 3);
    const flipped = Buffer.from(good);
    flipped[round % good.length] = noise(1)[0] ?? 0;
    peer.send(round % 3 === 0 ? noise(64) : flipped);
    peer.socket.end(noise(round % 16));
    await eventually(() => peer.isClosed(), "the end");
  }
  const peer = await peerOf(broker, ["needled/home/out/#"]);
  await peer.client.publishAsync("needled/home/in/tv", "turn on the lamp", { qos: 1 });
  await eventually(() => peer.on("needled/home/out/tv").some(({ text }) => /Did: turn on/.test(text)), "the answer");
});
