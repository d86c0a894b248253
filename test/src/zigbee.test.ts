// The whole way on a real mosquitto: words in, calls, a Zigbee2MQTT in another process, echoes, an answer.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { needled, noModel } from "./cli.ts";
import { type Asker, openAsker, type Running, startDaemon } from "./daemon.ts";

const skip = whyNoMosquitto || noModel;
const folder = mkdtempSync(join(tmpdir(), "needled-zigbee-"));
let mosquitto: Mosquitto;
let peer: ChildProcess;
let running: Running;
let asker: Asker;

before(async () => {
  if (skip) return;
  mosquitto = await startMosquitto();
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  peer = spawn(process.execPath, [fileURLToPath(new URL("./z2m-peer.js", import.meta.url)), url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(peer.stdout as NodeJS.ReadableStream, "data");
  const home = join(folder, "home.yaml");
  writeFileSync(
    home,
    "name: flat\nareas:\n  - {id: kitchen, name: Kitchen}\n  - {id: bedroom, name: Bedroom}\n  - {id: hallway, name: Hallway}\n",
  );
  const config = join(folder, "needled.yaml");
  writeFileSync(
    config,
    `mqtt:\n  url: ${url}\nzigbee2mqtt:\n  - base: zigbee2mqtt\nhome:\n  file: ${home}\nhttp:\n  port: 0\n`,
  );
  running = await startDaemon(["--config", config, "--state", join(folder, "state")]);
  asker = await openAsker(mosquitto.port);
});

after(async () => {
  await asker?.close();
  await running?.stop();
  peer?.kill("SIGKILL");
  await mosquitto?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("finds the devices and rooms of the bridge", { skip }, () => {
  assert.match(running.lines[0] ?? "", /flat with \d+ devices in 4 rooms/);
});

test("one sentence, two commands, three devices and their echoes, one reply", { skip }, async () => {
  const answer = await asker.ask("voice", "turn off the kitchen lights and set the bedroom to 21 degrees", "two");
  const outcomes = answer.calls.map(({ outcome }) => outcome);
  assert.ok(outcomes.length > 0 && outcomes.every((outcome) => outcome === "done"), JSON.stringify(answer));
  const devices = answer.calls.flatMap((call) => call.devices ?? []);
  assert.equal(devices.length, 3, answer.reply);
  assert.match(answer.reply, /kitchen.*21/i);
});

test("explain asks the running daemon: the devices are this home's, and nothing is sent", { skip }, async () => {
  const sets: string[] = [];
  await asker.client.subscribeAsync("zigbee2mqtt/+/set");
  asker.client.on("message", (topic) => void (topic === "zigbee2mqtt/Bedroom lamp/set" && sets.push(topic)));
  const ask = ["explain", "--json", "--config", join(folder, "needled.yaml"), "turn on the bedroom lamp", "--state"];
  const here = await needled([...ask, join(folder, "state")]);
  const report = JSON.parse(here.stdout);
  assert.deepEqual([here.code, report.calls[0]?.devices, report.dry_run], [0, ["z2m_0x0000000000000003"], true]);
  assert.equal(here.stderr, "");
  const nobody = await needled([...ask, join(folder, "elsewhere")]);
  assert.match(nobody.stderr, /note: no daemon listens at .*elsewhere.*simulated home/);
  assert.deepEqual(sets, []);
});

test("a silent device is unknown, and said so", { skip }, async () => {
  const answer = await asker.ask("voice", "turn on the hallway lamp", "silent");
  assert.equal(answer.calls[0]?.outcome, "unknown", JSON.stringify(answer));
  assert.match(answer.reply, /not (answered|know)|no answer|did not answer/i);
});

test("a device that refuses has failed, in its own words", { skip }, async () => {
  const answer = await asker.ask("voice", "lock the shed lock", "stubborn");
  assert.equal(answer.calls[0]?.outcome, "failed", JSON.stringify(answer));
});

test("unlocking asks for a yes elsewhere and moves nothing before", { skip }, async () => {
  const sets: string[] = [];
  await asker.client.subscribeAsync("zigbee2mqtt/Front door lock/set");
  asker.client.on("message", (topic) => void (topic.endsWith("lock/set") && sets.push(topic)));
  const answer = await asker.ask("voice", "unlock the front door", "unlock");
  assert.equal(answer.calls[0]?.outcome, "needs_confirmation", JSON.stringify(answer));
  assert.deepEqual(sets, []);
  assert.match(answer.confirm?.challenge ?? "", /^[A-Z2-9]{6}$/);
  // The same channel does not count.
  asker.confirm("voice", answer.confirm?.challenge as string);
  await asker.ask("voice", "is the front door locked", "still");
  assert.deepEqual(sets, []);
});

test("a renamed lamp answers to its new name", { skip }, async () => {
  peer.stdin?.write('{"rename":["Bedroom lamp","Bedroom dragon"]}\n');
  let answer = await asker.ask("voice", "turn off the bedroom dragon", "dragon-0");
  // The list travels on its own; the question may be faster.
  for (let n = 1; n < 20 && answer.calls[0]?.outcome !== "done"; n += 1)
    answer = await asker.ask("voice", "turn off the bedroom dragon", `dragon-${n}`);
  assert.equal(answer.calls[0]?.outcome, "done", JSON.stringify(answer));
});
