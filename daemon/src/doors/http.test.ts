// The HTTP door, by a client that may say anything.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import type { Answer, ConfirmResult, RefusedCode } from "../intake.ts";
import { eventually } from "./eventually.ts";
import { answerTo, createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { createHttpDoor, type HttpDoor, type HttpDoorOptions } from "./http.ts";
import { readOrCreateToken } from "./http-token.ts";

const token = "t".repeat(43);
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Partial<HttpDoorOptions> = {}): Promise<{ intake: FakeIntake; door: HttpDoor }> {
  const intake = createFakeIntake();
  const door = createHttpDoor({ port: 0, token, log: silentLog, ...options });
  cleanups.push(() => door.stop());
  await door.start(intake, new AbortController().signal);
  return { intake, door };
}

interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface Ask {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

const json = { "content-type": "application/json", authorization: `Bearer ${token}` };

function ask(
  door: HttpDoor,
  { method = "POST", path = "/v1/intent", headers = json, body = "" }: Ask = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: door.port(), method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

/** Everything that comes back for these bytes; `isAll`: the peer says that it has no more. */
function askRaw(door: HttpDoor, bytes: string, isAll = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(door.port(), "127.0.0.1", () => {
      if (isAll) socket.end(bytes, "latin1");
      else socket.write(bytes, "latin1");
    });
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.once("close", () => resolve(text));
  });
}

const lamp = '{"text":"turn on the lamp","id":"a"}';
const codeIn = (got: Got): string => (JSON.parse(got.text) as { refused: { code: string } }).refused.code;

test("an intent is answered; the same id gets the first answer", async () => {
  const { intake, door } = await start();
  const first = await ask(door, { body: lamp });
  assert.equal(first.status, 200);
  const answer = JSON.parse(first.text) as Answer;
  assert.deepEqual(answer.intent, { source: "http", id: "a" });
  assert.equal((await ask(door, { body: lamp })).text, first.text);
  assert.deepEqual(intake.submitted[0], { text: "turn on the lamp", id: "a", source: "http", door: "http" });
});

test("with respond-async only the id comes back, once it is on disk", async () => {
  const { door } = await start();
  const got = await ask(door, { body: lamp, headers: { ...json, prefer: "wait=1, respond-async" } });
  assert.equal(got.status, 202);
  assert.deepEqual(JSON.parse(got.text), { intent: { source: "http", id: "a" } });
  // Asked again once there is an answer, the same request brings it.
  const again = await ask(door, { body: lamp, headers: { ...json, prefer: "respond-async" } });
  assert.equal(again.status, 200);
});

const denials: [why: string, ask: Ask, status: number, code: string][] = [
  ["no token", { headers: { "content-type": "application/json" } }, 401, "token"],
  ["a wrong token", { headers: { ...json, authorization: "Bearer x" } }, 401, "token"],
  ["another host", { headers: { ...json, host: "evil.example" } }, 403, "host"],
  ["a host that only begins right", { headers: { ...json, host: "localhost.evil.example" } }, 403, "host"],
  ["a foreign page", { headers: { ...json, origin: "http://evil.example" } }, 403, "origin"],
  ["a page without an origin", { headers: { ...json, origin: "null" } }, 403, "origin"],
  ["a form", { headers: { ...json, "content-type": "text/plain" } }, 415, "content_type"],
  ["a packed body", { headers: { ...json, "content-encoding": "gzip" } }, 415, "content_type"],
  ["no JSON", { body: "turn on the lamp" }, 400, "malformed"],
  ["a body of 65 KB", { body: "x".repeat(65 * 1024 + 1) }, 413, "too_long"],
  ["an intent of 9 KB", { body: JSON.stringify({ text: "x".repeat(9_000) }) }, 413, "too_long"],
  ["another path", { path: "/v1/__proto__" }, 404, "path"],
  ["another method", { method: "PUT" }, 405, "method"],
  ["no confirmation", { path: "/v1/confirm", body: '{"yes":true}' }, 400, "malformed"],
];

for (const [why, given, status, code] of denials) {
  test(`refuses ${why}`, async () => {
    const { intake, door } = await start();
    const got = await ask(door, { body: lamp, ...given });
    assert.deepEqual([got.status, codeIn(got)], [status, code]);
    assert.equal(got.headers["access-control-allow-origin"], undefined);
    assert.deepEqual([intake.submitted, intake.confirmed], [[], []]);
  });
}

test("lets in its own page, and the names it was given", async () => {
  const { door } = await start({ hosts: ["needled.lan"] });
  for (const host of [`localhost:${door.port()}`, "needled.lan", `127.0.0.1:${door.port()}`]) {
    const got = await ask(door, { body: lamp, headers: { ...json, host, origin: `http://${host}` } });
    assert.equal(got.status, 200, host);
  }
});

test("every refusal of the intake has its status", async () => {
  const { intake, door } = await start();
  const expected: [RefusedCode, number][] = [
    ["quota", 429],
    ["busy", 503],
    ["degraded", 503],
    ["stopping", 503],
    ["stale", 400],
  ];
  for (const [code, status] of expected) {
    intake.onSubmit = async () => ({ status: "refused", code, message: "no" });
    const got = await ask(door, { body: lamp });
    assert.deepEqual([got.status, codeIn(got)], [status, code]);
  }
});

test("a broken intake is a 500 without its reasons", async () => {
  const { intake, door } = await start();
  intake.onSubmit = () => Promise.reject(new Error("canary"));
  const got = await ask(door, { body: lamp });
  assert.equal(got.status, 500);
  assert.doesNotMatch(got.text, /canary/);
});

test("a confirmation is answered, or says why not", async () => {
  const { intake, door } = await start();
  const body = '{"challenge":"K7","yes":true}';
  const expected: [Extract<ConfirmResult, { status: "refused" }>["code"], number][] = [
    ["no_such_challenge", 404],
    ["expired", 410],
    ["same_channel", 409],
    ["wrong_pin", 403],
    ["locked_out", 429],
  ];
  for (const [code, status] of expected) {
    intake.onConfirm = async () => ({ status: "refused", code, message: "no" });
    assert.equal((await ask(door, { path: "/v1/confirm", body })).status, status);
  }
  const answer = answerTo({ source: "tv", text: "unlock" }, "u");
  intake.onConfirm = async () => ({ status: "accepted", answer: Promise.resolve(answer) });
  const got = await ask(door, { path: "/v1/confirm", body });
  assert.deepEqual([got.status, JSON.parse(got.text)], [200, answer]);
});

test("health, readiness and metrics need no token", async () => {
  const { intake, door } = await start();
  const get = (path: string): Promise<Got> => ask(door, { method: "GET", path, headers: {} });
  assert.equal((JSON.parse((await get("/health")).text) as { model: string }).model, "fake");
  assert.equal((await get("/ready")).status, 200);
  intake.current = { ...intake.current, ready: false, status: "stopping" };
  assert.deepEqual([(await get("/ready")).status, (await get("/health")).status], [503, 503]);
  const { text } = await get("/metrics");
  for (const line of text.trimEnd().split("\n")) assert.match(line, /^(# .*|needled_[a-z_]+(\{[^}]*\})? [0-9.]+)$/);
  assert.match(text, /^needled_refused_quota_total 1$/m);
});

test("two requests in one body do not pass as one", async () => {
  const { intake, door } = await start();
  const head = `POST /v1/intent HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\n`;
  const smuggled = `${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`;
  assert.match(await askRaw(door, smuggled), /^HTTP\/1\.1 400 /);
  assert.match(
    await askRaw(door, `${head}host: evil.example\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`),
    / 403 /,
  );
  assert.deepEqual(intake.submitted, []);
});

test("a request that trickles is cut off", async () => {
  const { intake, door } = await start({ headMs: 50, bodyMs: 100 });
  assert.match(await askRaw(door, "POST /v1/intent HTTP/1.1\r\nhost: loc"), /^HTTP\/1\.1 408 /);
  const head = `POST /v1/intent HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\n`;
  assert.doesNotMatch(await askRaw(door, `${head}content-length: 100\r\n\r\n{"text":`), / 200 /);
  assert.deepEqual(intake.submitted, []);
});

test("what never became a request hears why, as JSON, on a connection that ends", async () => {
  const { door } = await start({ headMs: 50, bodyMs: 100 });
  const cases = [
    // A client that is so busy that it connects and then says nothing for a while.
    ["", 408, "timeout"],
    ["POST /v1/intent HTTP/1.1\r\nhost: loc", 408, "timeout"],
    ["turn on the lamp\r\n\r\n", 400, "malformed"],
    [`GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(9_000)}\r\n\r\n`, 431, "too_long"],
  ] as const;
  for (const [bytes, status, code] of cases) {
    const [head = "", body = ""] = (await askRaw(door, bytes)).split("\r\n\r\n");
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} .*connection: close$`, "is"));
    assert.equal((JSON.parse(body) as { refused: { code: string } }).refused.code, code);
  }
});

test("a long body without a length is refused as well", async () => {
  const { intake, door } = await start();
  const got = await ask(door, { body: "x".repeat(80_000), headers: { ...json, "transfer-encoding": "chunked" } });
  assert.deepEqual([got.status, codeIn(got)], [413, "too_long"]);
  assert.deepEqual(intake.submitted, []);
});

test("a client that waits for 100 Continue is judged before it sends", async () => {
  const { door } = await start();
  const head = "POST /v1/intent HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n";
  const expecting = `${head}expect: 100-continue\r\ncontent-length: ${lamp.length}\r\n`;
  assert.match(await askRaw(door, `${expecting}\r\n`), /^HTTP\/1\.1 401 /);
  const answered = await askRaw(door, `${expecting}authorization: Bearer ${token}\r\n\r\n${lamp}`);
  assert.match(answered, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
});

test("noise on 100 connections harms nobody", async () => {
  const { intake, door } = await start({ headMs: 50, bodyMs: 100, maxConnections: 128 });
  const good = "POST /v1/intent HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
  const texts = Array.from({ length: 100 }, (_, round) => {
    const noise = String.fromCharCode(...Array.from({ length: 64 }, (_, at) => (round * 31 + at * at * 7) & 0xff));
    return round % 2 === 1 ? noise : good.slice(0, round) + noise.slice(0, 2) + good.slice(round);
  });
  await Promise.all(texts.map((text) => askRaw(door, text, true)));
  assert.deepEqual(intake.submitted, []);
  assert.equal((await ask(door, { body: lamp })).status, 200);
});

test("takes no more connections than it has room for", async () => {
  const { door } = await start({ maxConnections: 1 });
  const held = connect(door.port(), "127.0.0.1");
  cleanups.push(() => held.destroy());
  await new Promise((resolve) => held.once("connect", resolve));
  assert.equal(await askRaw(door, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"), "");
});

test("what is under way is answered before it stops", async () => {
  const { intake, door } = await start();
  let finish: (answer: Answer) => void = () => undefined;
  const answer = new Promise<Answer>((resolve) => {
    finish = resolve;
  });
  intake.onSubmit = async () => ({ status: "admitted", id: "a", answer });
  const asked = ask(door, { body: lamp });
  await eventually(() => intake.submitted.length === 1, "the intent");
  const stopping = door.stop();
  finish(answerTo({ source: "http", text: "x" }, "a"));
  assert.equal((await asked).status, 200);
  await stopping;
});

test("the token is made once and kept to its owner", async () => {
  const folder = await mkdtemp(join(tmpdir(), "needled-token-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  const path = join(folder, "http.token");
  const made = await readOrCreateToken(path);
  assert.match(made, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(await readOrCreateToken(path), made);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(await readFile(path, "utf8"), `${made}\n`);
  await chmod(path, 0o644);
  await assert.rejects(readOrCreateToken(path), /chmod 600/);
  await chmod(path, 0o600);
  await writeFile(path, "");
  await assert.rejects(readOrCreateToken(path), /damaged/);
});
