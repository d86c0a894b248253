// needled init on a real mosquitto with a Zigbee2MQTT in another process: what it finds, what it writes, and that the daemon takes it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { connectAsync } from "mqtt";
import { needled } from "./cli.ts";

const skip = whyNoMosquitto;
const folder = mkdtempSync(join(tmpdir(), "needled-init-"));
const out = join(folder, "needled.yaml");
let mosquitto: Mosquitto;
let peer: ChildProcess;
let url = "";

before(async () => {
  if (skip) return;
  mosquitto = await startMosquitto();
  url = `mqtt://127.0.0.1:${mosquitto.port}`;
  peer = spawn(process.execPath, [fileURLToPath(new URL("./z2m-peer.js", import.meta.url)), url, "site/zigbee"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(peer.stdout as NodeJS.ReadableStream, "data");
});

after(async () => {
  peer?.kill("SIGKILL");
  await mosquitto?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("finds the bridge, shows its devices by room, and writes what the daemon takes", { skip }, async () => {
  const found = await needled(["init", "--mqtt", url, "--out", out]);
  assert.equal(found.code, 0, found.stderr);
  assert.match(found.stdout, /zigbee +site\/zigbee: \d+ devices/);
  assert.match(found.stdout, /Kitchen: .*\(light/i);
  assert.match(readFileSync(out, "utf8"), /base: "site\/zigbee"/);
  const checked = await needled(["config", "validate", out]);
  assert.equal(checked.code, 0, checked.stderr);
});

test("writes over nothing unless told to", { skip }, async () => {
  writeFileSync(out, "instance: mine\n");
  const refused = await needled(["init", "--mqtt", url, "--out", out]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /is there already/);
  assert.equal(readFileSync(out, "utf8"), "instance: mine\n");
  assert.equal((await needled(["init", "--mqtt", url, "--out", out, "--force"])).code, 0);
});

test("a broker that is not there is named, and nothing is written", async () => {
  const other = join(folder, "other.yaml");
  const failed = await needled(["init", "--mqtt", "mqtt://127.0.0.1:1", "--out", other]);
  assert.equal(failed.code, 69);
  assert.match(failed.stderr, /mqtt:\/\/127\.0\.0\.1:1 cannot be used/);
  assert.equal(existsSync(other), false);
});

test("a home file that is there stays as it is, and in use", { skip }, async () => {
  const home = join(folder, "home.yaml");
  writeFileSync(home, "name: Elm Street\nareas:\n  - {id: kitchen, name: Cook room, aliases: [kitchen]}\n");
  const again = await needled(["init", "--mqtt", url, "--out", out, "--force"]);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /Cook room: .*\(light/i);
  assert.match(readFileSync(out, "utf8"), /^home: \{file: ".*home\.yaml"\}/m);
  assert.match(readFileSync(home, "utf8"), /Elm Street/);
});

test("what is no bridge is none, and a password in an address is not repeated", { skip }, async () => {
  const peers = await connectAsync(url);
  await peers.publishAsync("other/bridge/devices", JSON.stringify([1, "x", null]), { qos: 1, retain: true });
  await peers.publishAsync("empty/bridge/devices", "[]", { qos: 1, retain: true });
  await peers.endAsync();
  const found = await needled(["init", "--mqtt", url, "--out", out, "--force"]);
  assert.deepEqual(found.stdout.match(/^zigbee .*/gm)?.length, 1, found.stdout);
  const secret = await needled(["init", "--mqtt", url.replace("//", "//me:geheim@"), "--out", join(folder, "s.yaml")]);
  assert.equal(secret.code, 78);
  assert.doesNotMatch(secret.stdout + secret.stderr, /geheim/);
});

test("a place that cannot be written is named", async () => {
  const failed = await needled(["init", "--mqtt", url || "mqtt://127.0.0.1:1", "--out", join(folder, "no/where.yaml")]);
  assert.match(failed.stderr, skip ? /cannot be used/ : /no\/(where|home)\.yaml cannot be written: .*--out FILE/);
});
