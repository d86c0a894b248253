// A spoken command: a voice (flite), a real recogniser behind the `wyoming` package's own server, and the daemon's ways in for sound.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Answer } from "@needled/daemon";
import { eventually, type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { connectAsync } from "mqtt";
import { noModel, root } from "./cli.ts";
import { type Running, startDaemon } from "./daemon.ts";

const python = process.env.NEEDLED_PYTHON || "python3";

function whyNoVoice(): string | false {
  if (spawnSync("flite", ["-lv"]).status !== 0) return "needs flite, a voice: apt-get install flite";
  const hasPeer = spawnSync(python, ["-c", "import wyoming, pocketsphinx"]).status === 0;
  return hasPeer ? false : "needs a recogniser: pip install wyoming pocketsphinx (and NEEDLED_PYTHON)";
}

const skip = noModel || whyNoMosquitto || whyNoVoice();
const folder = mkdtempSync(join(tmpdir(), "needled-speech-"));
const sentences = ["turn off the kitchen light", "turn on the bedroom lamp", "unlock the front door"];

let recogniser: ChildProcess;
let mosquitto: Mosquitto;
let running: Running;
let assist = 0;
let http = "";
let token = "";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function speak(text: string): Buffer {
  const file = join(folder, "voice.wav");
  const { status } = spawnSync("flite", ["-voice", "slt", "-t", text, "-o", file]);
  assert.equal(status, 0);
  return readFileSync(file);
}

before(async () => {
  if (skip) return;
  const [asr, port] = [await freePort(), await freePort()];
  assist = await freePort();
  recogniser = spawn(python, [join(root, "test/native/wyoming-recogniser.py"), String(asr), ...sentences]);
  await once(recogniser.stdout as NodeJS.ReadableStream, "data");
  mosquitto = await startMosquitto();
  const config = join(folder, "needled.yaml");
  const lines = [
    "home: {simulated: true}",
    `mqtt: {url: "mqtt://127.0.0.1:${mosquitto.port}"}`,
    `http: {port: ${port}}`,
    `wyoming: {port: ${assist}}`,
    `speech: {wyoming: "tcp://127.0.0.1:${asr}", timeout_s: 60}`,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  running = await startDaemon(["--config", config, "--state", join(folder, "state")]);
  http = `http://127.0.0.1:${port}`;
  token = readFileSync(join(folder, "state/http.token"), "utf8").trim();
});

after(async () => {
  await running?.stop();
  await mosquitto?.stop();
  recogniser?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function post(query: string, body: Buffer): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "audio/wav" };
  return fetch(`${http}/v1/audio?${query}`, { method: "POST", headers, body });
}

test("a voice over HTTP turns the light off", { skip, timeout: 120_000 }, async () => {
  const response = await post("id=v1", speak("turn off the kitchen light"));
  const answer = (await response.json()) as Answer;
  assert.equal(response.status, 200, JSON.stringify(answer));
  assert.deepEqual([answer.text, answer.calls[0]?.outcome], ["turn off the kitchen light", "done"]);
});

test("a voice over MQTT unlocks nothing, and asks", { skip, timeout: 120_000 }, async () => {
  const client = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, { protocolVersion: 5 });
  const answers: Answer[] = [];
  client.on("message", (_, payload) => answers.push(JSON.parse(payload.toString()) as Answer));
  await client.subscribeAsync("needled/home/out/satellite", { qos: 1 });
  const properties = { contentType: "audio/wav", userProperties: { id: "v2" } };
  await client.publishAsync("needled/home/audio/satellite", speak("unlock the front door"), { qos: 1, properties });
  const answer = await eventually(() => answers[0], "the answer");
  assert.deepEqual(
    [answer.intent, answer.calls[0]?.outcome],
    [{ source: "satellite", id: "v2" }, "needs_confirmation"],
  );
  await client.endAsync(true);
});

test("Home Assistant's client finds a service that handles what was said", { skip, timeout: 120_000 }, () => {
  const ask = (text: string): unknown => {
    const client = join(root, "test/native/wyoming-client.py");
    const { stdout, stderr } = spawnSync(python, [client, String(assist), text], { encoding: "utf8" });
    assert.ok(stdout, stderr);
    return JSON.parse(stdout);
  };
  const done = ask("turn on the kitchen light") as { programs: string[]; type: string; text: string };
  assert.deepEqual([done.programs, done.type], [["needled"], "handled"]);
  assert.match(done.text, /kitchen/i);
  assert.equal((ask("   ") as { type: string }).type, "not-handled");
});

test("what is no sound, and a wrong word beside it, is refused at once", { skip, timeout: 120_000 }, async () => {
  for (const [query, body, status] of [
    ["id=v3", Buffer.from("no sound"), 400],
    ["mode=never", speak("good night"), 400],
    ["id=v4", Buffer.alloc(600 * 1024), 413],
  ] as const) {
    assert.equal((await post(query, body)).status, status, query);
  }
});
