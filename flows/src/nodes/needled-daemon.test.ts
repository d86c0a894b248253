import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { connectAsync } from "mqtt";
import { type Broker, startBroker, whyNoMosquitto } from "../testing/broker.ts";
import { type RealDaemon, startDaemon } from "../testing/daemon.ts";
import { eventually } from "../testing/eventually.ts";
import { coreTls, type FlowNode, type Loaded, loadFlow, startRed, stopRed, whyNoRed } from "../testing/red.ts";

const connected = "node-red:common.status.connected";

function has(program: string): boolean {
  return spawnSync(program, ["--help"]).error === undefined;
}

const whyNoTls = has("openssl") && has("mosquitto_passwd") ? false : "needs openssl and mosquitto_passwd";

/** A certificate of its own authority for localhost, a user, and what that user may not read. */
function writeSecrets(folder: string): string {
  const [key, certificate, passwords, access] = ["key.pem", "cert.pem", "passwords", "access"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  spawnSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    certificate,
    ...subject,
  ]);
  spawnSync("mosquitto_passwd", ["-b", "-c", passwords, "red", "secret"]);
  writeFileSync(access, "user red\ntopic readwrite needled/home/#\ntopic deny needled/home/in/forbidden\n");
  return [
    ...["allow_anonymous false", `password_file ${passwords}`, `acl_file ${access}`],
    ...[`certfile ${certificate}`, `keyfile ${key}`, "user root"],
  ].join("\n");
}

describe("needled-daemon on a broker with TLS and passwords", { skip: whyNoRed || whyNoMosquitto || whyNoTls }, () => {
  const folder = mkdtempSync(join(tmpdir(), "needled-tls-"));
  let broker: Broker;
  let red: Loaded | undefined;
  before(async () => {
    await startRed();
    broker = await startBroker(writeSecrets(folder));
  });
  after(async () => {
    await red?.unload();
    await broker?.kill();
    rmSync(folder, { recursive: true, force: true });
    await stopRed();
  });

  const load = async (ca: string, password: string, client = "nodered"): Promise<Loaded> => {
    await red?.unload();
    const tls = { ca, cert: "", key: "", verifyservercert: true, servername: "localhost" };
    const flow: FlowNode[] = [
      { id: "tls", type: "tls-config", ...tls },
      { id: "d", type: "needled-daemon", url: `mqtts://localhost:${broker.port}`, tls: "tls", client },
      { id: "n", type: "needled-intent", daemon: "d", tools: [], wires: [[], []] },
    ];
    red = await loadFlow(flow, { d: { username: "red", password } }, [coreTls()]);
    return red;
  };

  test("connects with the authority and the password", async () => {
    const loaded = await load(join(folder, "cert.pem"), "secret");
    await loaded.status("n", "no daemon");
  });

  test("stays away from a certificate it does not know, and says so", async () => {
    const loaded = await load("", "secret");
    await loaded.status("n", "node-red:common.status.disconnected");
    loaded.node("n").receive({ payload: "hello" });
    await eventually(() => loaded.errors.length === 1, "an error");
    assert.match(loaded.errors[0]?.text ?? "", /not connected \(.*certificate.*\); the message was not sent/);
  });

  test("says that the password is wrong", async () => {
    const loaded = await load(join(folder, "cert.pem"), "guess");
    await loaded.status("n", "node-red:common.status.disconnected");
    loaded.node("n").receive({ payload: "hello" });
    await eventually(() => loaded.errors.length === 1, "an error");
    assert.match(loaded.errors[0]?.text ?? "", /not connected \(.*(Not authorized|Bad User).*\)/i);
  });

  test("says what the broker does not let us write", async () => {
    const ca = join(folder, "cert.pem");
    const loaded = await load(ca, "secret", "forbidden");
    const options = { ca: readFileSync(ca), username: "red", password: "secret" };
    const client = await connectAsync(`mqtts://localhost:${broker.port}`, options);
    await client.publishAsync("needled/home/status", "online", { qos: 1, retain: true });
    await client.endAsync();
    await loaded.status("n", connected);
    loaded.node("n").receive({ payload: "hello" });
    await eventually(() => loaded.errors.length === 1, "an error");
    assert.match(loaded.errors[0]?.text ?? "", /does not take needled\/home\/in\/forbidden: .* access list/);
  });
});

describe("needled-daemon and an address that is none", { skip: whyNoRed }, () => {
  before(startRed);
  after(stopRed);

  for (const [url, why] of [
    ["needled.lan", /address is none; write mqtt:/],
    ["mqtt://red:secret@127.0.0.1", /a user or a password in it/],
  ] as const) {
    test(`connects nowhere with ${url.replace("secret", "…")}, and a message is an error`, async () => {
      const red = await loadFlow([
        { id: "d", type: "needled-daemon", url },
        { id: "n", type: "needled-intent", daemon: "d", tools: [], wires: [[], []] },
      ]);
      red.node("n").receive({ payload: "hello" });
      await eventually(() => red.errors.length === 1, "an error");
      assert.match(red.errors[0]?.text ?? "", why);
      assert.doesNotMatch(red.errors[0]?.text ?? "", /secret/);
      await red.unload();
    });
  }
});

describe("needled-daemon and a daemon that dies under load", { skip: whyNoRed }, () => {
  let daemon: RealDaemon;
  let red: Loaded;
  before(async () => {
    await startRed();
    daemon = await startDaemon("limits: {per_minute: 60000, burst: 5000, waiting: 1000}");
    red = await loadFlow([
      { id: "d", type: "needled-daemon", url: daemon.mqtt, wait: "90" },
      { id: "n", type: "needled-intent", daemon: "d", tools: [], timeout: "100", wires: [["h"], ["h"]] },
      { id: "h", type: "helper" },
    ]);
    await red.status("n", connected);
  });
  after(async () => {
    await red?.unload();
    await daemon?.stop();
    await stopRed();
  });

  test("answers every message or gives an error for it, none twice", async () => {
    const ids = Array.from({ length: 100 }, (_, n) => n);
    const send = (n: number): void => red.node("n").receive({ payload: "turn off the kitchen light", n });
    for (const n of ids.slice(0, 50)) send(n);
    await red.next("h", 5);
    await daemon.kill();
    for (const n of ids.slice(50)) send(n);
    await daemon.start();
    const ended = (): number[] => [
      ...(red.got.h ?? []).map(({ n }) => n as number),
      ...red.errors.map(({ message }) => message?.n as number),
    ];
    await eventually(() => ended().length >= ids.length, "an end for each", 150_000);
    assert.deepEqual(
      [...new Set(ended())].sort((a, b) => a - b),
      ids,
    );
    assert.equal(ended().length, ids.length);
    assert.ok((red.got.h?.length ?? 0) > 90, `${red.got.h?.length} answers, ${red.errors[0]?.text}`);
  });
});
