// One sentence after the other, as people talk, on the simulated home with the shipped model: what "them", "there" and half a sentence come to.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Answer } from "@needled/daemon";
import { noModel } from "./cli.ts";
import { type Asker, openAsker, type Running, startDaemon } from "./daemon.ts";

const skip = noModel;
const folder = mkdtempSync(join(tmpdir(), "needled-follow-"));
let running: Running;
let asker: Asker;
let count = 0;

const tools = `tools:
  - name: feed_cat
    description: Feed the cat
    risk: 1
    timeout_s: 5
    mqtt: {topic: cat/feed, payload: now}
`;

before(async () => {
  if (skip) return;
  writeFileSync(join(folder, "cat.yaml"), tools);
  const parts = ["home: {simulated: true}", "broker: {port: 0}", "http: {port: 0}", "tools: [cat.yaml]"];
  writeFileSync(join(folder, "needled.yaml"), [...parts, "limits: {per_minute: 600, burst: 100}", ""].join("\n"));
  running = await startDaemon(["--config", join(folder, "needled.yaml"), "--state", join(folder, "state")]);
  asker = await openAsker(Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(running.lines.join("\n"))?.[1]));
});

after(async () => {
  await asker?.close();
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (source: string, text: string, room?: string): Promise<Answer> => {
  count += 1;
  return asker.ask(source, text, `f-${count}`, room === undefined ? {} : { room });
};

/** "tool device device": what was done, or the code of why nothing was. */
function toldOf({ calls, refusal }: Answer): string {
  if (refusal) return refusal.code;
  return calls.map(({ name, devices = [] }) => [name, ...[...devices].sort()].join(" ")).join("; ");
}

const kitchen = "kitchen_ceiling kitchen_counter kitchen_table";
const talks: Record<string, [said: string, told: string, room?: string][]> = {
  "several at once": [
    ["turn on the kitchen lights", `turn_on ${kitchen}`],
    ["turn them off", `turn_off ${kitchen}`],
    ["dim them to twenty percent", `set_brightness ${kitchen}`],
    ["turn on the reading lamp and the floor lamp", "turn_on reading_lamp; turn_on floor_lamp"],
    ["turn them both off", "turn_off floor_lamp reading_lamp"],
  ],
  "one room after the other": [
    ["turn on the kitchen lights", `turn_on ${kitchen}`],
    ["and the bedroom too", "turn_on bedroom_ceiling bedside_lamp"],
    ["do the same in the hall", "turn_on hall_light"],
    ["turn them off", `turn_off bedroom_ceiling bedside_lamp hall_light ${kitchen}`],
  ],
  climate: [
    ["set the bedroom to 20 degrees", "set_temperature bedroom_thermostat"],
    ["make it warmer", "change_temperature bedroom_thermostat"],
    ["a little cooler", "change_temperature bedroom_thermostat"],
    ["the living room too", "change_temperature living_thermostat"],
  ],
  "the room of the last turn, and the speaker's": [
    ["close the bedroom blinds", "close bedroom_blinds"],
    ["turn on the light there", "turn_on bedroom_ceiling bedside_lamp"],
    ["it's too dark in here", "turn_on office_desk", "office"],
  ],
  questions: [
    ["set the heating to 21 degrees", "ambiguous"],
    ["the bedroom one", "set_temperature bedroom_thermostat"],
    ["turn on the lamp", "ambiguous"],
    ["the reading lamp", "turn_on reading_lamp"],
    ["turn it off", "turn_off reading_lamp"],
  ],
  "what is no device": [
    ["turn on the kitchen lights", `turn_on ${kitchen}`],
    ["feed the cat", "feed_cat"],
    ["turn it off", "ambiguous"],
  ],
  "names that the model cut": [
    ["lock all the doors", "lock back_door_lock front_door_lock"],
    [
      "turn everything off in the kitchen",
      "turn_off coffee_machine kitchen_ceiling kitchen_counter kitchen_speaker kitchen_table",
    ],
    ["turn of the kichen lights", "unknown_device"],
    ["yes", `turn_off ${kitchen}`],
    ["turn off every light upstairs", "turn_off bathroom_light bedroom_ceiling bedside_lamp office_desk"],
    ["cancel the timer", "unsupported"],
  ],
};

for (const [title, talk] of Object.entries(talks)) {
  test(`in a talk: ${title}`, { skip }, async () => {
    const source = title.replace(/\W+/g, "-");
    for (const [said, told, room] of talk) {
      const answer = await ask(source, said, room);
      assert.equal(toldOf(answer), told, `${said}: ${answer.reply}`);
    }
  });
}

test("half a sentence says as what it was read, and another source's turn is none of it", { skip }, async () => {
  await ask("hall-panel", "turn on the kitchen lights");
  const other = await ask("bath-panel", "and the bedroom too");
  assert.ok(
    other.calls.every(({ outcome }) => outcome === "rejected"),
    other.reply,
  );
  assert.equal(other.read_as, undefined);
  const answer = await ask("hall-panel", "and the bedroom too");
  assert.equal(answer.text, "and the bedroom too");
  assert.equal(answer.read_as, "turn on the bedroom lights");
  assert.deepEqual(answer.calls[0]?.spans, {});
});

test("an exception is an exception", { skip }, async () => {
  const answer = await ask("but", "turn off all lights but the bedside lamp");
  const devices = answer.calls.flatMap((call) => call.devices ?? []);
  assert.ok(devices.length > 8 && !devices.includes("bedside_lamp"), JSON.stringify(answer));
});
