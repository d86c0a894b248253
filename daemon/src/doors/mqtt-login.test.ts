// Who the MQTT door is to a broker that asks: user name, password, and TLS.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import type { Door } from "../intake.ts";
import { eventually } from "./eventually.ts";
import { createFakeIntake, silentLog } from "./fake-intake.ts";
import { startMosquitto, whyNoMosquitto } from "./mosquitto.ts";
import { createMqttDoor, type MqttDoorOptions } from "./mqtt.ts";

const skip = whyNoMosquitto;
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDoor(options: Partial<MqttDoorOptions> & { url: string }): Promise<Door> {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const door = createMqttDoor({ softwareVersion: "0", clock, log: silentLog, ...options });
  cleanups.push(() => door.stop());
  await door.start(createFakeIntake(), new AbortController().signal);
  return door;
}

test("wrong credentials are said, and the password is not", { skip }, async () => {
  const broker = await startMosquitto("allow_anonymous false");
  cleanups.push(() => broker.stop());
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const door = await startDoor({ url, username: "needled", password: "canary", graceMs: 50 });
  const { text } = await eventually(() => /refused/i.test(door.state().text) && door.state(), "the refusal");
  assert.match(text, /Not authorized/);
  assert.doesNotMatch(text, /canary/);
});

/** A certificate for 127.0.0.1 that signs itself; it is its own authority. */
function makeCertificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const made = spawnSync("openssl", ["req", "-x509", ...curve, "-nodes", "-keyout", key, "-out", cert, ...subject]);
  assert.equal(made.status, 0, String(made.stderr));
  chmodSync(key, 0o644);
  return { key, cert };
}

const skipTls = skip || (spawnSync("openssl", ["version"]).error === undefined ? false : "openssl is not installed");

test("TLS with a user name: in with the authority, not without", { skip: skipTls }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "needled-tls-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  const { key, cert } = makeCertificate(folder);
  const users = join(folder, "users");
  assert.equal(spawnSync("mosquitto_passwd", ["-c", "-b", users, "needled", "secret"]).status, 0);
  chmodSync(users, 0o644);
  const lines = [`certfile ${cert}`, `keyfile ${key}`, "allow_anonymous false", `password_file ${users}`];
  const broker = await startMosquitto(lines.join("\n"));
  cleanups.push(() => broker.stop());
  const common = { url: `mqtts://127.0.0.1:${broker.port}`, username: "needled", password: "secret" };
  const door = await startDoor({ ...common, tls: { ca: readFileSync(cert) } });
  await eventually(() => door.state().ok, "the subscription");
  const naive = await startDoor({ ...common, graceMs: 50, instance: "naive" });
  await eventually(() => /self-signed/.test(naive.state().text), "the refusal");
});
