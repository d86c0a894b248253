// The MQTT door against a real mosquitto.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { Door, Receipt } from "../intake.ts";
import { eventually } from "./eventually.ts";
import { answerTo, createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { connectPeer, type Mosquitto, type Peer, startCable, startMosquitto, whyNoMosquitto } from "./mosquitto.ts";
import { createMqttDoor, type MqttDoorOptions } from "./mqtt.ts";

const skip = whyNoMosquitto;
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const backoff = { firstMs: 10, maxMs: 100 };
let mosquitto: Mosquitto;
let instances = 0;
const cleanups: (() => Promise<unknown> | unknown)[] = [];

before(async () => {
  if (!skip) mosquitto = await startMosquitto();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
after(() => mosquitto?.stop());

interface Setting {
  intake: FakeIntake;
  door: Door;
  peer: Peer;
  base: string;
}

/** Each test has an instance of its own, so that what is retained stays with it. */
function nextInstance(): string {
  return `t${++instances}`;
}

async function startDoor(intake: FakeIntake, options: Partial<MqttDoorOptions> = {}): Promise<Door> {
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const door = createMqttDoor({ url, backoff, softwareVersion: "1.2.3", clock, log: silentLog, ...options });
  intake.serve(door);
  cleanups.push(() => door.stop());
  await door.start(intake, new AbortController().signal);
  return door;
}

async function start(options: Partial<MqttDoorOptions> = {}): Promise<Setting> {
  const { instance = nextInstance() } = options;
  const intake = createFakeIntake();
  const base = `needled/${instance}`;
  const filters = [`${base}/out/#`, `${base}/say`, `${base}/status`, `${base}/health`, "homeassistant/device/+/config"];
  const peer = await connectPeer(mosquitto.port, filters);
  cleanups.push(() => peer.stop());
  const door = await startDoor(intake, { instance, awayMs: 0, ...options });
  await eventually(() => door.state().ok, "the subscription");
  return { intake, door, peer, base };
}

const json = (text: string | undefined): Record<string, unknown> => JSON.parse(text ?? "{}") as Record<string, unknown>;

for (const version of [5, 4] as const) {
  test(`MQTT ${version}: words and JSON come in with their source, answers go out`, { skip }, async () => {
    const { intake, peer, base } = await start({ version });
    await peer.client.publishAsync(`${base}/in/tv`, "turn on the lamp", { qos: 1 });
    await peer.client.publishAsync(`${base}/in/tv`, '{"text":"turn off","id":"a","room":"hall"}', { qos: 1 });
    await eventually(() => peer.on(`${base}/out/tv`).length === 2, "two answers");
    assert.deepEqual(
      intake.submitted.map(({ source, door, text, id, room }) => ({ source, door, text, id, room })),
      [
        { source: "tv", door: "mqtt", text: "turn on the lamp", id: undefined, room: undefined },
        { source: "tv", door: "mqtt", text: "turn off", id: "a", room: "hall" },
      ],
    );
    assert.equal(json(peer.on(`${base}/out/tv`)[0]?.text).reply, "Did: turn on the lamp.");
  });

  test(`MQTT ${version}: what was not acknowledged comes again after a lost connection`, { skip }, async () => {
    const cable = await startCable(mosquitto.port);
    cleanups.push(() => cable.close());
    const { intake, peer, base } = await start({ version, url: `mqtt://127.0.0.1:${cable.port}` });
    const admit = intake.onSubmit;
    intake.onSubmit = () => new Promise<Receipt>(() => undefined);
    await peer.client.publishAsync(`${base}/in/tv`, '{"text":"turn on the lamp","id":"x"}', { qos: 1 });
    await eventually(() => intake.submitted.length === 1, "the first time");
    intake.onSubmit = admit;
    cable.pull();
    cable.plug();
    await eventually(() => peer.on(`${base}/out/tv`).length === 1, "the answer");
    assert.deepEqual(
      intake.submitted.map(({ id }) => id),
      ["x", "x"],
    );
    await eventually(() => peer.on(`${base}/status`).some(({ text }) => text === "offline"), "the last will");
    await eventually(() => peer.on(`${base}/status`).at(-1)?.text === "online", "the birth after it");
  });

  test(`MQTT ${version}: a repeat gets the first answer`, { skip }, async () => {
    const { peer, base } = await start({ version });
    for (let time = 0; time < 2; time++) await peer.client.publishAsync(`${base}/in/tv`, '{"text":"on","id":"r"}');
    await eventually(() => peer.on(`${base}/out/tv`).length === 2, "two answers");
    const ids = peer.on(`${base}/out/tv`).map(({ text }) => json(text).id);
    assert.deepEqual(ids, ["r", "r"]);
  });

  test(`MQTT ${version}: a retained intent is refused, also one that lay there before`, { skip }, async () => {
    const instance = nextInstance();
    const early = await connectPeer(mosquitto.port, []);
    cleanups.push(() => early.stop());
    await early.client.publishAsync(`needled/${instance}/in/old`, "open the door", { retain: true, qos: 1 });
    const { intake, peer, base } = await start({ version, instance });
    if (version === 5) await peer.client.publishAsync(`${base}/in/old`, "open the door", { retain: true, qos: 1 });
    const refusal = await eventually(() => peer.on(`${base}/out/old`)[0], "the refusal");
    assert.equal((json(refusal.text).refused as { code: string }).code, "retained");
    assert.equal(intake.submitted.length, 0);
  });
}

test("MQTT 5: the correlation comes back, on a response topic below out/ only", { skip }, async () => {
  const { peer, base } = await start();
  const correlationData = Buffer.from([0, 255, 7]);
  const ask = (responseTopic: string): Promise<unknown> =>
    peer.client.publishAsync(`${base}/in/tv`, "on", { qos: 1, properties: { correlationData, responseTopic } });
  await ask(`${base}/out/desk/7`);
  const there = await eventually(() => peer.on(`${base}/out/desk/7`)[0], "the answer where it was wished");
  assert.deepEqual(there.packet.properties?.correlationData, correlationData);
  for (const topic of ["zigbee2mqtt/door/set", `${base}/in/tv`, `${base}/status`, "homeassistant/device/x/config"]) {
    await ask(topic);
  }
  await eventually(() => peer.on(`${base}/out/tv`).length === 4, "the answers at the default");
  assert.equal(
    peer.heard.some(({ topic }) => topic === "homeassistant/device/x/config"),
    false,
  );
});

test("MQTT 5: the life of a message bounds the intent's", { skip }, async () => {
  const { intake, peer, base } = await start();
  const properties = { messageExpiryInterval: 20 };
  await peer.client.publishAsync(`${base}/in/tv`, '{"text":"on","ttl_ms":60000}', { qos: 1, properties });
  const intent = await eventually(() => intake.submitted[0], "the intent");
  assert.equal(intent.ttlMs, 20_000);
});

test("a confirmation is passed on, and its answer goes to who confirmed", { skip }, async () => {
  const { intake, peer, base } = await start();
  intake.onConfirm = async ({ source }) => {
    return { status: "accepted", answer: Promise.resolve(answerTo({ source: "tv", text: "unlock" }, source)) };
  };
  await peer.client.publishAsync(`${base}/confirm/phone`, '{"challenge":"K7","yes":true,"pin":"0471"}', { qos: 1 });
  await eventually(() => peer.on(`${base}/out/phone`)[0], "the answer");
  assert.deepEqual(intake.confirmed, [{ challenge: "K7", yes: true, pin: "0471", source: "phone", door: "mqtt" }]);
});

test("status, health and discovery are retained; a restarted Home Assistant sees them again", { skip }, async () => {
  const { intake, door, peer, base } = await start();
  const config = `homeassistant/device/needled_${base.slice("needled/".length)}/config`;
  await eventually(() => peer.on(`${base}/health`).length > 0, "health");
  const late = await connectPeer(mosquitto.port, [`${base}/#`, config]);
  cleanups.push(() => late.stop());
  await eventually(() => late.heard.length >= 3, "what is retained");
  assert.deepEqual(
    late.heard.map(({ packet }) => packet.retain),
    [true, true, true],
  );
  assert.equal(late.on(`${base}/status`)[0]?.text, "online");
  const { components } = json(late.on(config)[0]?.text) as { components: Record<string, { platform: string }> };
  assert.deepEqual(
    Object.values(components).map(({ platform }) => platform),
    ["text", "sensor", "binary_sensor"],
  );

  const before = peer.on(config).length;
  await peer.client.publishAsync("homeassistant/status", "online", { qos: 1 });
  await eventually(() => peer.on(config).length > before, "discovery again");

  intake.current = { ...intake.current, status: "degraded", why: "the disk is full" };
  await eventually(() => peer.on(`${base}/health`).some(({ text }) => text.includes("the disk is full")), "the change");
  intake.announce({ id: "t1", kind: "timer", say: "Your tea is ready.", to: ["kitchen"] });
  const said = await eventually(() => peer.on(`${base}/say`)[0], "the announcement");
  assert.deepEqual(json(said.text), { id: "t1", kind: "timer", say: "Your tea is ready.", to: ["kitchen"] });
  await door.stop();
  await eventually(() => peer.on(`${base}/status`).at(-1)?.text === "offline", "offline");
});

test("answers wait for a broker that is away, the newest 256 of them", { skip }, async () => {
  const cable = await startCable(mosquitto.port);
  cleanups.push(() => cable.close());
  const { door, peer, base } = await start({ url: `mqtt://127.0.0.1:${cable.port}` });
  cable.pull();
  await eventually(() => !door.state().ok, "the loss");
  for (let index = 0; index < 258; index++) {
    const route = { door: "mqtt" as const, to: `${base}/out/n${index}` };
    assert.equal(await door.deliver(route, answerTo({ source: "tv", text: "on" }, String(index))), false);
  }
  cable.plug();
  await eventually(() => peer.on(`${base}/out/n257`).length === 1, "the last answer");
  const topics = peer.heard.map(({ topic }) => topic).filter((topic) => topic.startsWith(`${base}/out/`));
  assert.deepEqual([topics.length, topics[0]], [256, `${base}/out/n2`]);
});

test("a broker that was killed is found again when it is back", { skip }, async () => {
  const broker = await startMosquitto();
  cleanups.push(() => broker.stop());
  const intake = createFakeIntake();
  const door = await startDoor(intake, { url: `mqtt://127.0.0.1:${broker.port}` });
  await broker.kill();
  await eventually(() => !door.state().ok, "the loss");
  await broker.start();
  await eventually(() => door.state().ok, "the return");
  const peer = await connectPeer(broker.port, []);
  cleanups.push(() => peer.stop());
  await peer.client.publishAsync("needled/home/in/tv", "turn on the lamp", { qos: 1 });
  await eventually(() => intake.submitted.length === 1, "an intent");
});

test("a message above the limit costs the connection once, and nothing after it", { skip }, async () => {
  for (const version of [4, 5] as const) {
    const { intake, peer, base } = await start({ version });
    await peer.client.publishAsync(`${base}/in/tv`, "x".repeat(600_000), { qos: 1 });
    const asking = setInterval(() => peer.client.publish(`${base}/in/tv`, "on"), 20);
    cleanups.push(() => clearInterval(asking));
    await eventually(() => intake.submitted.length > 0, "an intent after it");
    assert.equal(intake.submitted[0]?.text, "on");
    assert.deepEqual(
      peer.on(`${base}/out/tv`).filter(({ text }) => text.includes("too_long")),
      [],
      "it was never gathered",
    );
  }
});

test("MQTT 3.1.1: a session older than any intent may be is not taken up", { skip }, async () => {
  for (const [awayMs, expected] of [
    [1_000, ["now", "old"]],
    [undefined, ["now"]],
    [40_000, ["now"]],
  ] as const) {
    const instance = nextInstance();
    const first = await startDoor(createFakeIntake(), { instance, version: 4, awayMs: 0 });
    await first.stop();
    const peer = await connectPeer(mosquitto.port, []);
    cleanups.push(() => peer.stop());
    await peer.client.publishAsync(`needled/${instance}/in/tv`, "old", { qos: 1 });
    const intake = createFakeIntake();
    const door = await startDoor(intake, { instance, version: 4, ...(awayMs !== undefined && { awayMs }) });
    await eventually(() => door.state().ok, "the subscription");
    await peer.client.publishAsync(`needled/${instance}/in/tv`, "now", { qos: 1 });
    await eventually(() => intake.submitted.some(({ text }) => text === "now"), "the new one");
    assert.deepEqual(intake.submitted.map(({ text }) => text).sort(), expected);
  }
});

test("start goes on without a broker, and says what it waits for", { skip }, async () => {
  const door = await startDoor(createFakeIntake(), { url: "mqtt://127.0.0.1:1", graceMs: 50 });
  assert.match(
    (await eventually(() => /ECONNREFUSED/.test(door.state().text) && door.state(), "the state")).text,
    /waiting/,
  );
  assert.throws(() => createMqttDoor({ url: "http://x", softwareVersion: "0", clock, log: silentLog }), /mqtt/i);
});

test("a broker that is away longer than the outbox holds: the oldest are named, the rest arrive", {
  skip,
}, async () => {
  const cable = await startCable(mosquitto.port);
  cleanups.push(() => cable.close());
  const { door, peer, base } = await start({ url: `mqtt://127.0.0.1:${cable.port}`, outboxCapacity: 3 });
  const said: string[] = [];
  door.watch?.({
    told: (key) => void said.push(`told ${key}`),
    dropped: (key) => void said.push(`dropped ${key}`),
    room: () => void said.push("room"),
  });
  cable.pull();
  await eventually(() => !door.state().ok, "the loss");
  const route = { door: "mqtt", to: `${base}/out/tv` } as const;
  for (const id of ["1", "2", "3", "4", "5"]) await door.deliver(route, answerTo({ source: "tv", text: "on" }, id));
  assert.deepEqual(said, ["dropped tv/1", "dropped tv/2"]);
  cable.plug();
  await eventually(() => peer.on(route.to).length === 3, "the answers that were kept");
  await eventually(() => said.includes("room"), "room");
  assert.deepEqual(said.slice(2), ["told tv/3", "told tv/4", "told tv/5", "room"]);
});
