// The small parts of the MQTT door, each by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBackoff } from "./backoff.ts";
import { silentLog } from "./fake-intake.ts";
import { isOurs, isSourceName, readInbound, replyTopic, topicsOf } from "./mqtt-topics.ts";
import { createOutbox, type Outgoing } from "./outbox.ts";
import { createPacketMeter } from "./packet-meter.ts";
import { createRateLimit } from "./rate.ts";
import { packet } from "./raw-mqtt.ts";

const message = (topic: string): Outgoing => ({ topic, payload: "" });
const never = (): Promise<boolean> => new Promise(() => undefined);

test("what was under way when a connection broke goes out on the next one, and nobody waits for that", async () => {
  const outbox = createOutbox({ capacity: 4, log: silentLog });
  assert.equal(await outbox.put(message("a")), false);
  outbox.attach(never);
  const result = outbox.put(message("b"));
  outbox.detach();
  assert.equal(await result, false);
  const sent: string[] = [];
  outbox.attach(async ({ topic }) => {
    sent.push(topic);
    return true;
  });
  await outbox.drained();
  assert.deepEqual(sent, ["a", "b"]);
  assert.equal(await outbox.put(message("c")), true);
});

test("few are under way at once, and one that the broker refuses does not hold up the rest", async () => {
  const outbox = createOutbox({ capacity: 100, log: silentLog });
  const answers: ((isTaken: boolean) => void)[] = [];
  outbox.attach(() => new Promise((resolve) => answers.push(resolve)));
  const results = Array.from({ length: 20 }, (_, index) => outbox.put(message(String(index))));
  assert.equal(answers.length, 8);
  for (let index = 0; index < 20; index++) {
    answers[index]?.(index !== 3);
    await results[index];
  }
  assert.deepEqual((await Promise.all(results)).filter((isTaken) => !isTaken).length, 1);
});

test("the oldest goes when it is full, with a word in the log, and all go when it closes", async () => {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (text: string) => void warnings.push(text) };
  const outbox = createOutbox({ capacity: 2, log });
  for (const topic of ["a", "b", "c"]) assert.equal(await outbox.put(message(topic)), false);
  assert.equal(warnings.length, 1);
  const sent: string[] = [];
  outbox.attach(async ({ topic }) => {
    sent.push(topic);
    return never();
  });
  assert.deepEqual(sent, ["b", "c"]);
  outbox.close();
  assert.equal(outbox.length, 0);
});

test("who has a key is told of: dropped, told late, and room once what is kept is out", async () => {
  const said: string[] = [];
  const handOvers = {
    told: (key: string) => void said.push(`told ${key}`),
    dropped: (key: string) => void said.push(`dropped ${key}`),
    room: () => void said.push("room"),
  };
  const outbox = createOutbox({ capacity: 2, log: silentLog, handOvers });
  for (const key of ["a", "b", "c"]) assert.equal(await outbox.put({ ...message("t"), key }), false);
  assert.deepEqual(said, ["dropped a"]);
  outbox.attach(async () => true);
  await outbox.drained();
  assert.deepEqual(said, ["dropped a", "told b", "told c", "room"]);
  await outbox.put({ ...message("t"), key: "a" });
  await outbox.put(message("t"));
  assert.deepEqual(said.slice(4), ["told a"]);
});

test("the meter finds a long packet wherever the chunks break", () => {
  const stream = Buffer.concat([packet(3, 0, Buffer.alloc(10)), packet(12, 0), packet(3, 0, Buffer.alloc(300))]);
  for (let size = 1; size < stream.length; size++) {
    for (const [limit, expected] of [
      [300, true],
      [299, false],
    ] as const) {
      const meter = createPacketMeter(limit);
      let isFine = true;
      for (let at = 0; at < stream.length && isFine; at += size) isFine = meter.take(stream.subarray(at, at + size));
      assert.equal(isFine, expected, `chunks of ${size}, limit ${limit}`);
    }
  }
  assert.equal(createPacketMeter(1e9).take(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])), false);
});

test("waits double up to their limit, and begin again after a reset", () => {
  const backoff = createBackoff({ firstMs: 100, maxMs: 1_000 }, () => 1);
  assert.deepEqual(
    Array.from({ length: 6 }, () => backoff.nextMs()),
    [100, 200, 400, 800, 1_000, 1_000],
  );
  backoff.reset();
  assert.equal(backoff.nextMs(), 100);
  assert.equal(createBackoff({ firstMs: 100, maxMs: 1_000 }, () => 0).nextMs(), 50);
});

test("a rate is so many at once and so many a second", () => {
  let now = 0;
  const rate = createRateLimit(5, () => now);
  const takeAll = (): number => Array.from({ length: 20 }, () => rate.take()).filter(Boolean).length;
  assert.equal(takeAll(), 5);
  now += 400;
  assert.equal(takeAll(), 2);
  now += 60_000;
  assert.equal(takeAll(), 5);
});

test("topics: who speaks, and where an answer may go", () => {
  const topics = topicsOf("home");
  assert.deepEqual(readInbound(topics, "needled/home/in/tv"), { kind: "intent", source: "tv" });
  assert.deepEqual(readInbound(topics, "needled/home/confirm/tv"), { kind: "confirmation", source: "tv" });
  for (const topic of ["needled/home/in/tv/x", "needled/other/in/tv", "needled/home/inn/tv"]) {
    assert.equal(readInbound(topics, topic), undefined, topic);
  }
  const names = ["tv", "prompt", "unix", "serial", "serial:a", "", "..", "a b", "x".repeat(65)];
  assert.deepEqual(names.filter(isSourceName), ["tv"]);
  const wishes = ["needled/home/out/x/y", "needled/home/out/", "needled/home/out/+", "needled/home/outside", undefined];
  const taken = wishes.map((wish) => replyTopic(topics, "tv", wish));
  assert.deepEqual(taken, ["needled/home/out/x/y", ...Array<string>(4).fill("needled/home/out/tv")]);
  assert.deepEqual(
    ["needled/home/say", "needled/home/in/tv", "needled/homes/say", "d"].map((topic) => isOurs(topics, "d", topic)),
    [true, false, false, true],
  );
});
