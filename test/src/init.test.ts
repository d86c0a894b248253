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
