// needled init and Home Assistant: one that speaks its protocol behind TLS with a certificate of its own, and the broker behind the same.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { WebSocketServer } from "ws";
import { needled, type Ran } from "./cli.ts";

const skip = spawnSync("openssl", ["version"]).error === undefined ? false : "openssl is not installed";
const folder = mkdtempSync(join(tmpdir(), "needled-assistant-"));
const at = (name: string): string => join(folder, name);
const [cert, key, token] = [at("cert.pem"), at("key.pem"), at("ha.token")];
const server = createServer();
let address = "";
let logins: string[] = [];
let brokers: Mosquitto | undefined;

const light = (id: string, name: string) => ({
  entity_id: `light.${id}`,
  state: "off",
  attributes: { friendly_name: name },
});
const results: Record<string, unknown> = {
  get_states: [light("kitchen", "Kitchen lamp"), light("hall", "Hall lamp")],
  get_config: { state: "RUNNING", unit_system: { temperature: "°C" } },
  "config/area_registry/list": [{ area_id: "kitchen", name: "Kitchen", aliases: [] }],
  "config/floor_registry/list": [],
  "config/device_registry/list": [],
  "config/entity_registry/list": [{ entity_id: "light.kitchen", area_id: "kitchen" }],
};

before(async () => {
  if (skip) return;
  const subject = ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const made = spawnSync("openssl", ["req", "-x509", ...curve, "-nodes", "-keyout", key, "-out", cert, ...subject]);
  assert.equal(made.status, 0, made.stderr.toString());
  // Mosquitto reads them as another user.
  chmodSync(folder, 0o755);
  chmodSync(key, 0o644);
  writeFileSync(token, "good\n");
  server.setSecureContext({ cert: readFileSync(cert), key: readFileSync(key) });
  new WebSocketServer({ server }).on("connection", (ws) => {
    ws.send(JSON.stringify({ type: "auth_required", ha_version: "2025.4.4" }));
    ws.on("message", (data) => {
      const { id, type, access_token } = JSON.parse(data.toString()) as Record<string, unknown>;
      if (type === "auth") {
        logins.push(String(access_token));
        const is = access_token === "good" ? { type: "auth_ok", ha_version: "2025.4.4" } : { type: "auth_invalid" };
        ws.send(JSON.stringify(is));
        return;
      }
      const known = type === "subscribe_events" ? null : results[String(type)];
      const told =
        known === undefined ? { success: false, error: { code: "unknown_command" } } : { success: true, result: known };
      ws.send(JSON.stringify({ id, type: "result", ...told }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await brokers?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const init = (out: string, ...more: string[]): Promise<Ran> => {
  logins = [];
  return needled(["init", "--home-assistant", address, "--out", at(out), ...more]);
};

test("with a token file its devices are shown by room, and the daemon takes what is written", { skip }, async () => {
  const found = await init("a.yaml", "--ca", cert, "--token-file", token);
  assert.equal(found.code, 0, found.stderr);
  assert.match(found.stdout, /assistant +wss:\/\/127\.0\.0\.1:\d+\/api\/websocket \(Home Assistant 2025\.4\.4\)/);
  assert.match(found.stdout, /Kitchen: Kitchen lamp \(light\)/);
  const written = readFileSync(at("a.yaml"), "utf8");
  assert.match(written, /^home_assistant:\n {2}- \{url: "wss:.*token: \{file: ".*ha\.token"\}, ca: ".*cert\.pem"\}$/m);
  assert.doesNotMatch(found.stdout + found.stderr + written, /good/);
  assert.equal((await needled(["config", "validate", at("a.yaml")])).code, 0);
  const doctor = await needled(["doctor", "--config", at("a.yaml"), "--state", at("state")]);
  assert.match(doctor.stdout, /ok +home_assistant .*2 entities/);
});

test("without a token nobody logs in, and the way to one is said", { skip }, async () => {
  const found = await init("b.yaml", "--ca", cert);
  assert.equal(found.code, 0, found.stderr);
  assert.match(found.stdout, /long-lived access token.*\n +Then: needled init --token-file FILE/);
  assert.match(readFileSync(at("b.yaml"), "utf8"), /^# home_assistant:.*token is wanted\n# +- \{url: "wss:/m);
  assert.deepEqual(logins, []);
});

test("a certificate that nobody vouches for, and a token that is refused, are named, and nothing is written", {
  skip,
}, async () => {
  const untrusted = await init("c.yaml", "--token-file", token);
  assert.equal(untrusted.code, 69);
  assert.match(untrusted.stderr, /cannot be used: .*self.signed.*--ca FILE/is);
  writeFileSync(at("bad.token"), "bad\n");
  const refused = await init("c.yaml", "--ca", cert, "--token-file", at("bad.token"));
  assert.equal(refused.code, 69);
  assert.match(refused.stderr, /refuses the token/);
  assert.equal(existsSync(at("c.yaml")), false);
});

test("the address may come from HASS_SERVER, and what is no Home Assistant is none", { skip }, async () => {
  const told = await needled(["init", "--ca", cert, "--out", at("d.yaml")], { env: { HASS_SERVER: address } });
  assert.match(told.stdout, /Home Assistant 2025/);
  const other = await needled(["init", "--home-assistant", "http://127.0.0.1:1", "--out", at("e.yaml")]);
  assert.equal(other.code, 69);
  assert.match(other.stderr, /127\.0\.0\.1:1 cannot be used: /);
});

test("a broker with a certificate of its own is looked at with --ca, which is written", {
  skip: skip || whyNoMosquitto,
}, async () => {
  brokers = await startMosquitto(`certfile ${cert}\nkeyfile ${key}\nallow_anonymous true`);
  const url = `mqtts://127.0.0.1:${brokers.port}`;
  const found = await init("f.yaml", "--mqtt", url, "--ca", cert);
  assert.equal(found.code, 0, found.stderr);
  assert.match(readFileSync(at("f.yaml"), "utf8"), /^mqtt:\n {2}url: "mqtts:.*\n {2}ca: ".*cert\.pem"$/m);
  const untrusted = await needled(["init", "--mqtt", url, "--out", at("g.yaml")]);
  assert.equal(untrusted.code, 69);
});
