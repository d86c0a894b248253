// Sounds over MQTT against a real mosquitto: a recogniser that takes its time holds nothing up, and the PUBACK waits for it all the same.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { Door } from "../intake.ts";
import type { Heard } from "../speech/ears.ts";
import { eventually } from "./eventually.ts";
import { createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { connectPeer, type Mosquitto, startMosquitto, whyNoMosquitto } from "./mosquitto.ts";
import { createMqttDoor } from "./mqtt.ts";

const skip = whyNoMosquitto;
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const cleanups: (() => unknown)[] = [];
let mosquitto: Mosquitto;

before(async () => {
  if (!skip) mosquitto = await startMosquitto();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
after(() => mosquitto?.stop());

type Ears = FakeIntake & { asked: number; say(text: string): void };

/** Hears when the test wants it to. */
function createEars(): Ears {
  const waiting: ((heard: Heard) => void)[] = [];
  const ears: Ears = Object.assign(createFakeIntake(), {
    asked: 0,
    say: (text: string) => waiting.shift()?.({ ok: true, text }),
    hear: () => {
      ears.asked += 1;
      return new Promise<Heard>((resolve) => waiting.push(resolve));
    },
  });
  return ears;
}

async function startDoor(instance: string, version: 4 | 5, intake: FakeIntake): Promise<Door> {
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const backoff = { firstMs: 10, maxMs: 100 };
  const door = createMqttDoor({
    url,
    instance,
    version,
    backoff,
    awayMs: 0,
    softwareVersion: "1",
    clock,
    log: silentLog,
  });
  intake.serve(door);
  cleanups.push(() => door.stop());
  await door.start(intake, new AbortController().signal);
  await eventually(() => door.state().ok, "the subscription");
  return door;
}

for (const version of [5, 4] as const) {
  test(`MQTT ${version}: words overtake a sound that is still being heard`, { skip, timeout: 60_000 }, async () => {
    const ears = createEars();
    await startDoor(`s${version}`, version, ears);
    const { client, stop } = await connectPeer(mosquitto.port, []);
    cleanups.push(stop);
    const base = `needled/s${version}`;
    for (const n of [1, 2]) await client.publishAsync(`${base}/audio/sat`, `sound ${n}`, { qos: 1 });
    await client.publishAsync(`${base}/in/panel`, "lights off", { qos: 1 });
    await eventually(() => ears.submitted.length === 1, "the words");
    assert.equal(ears.submitted[0]?.text, "lights off");
    assert.equal(ears.asked, 2);
    ears.say("good night");
    await eventually(() => ears.submitted.length === 2, "what was heard");
    assert.equal(ears.submitted[1]?.text, "good night");
  });
}

test("a sound that was not heard to its end comes again, one that was does not", {
  skip,
  timeout: 60_000,
}, async () => {
  const { client, stop } = await connectPeer(mosquitto.port, []);
  cleanups.push(stop);
  const first = createEars();
  const door = await startDoor("again", 5, first);
  for (const id of ["heard", "lost"]) {
    const properties = { userProperties: { id } };
    await client.publishAsync("needled/again/audio/sat", "sound", { qos: 1, properties });
  }
  await eventually(() => first.asked === 2, "both sounds");
  first.say("good night");
  await eventually(() => first.submitted[0]?.id === "heard", "the first");
  await door.stop();

  const second = createEars();
  await startDoor("again", 5, second);
  await eventually(() => second.asked === 1, "the second sound, again");
  second.say("lamp on");
  await eventually(() => second.submitted.length === 1, "the second");
  assert.equal(second.submitted[0]?.id, "lost");
});
