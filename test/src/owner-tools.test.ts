// Tools of the owner's own on a real mosquitto and a real HTTP server: what was sent, what came of it, and what a crash may repeat.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { eventually, type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { connectAsync, type MqttClient } from "mqtt";
import { needled, noModel, root } from "./cli.ts";
import { type Asker, openAsker, type Running, startDaemon } from "./daemon.ts";

const skip = whyNoMosquitto || noModel;
const folder = mkdtempSync(join(tmpdir(), "needled-owner-"));
const config = join(folder, "needled.yaml");

/** What the cat's feeder says to a portion count; undefined: nothing. */
let feeder: (payload: { portions?: number }) => string | undefined = () => undefined;
let heard: { topic: string; payload: string }[] = [];
let requests: { url: string; method: string; headers: IncomingMessage["headers"]; body: string }[] = [];
/** Status and body of the web server's next answer; undefined: it hangs up. */
let web: { status: number; body: string; headers?: Record<string, string> } | undefined;

let mosquitto: Mosquitto;
let server: Server;
let peer: MqttClient;
let running: Running;
let asker: Asker;

function toolsFile(port: number): string {
  const minutes =
    "{type: object, properties: {minutes: {type: integer, minimum: 1, maximum: 10, description: for how many minutes}}, required: [minutes]}";
  return `tools:
  - name: feed_cat
    description: Feed the cat
    parameters: {type: object, properties: {portions: {type: integer, minimum: 1, maximum: 3, description: how many portions}}, required: []}
    risk: 1
    timeout_s: 1
    say: "The cat got {portions} portions."
    mqtt: {topic: "cat/feed", payload: {portions: "{portions}"}, echo: {topic: "cat/state", match: {fed: true}}}
  - name: water_flowers
    description: Water the flowers on the balcony
    parameters: ${minutes}
    risk: 1
    timeout_s: 1
    http: {url: "http://127.0.0.1:${port}/water?n={minutes}", headers: {X-Key: {file: key.txt}}, body: {n: "{minutes}"}, echo: {path: ok, equals: true}}
  - name: open_chicken_coop
    description: Open the chicken coop
    risk: 3
    timeout_s: 1
    mqtt: {topic: "coop/open", echo: none}
  - name: wash_car
    description: Wash the car
    risk: 1
    timeout_s: 1
    mqtt: {topic: "car/wash", payload: "now"}
  - name: heat_sauna
    description: Heat the sauna
    parameters: {type: object, properties: {minutes: {type: integer, minimum: 1, maximum: 90, description: for how many minutes}}, required: [minutes]}
    risk: 1
    repeat: idempotent
    timeout_s: 9
    mqtt: {topic: "sauna/set", payload: {on: true, minutes: "{minutes}"}, echo: {topic: "sauna/state", match: {on: true}}}
  - name: flush_filter
    description: Flush the filter
    risk: 1
    repeat: readable
    timeout_s: 9
    mqtt: {topic: "filter/set", payload: {full: true}, echo: {topic: "filter/state", match: {full: true}}}
`;
}

async function restart(): Promise<void> {
  running = await startDaemon(["--config", config, "--state", join(folder, "state")]);
}

function onHeard(topic: string, payload: string): void {
  heard.push({ topic, payload });
  const said = topic === "cat/feed" ? feeder(JSON.parse(payload) as { portions?: number }) : undefined;
  if (said !== undefined) peer.publish("cat/state", said, { qos: 1 });
}

before(async () => {
  if (skip) return;
  mosquitto = await startMosquitto();
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { url = "", method = "", headers } = request;
    requests.push({ url, method, headers, body: Buffer.concat(parts).toString() });
    if (web === undefined) return void request.socket.destroy();
    response.writeHead(web.status, web.headers).end(web.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  peer = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, { protocolVersion: 5 });
  peer.on("message", (topic, bytes) => onHeard(topic, bytes.toString()));
  await peer.subscribeAsync(["cat/feed", "coop/open", "car/wash", "sauna/set", "filter/set"], { qos: 1 });
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "tools", "key.txt"), "hunter2\n");
  writeFileSync(join(folder, "tools", "garden.yaml"), toolsFile((server.address() as AddressInfo).port));
  writeFileSync(
    config,
    `mqtt:\n  url: mqtt://127.0.0.1:${mosquitto.port}\nhttp:\n  port: 0\ntools:\n  - tools/*.yaml\n`,
  );
  await restart();
  asker = await openAsker(mosquitto.port);
});

afterEach(() => {
  heard = [];
  requests = [];
  web = undefined;
  feeder = () => undefined;
});

after(async () => {
  await asker?.close();
  await running?.stop();
  await peer?.endAsync(true);
  server?.closeAllConnections();
  server?.close();
  await mosquitto?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a message whose echo comes is done, in the owner's own words", { skip }, async () => {
  feeder = () => '{"fed":true,"left":7}';
  const answer = await asker.ask("voice", "feed the cat two portions", "cat-1");
  assert.equal(answer.calls[0]?.outcome, "done", JSON.stringify(answer));
  assert.equal(answer.reply, "The cat got 2 portions.");
  assert.deepEqual(heard, [{ topic: "cat/feed", payload: '{"portions":2}' }]);
});

test("another answer is failed, silence is unknown, and both are said so", { skip }, async () => {
  feeder = () => '{"fed":false}';
  const no = await asker.ask("voice", "feed the cat two portions", "cat-2");
  assert.equal(no.calls[0]?.outcome, "failed", JSON.stringify(no));
  assert.match(no.reply, /did not work.*fed/);
  feeder = () => undefined;
  const silent = await asker.ask("voice", "feed the cat two portions", "cat-3");
  assert.equal(silent.calls[0]?.outcome, "unknown", JSON.stringify(silent));
  assert.match(silent.reply, /do not know/);
});

test("without an echo nobody knows, and undo says that it cannot", { skip }, async () => {
  const answer = await asker.ask("voice", "wash the car", "car-1");
  assert.equal(answer.calls[0]?.outcome, "unknown", JSON.stringify(answer));
  assert.match(answer.reply, /nothing confirms it/);
  assert.deepEqual(heard, [{ topic: "car/wash", payload: "now" }]);
  const undo = await asker.ask("voice", "undo that", "car-2");
  assert.match(undo.reply, /cannot take that back: wash the car/i, JSON.stringify(undo));
});

test("an HTTP answer decides: done, failed with its status, unknown when the line is cut", { skip }, async () => {
  web = { status: 200, body: '{"ok":true}' };
  const done = await asker.ask("voice", "water the flowers for five minutes", "water-1");
  assert.equal(done.calls[0]?.outcome, "done", JSON.stringify(done));
  const [request] = requests;
  assert.deepEqual(
    [request?.method, request?.url, request?.body, request?.headers["x-key"]],
    ["POST", "/water?n=5", '{"n":5}', "hunter2"],
  );
  web = { status: 503, body: "" };
  const failed = await asker.ask("voice", "water the flowers for five minutes", "water-2");
  assert.deepEqual([failed.calls[0]?.outcome, /503/.test(failed.reply)], ["failed", true], failed.reply);
  web = undefined;
  const cut = await asker.ask("voice", "water the flowers for five minutes", "water-3");
  assert.equal(cut.calls[0]?.outcome, "unknown", JSON.stringify(cut));
});

test("risk 3 moves after a yes on another channel, and not before", { skip }, async () => {
  const answer = await asker.ask("voice", "open the chicken coop now", "coop-1");
  assert.equal(answer.calls[0]?.outcome, "needs_confirmation", JSON.stringify(answer));
  assert.deepEqual(heard, []);
  const ran = await needled(["confirm", answer.confirm?.challenge ?? "", "--state", join(folder, "state")]);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  assert.deepEqual(heard, [{ topic: "coop/open", payload: "" }]);
});

test("a dry run and explain send nothing and show no secret", { skip }, async () => {
  const dry = await needled([
    "ask",
    "--dry-run",
    "--json",
    "--state",
    join(folder, "state"),
    "water the flowers for five minutes",
  ]);
  assert.deepEqual(
    [JSON.parse(dry.stdout).dry_run, JSON.parse(dry.stdout).calls[0].outcome],
    [true, null],
    dry.stdout + dry.stderr,
  );
  const explained = await needled(["explain", "--json", "--config", config, "feed the cat two portions"]);
  assert.equal(JSON.parse(explained.stdout).calls[0].sends, 'mqtt cat/feed {"portions":2}', explained.stderr);
  assert.doesNotMatch(dry.stdout + explained.stdout, /hunter2/);
  assert.deepEqual([heard, requests], [[], []]);
});

interface Crash {
  text: string;
  id: string;
  ttlMs?: number;
  topic: string;
  /** What happens while nobody is there. */
  meanwhile?(): Promise<unknown>;
}

/** Ends the daemon while it waits for an echo, starts it again and returns the answer of the second one. */
async function crashIn({
  text,
  id,
  ttlMs,
  topic,
  meanwhile,
}: Crash): Promise<{ outcome: string | null | undefined; count: number }> {
  const answered = asker.ask("voice", text, id, { ttl_ms: ttlMs });
  await eventually(() => heard.some((message) => message.topic === topic), topic);
  await running.stop("SIGKILL");
  await meanwhile?.();
  await restart();
  const answer = await answered;
  assert.equal(answer.recovered, true, JSON.stringify(answer));
  return { outcome: answer.calls[0]?.outcome, count: heard.filter((message) => message.topic === topic).length };
}

test("after a crash `once` is not sent again, and nobody claims to know", { skip }, async () => {
  assert.deepEqual(await crashIn({ text: "feed the cat two portions", id: "crash-1", topic: "cat/feed" }), {
    outcome: "unknown",
    count: 1,
  });
});

test("after a crash `idempotent` is sent again", { skip }, async () => {
  const answered = crashIn({ text: "heat the sauna for forty minutes", id: "crash-2", topic: "sauna/set" });
  await eventually(() => heard.filter(({ topic }) => topic === "sauna/set").length === 2, "a second message");
  peer.publish("sauna/state", '{"on":true}');
  assert.deepEqual(await answered, { outcome: "done", count: 2 });
});

test("after a crash `readable` looks first, and sends nothing when it is so already", { skip }, async () => {
  const meanwhile = () => peer.publishAsync("filter/state", '{"full":true}', { qos: 1, retain: true });
  assert.deepEqual(await crashIn({ text: "can you flush the filter", id: "crash-3", topic: "filter/set", meanwhile }), {
    outcome: "done",
    count: 1,
  });
});

test("back after its time, `readable` looks before it says, and sends nothing", { skip }, async () => {
  const ttlMs = 12_000;
  await peer.publishAsync("filter/state", "", { qos: 1, retain: true });
  const meanwhile = async () => {
    await peer.publishAsync("filter/state", '{"full":true}', { qos: 1, retain: true });
    await new Promise((resolve) => setTimeout(resolve, ttlMs));
  };
  const crash = { text: "can you flush the filter", id: "crash-4", topic: "filter/set", ttlMs, meanwhile };
  assert.deepEqual(await crashIn(crash), { outcome: "done", count: 1 });
});

test("where no broker is configured the messages go over needled's own", { skip }, async () => {
  const alone = join(folder, "alone.yaml");
  writeFileSync(alone, "broker: {port: 0}\nhttp: {port: 0}\ntools: [tools/garden.yaml]\n");
  const daemon = await startDaemon(["--config", alone, "--state", join(folder, "alone")]);
  const port = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.lines.join("\n"))?.[1]);
  const other = await openAsker(port);
  other.client.on(
    "message",
    (topic) => void (topic === "cat/feed" && other.client.publish("cat/state", '{"fed":true}')),
  );
  await other.client.subscribeAsync("cat/feed");
  try {
    const answer = await other.ask("voice", "feed the cat two portions", "own-1");
    assert.equal(answer.reply, "The cat got 2 portions.", JSON.stringify(answer));
  } finally {
    await other.close();
    await daemon.stop();
  }
});

test("the examples of docs/adding-a-tool.md are valid as they stand", async () => {
  const page = readFileSync(join(root, "docs/adding-a-tool.md"), "utf8");
  const examples = [...page.matchAll(/```yaml\n(tools:\n {2}- name[\s\S]*?)```/g)].map(([, text]) => text as string);
  assert.equal(examples.length, 2);
  writeFileSync(join(folder, "water.key"), "x");
  for (const [n, text] of examples.entries()) writeFileSync(join(folder, `example-${n}.yaml`), text);
  writeFileSync(join(folder, "examples.yaml"), "tools: ['example-?.yaml']\n");
  const ran = await needled(["config", "validate", join(folder, "examples.yaml")]);
  assert.equal(ran.code, 0, ran.stderr);
});

test("faults in a file of tools stop the start, all at once, each with its place", { skip }, async () => {
  const broken = join(folder, "broken.yaml");
  writeFileSync(
    join(folder, "bad-tools.yaml"),
    'tools:\n  - name: turn_on\n    description: Mine\n    mqtt: {topic: "a/{colour}"}\n  - name: other\n    descriptio: x\n',
  );
  writeFileSync(broken, "tools: [bad-tools.yaml, no-tools.yaml]\nmqt: {}\n");
  const ran = await needled(["config", "validate", broken]);
  assert.equal(ran.code, 78);
  for (const pattern of [
    /broken\.yaml:2: mqt: unknown key/,
    /broken\.yaml:1: tools.*no-tools\.yaml; did you mean .*bad-tools\.yaml/,
    /bad-tools\.yaml:6: tools\.1\.descriptio: unknown key; did you mean description/,
  ])
    assert.match(ran.stderr, pattern);
});
