// When the door acknowledges, seen by a broker that is only bytes.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Door, Receipt } from "../intake.ts";
import { eventually } from "./eventually.ts";
import { createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { createMqttDoor } from "./mqtt.ts";
import {
  type FakeBroker,
  packetTypes,
  publishPacket,
  type RawPacket,
  type RawPeer,
  startFakeBroker,
} from "./raw-mqtt.ts";

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const { signal } = new AbortController();
const cleanups: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

interface Setting {
  intake: FakeIntake;
  broker: FakeBroker;
  door: Door;
  peer: RawPeer;
}

async function start(version: 4 | 5): Promise<Setting> {
  const broker = await startFakeBroker(version);
  const intake = createFakeIntake();
  const door = createMqttDoor({
    ...{ url: `mqtt://127.0.0.1:${broker.port}`, version, awayMs: 0, softwareVersion: "0", clock, log: silentLog },
  });
  cleanups.push(broker.close, () => door.stop());
  await door.start(intake, signal);
  const peer = await eventually(() => broker.peers.at(-1), "a connection");
  return { intake, broker, door, peer };
}

const acksIn = (peer: RawPeer): RawPacket[] => peer.packets.filter(({ type }) => type === packetTypes.puback);
const saidIn = (peer: RawPeer, word: string): boolean => peer.packets.some(({ body }) => body.includes(word));
/** Absent when it is zero. */
const codeOf = (ack: RawPacket | undefined): number => ack?.body[2] ?? 0;

/** TCP keeps order: had an acknowledgement been written before, it would be here before the announcement. */
async function assertNoAckYet({ intake, peer }: Setting): Promise<void> {
  intake.announce({ id: "1", kind: "message", say: "marker", to: [] });
  await eventually(() => saidIn(peer, "marker"), "the marker");
  assert.equal(acksIn(peer).length, 0);
}

for (const version of [5, 4] as const) {
  test(`MQTT ${version}: no PUBACK before the intent is on disk`, async () => {
    const setting = await start(version);
    const { intake, peer } = setting;
    let admit: (receipt: Receipt) => void = () => undefined;
    intake.onSubmit = () => new Promise((resolve) => (admit = resolve));
    peer.send(publishPacket("needled/home/in/tv", "turn on the lamp", 7, { version }));
    await eventually(() => intake.submitted.length === 1, "the intent");
    await assertNoAckYet(setting);
    admit({ status: "refused", code: "quota", message: "too much" });
    const ack = await eventually(() => acksIn(peer)[0], "the PUBACK");
    assert.equal(ack.body.readUInt16BE(0), 7);
    assert.equal(codeOf(ack), version === 5 ? 0x97 : 0);
  });

  test(`MQTT ${version}: no PUBACK at all once it stops, so that the broker keeps the intent`, async () => {
    const { intake, peer, door } = await start(version);
    const stopping = door.stop();
    peer.send(publishPacket("needled/home/in/tv", "turn on the lamp", 8, { version }));
    await stopping;
    await eventually(() => peer.isClosed(), "the end");
    assert.equal(acksIn(peer).length, 0);
    assert.equal(intake.submitted.length, 0);
  });
}

for (const version of [5, 4] as const) {
  test(`MQTT ${version}: intents go to the disk together and are acknowledged in the order in which they came`, async () => {
    const setting = await start(version);
    const { intake, peer } = setting;
    const admits: (() => void)[] = [];
    const refused: Receipt = { status: "refused", code: "quota", message: "too much" };
    intake.onSubmit = () => new Promise((resolve) => admits.push(() => resolve(refused)));
    for (const id of [1, 2, 3]) peer.send(publishPacket("needled/home/in/tv", `say ${id}`, id, { version }));
    await eventually(() => admits.length === 3, "three intents");
    admits[2]?.();
    admits[1]?.();
    await assertNoAckYet(setting);
    admits[0]?.();
    await eventually(() => acksIn(peer).length === 3, "three PUBACKs");
    assert.deepEqual(
      acksIn(peer).map(({ body }) => body.readUInt16BE(0)),
      [1, 2, 3],
    );
  });

  test(`MQTT ${version}: no more than sixteen intents at a time`, async () => {
    const setting = await start(version);
    const { intake, peer } = setting;
    const admits: (() => void)[] = [];
    const refused: Receipt = { status: "refused", code: "quota", message: "too much" };
    intake.onSubmit = () => new Promise((resolve) => admits.push(() => resolve(refused)));
    for (let id = 1; id <= 18; id += 1) peer.send(publishPacket("needled/home/in/tv", `say ${id}`, id, { version }));
    await eventually(() => admits.length === 16, "sixteen intents");
    await assertNoAckYet(setting);
    assert.equal(admits.length, 16);
    admits[0]?.();
    await eventually(() => admits.length === 17, "one more");
    for (const admit of admits) admit();
    await eventually(() => admits.length === 18, "the last");
    admits[17]?.();
    await eventually(() => acksIn(peer).length === 18, "all PUBACKs");
  });
}

const refusals: [topic: string, payload: string, code: number, word: string][] = [
  ["needled/home/in/tv", "{", 0x99, "malformed"],
  ["needled/home/in/tv", "x".repeat(8193), 0x99, "too_long"],
  ["needled/home/in/prompt", "hello", 0x87, "unknown_source"],
  ["needled/home/in/a b", "hello", 0x87, "unknown_source"],
  ["needled/home/confirm/tv", '{"challenge":"x","yes":true}', 0x87, "no_such_challenge"],
  ["needled/home/confirm/tv", "yes", 0x99, "malformed"],
];

test("MQTT 5: a refusal has a reason code for the broker and words for the sender", async () => {
  const { peer } = await start(5);
  for (const [index, [topic, payload, code, word]] of refusals.entries()) {
    peer.send(publishPacket(topic, payload, index + 1, { version: 5 }));
    const ack = await eventually(() => acksIn(peer)[index], `the PUBACK of ${word}`);
    assert.equal(codeOf(ack), code, topic);
    await eventually(() => saidIn(peer, word), word);
  }
});

test("MQTT 5: an intake that breaks is a refusal, not a lost connection", async () => {
  const { intake, peer } = await start(5);
  intake.onSubmit = () => Promise.reject(new Error("disk on fire"));
  peer.send(publishPacket("needled/home/in/tv", "hello", 1, { version: 5 }));
  assert.equal(codeOf(await eventually(() => acksIn(peer)[0], "the PUBACK")), 0x80);
  await eventually(() => saidIn(peer, "degraded"), "the refusal");
  assert.equal(saidIn(peer, "disk on fire"), false);
});
