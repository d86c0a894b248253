// The unix socket and its client, and a peer that writes what it wants.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import type { Answer, Door } from "../intake.ts";
import { eventually } from "./eventually.ts";
import { answerTo, createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { createUnixDoor } from "./unix.ts";
import { connectToDaemon, type UnixClient } from "./unix-client.ts";
import type { UnixLine } from "./unix-wire.ts";

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "needled-unix-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "needled.sock");
}

async function start(path?: string): Promise<{ intake: FakeIntake; door: Door; path: string }> {
  const at = path ?? (await newPath());
  const intake = createFakeIntake();
  const door = createUnixDoor({ path: at, log: silentLog });
  cleanups.push(() => door.stop());
  await door.start(intake, new AbortController().signal);
  return { intake, door, path: at };
}

async function client(path: string): Promise<UnixClient> {
  const made = await connectToDaemon(path);
  assert.ok(made);
  cleanups.push(() => made.close());
  return made;
}

function rawPeer(path: string): { socket: Socket; lines: UnixLine[] } {
  const socket = connect({ path, allowHalfOpen: true });
  cleanups.push(() => socket.destroy());
  const lines: UnixLine[] = [];
  let rest = "";
  socket.on("error", () => undefined);
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) lines.push(JSON.parse(part) as UnixLine);
  });
  return { socket, lines };
}

test("asks, hears the receipt, then the answer", async () => {
  const { intake, path } = await start();
  const asker = await client(path);
  const asked = await asker.ask({ text: "turn on the lamp", id: "a", room: "hall" });
  assert.ok("answer" in asked);
  assert.deepEqual(asked.receipt, { status: "admitted", id: "a" });
  assert.deepEqual((await asked.answer).intent, { source: "unix", id: "a" });
  const again = await asker.ask({ text: "turn on the lamp", id: "a" });
  assert.equal(again.receipt.status, "duplicate");
  assert.ok("answer" in again);
  assert.equal((await again.answer).id, "a");
  assert.deepEqual(intake.submitted[0], {
    text: "turn on the lamp",
    id: "a",
    room: "hall",
    source: "unix",
    door: "unix",
  });
});

test("refusals, confirmations, health and announcements come back as what they are", async () => {
  const { intake, path } = await start();
  const asker = await client(path);
  const refused = await asker.ask({ text: "" });
  assert.ok(refused.receipt.status === "refused");
  assert.equal(refused.receipt.code, "malformed");
  assert.equal((await asker.health()).model, "fake");

  assert.equal((await asker.confirm({ challenge: "K7", yes: false })).status, "refused");
  const answer = answerTo({ source: "tv", text: "unlock" }, "u");
  intake.onConfirm = async () => ({ status: "accepted", answer: Promise.resolve(answer) });
  const answers: Answer[] = [];
  asker.onAnswer((come) => answers.push(come));
  assert.equal((await asker.confirm({ challenge: "K7", yes: true })).status, "accepted");
  await eventually(() => answers.length === 1, "the answer");

  const heard: string[] = [];
  await asker.listen(({ say }) => heard.push(say));
  intake.announce({ id: "1", kind: "timer", say: "Tea!", to: [] });
  await eventually(() => heard.length === 1, "the announcement");
});

test("each bad line has its own answer, and the next line is read", async () => {
  const { intake, path } = await start();
  const { socket, lines } = rawPeer(path);
  const bad = [
    "not json",
    "[]",
    "{}",
    '{"intent":7}',
    `{"intent":{"text":"${"x".repeat(20_000)}"}}`,
    '{"listen":"yes"}',
  ];
  socket.write(`${bad.join("\n")}\r\n\n{"intent":{"text":"on","id":"k"}}\n`);
  await eventually(() => lines.some(({ answer }) => answer !== undefined), "the answer");
  const codes = lines.map(
    ({ error, receipt }) => error?.code ?? (receipt?.status === "refused" ? receipt.code : receipt?.status),
  );
  assert.deepEqual(codes.slice(0, 7), [
    "malformed",
    "malformed",
    "malformed",
    "malformed",
    "too_long",
    "malformed",
    "admitted",
  ]);
  assert.equal(intake.submitted.length, 1);
});

test("noise on 100 connections harms nobody", async () => {
  const { intake, path } = await start();
  const good = Buffer.from('{"intent":{"text":7}}\n');
  for (let round = 0; round < 100; round++) {
    const { socket } = rawPeer(path);
    const flipped = Buffer.from(good);
    flipped[round % good.length] = (round * 37) & 0xff;
    socket.end(round % 2 === 0 ? flipped : Buffer.alloc(round * 300, round));
    await eventually(() => socket.readableEnded || socket.destroyed, "the end");
  }
  assert.equal(intake.submitted.length, 0);
  assert.equal((await (await client(path)).health()).status, "ok");
});

test("a peer that is done asking still gets its answers", async () => {
  const { intake, path } = await start();
  let finish: (answer: Answer) => void = () => undefined;
  const answer = new Promise<Answer>((resolve) => {
    finish = resolve;
  });
  intake.onSubmit = async () => ({ status: "admitted", id: "a", answer });
  const { socket, lines } = rawPeer(path);
  socket.end('{"intent":{"text":"on"}}\n');
  await eventually(() => lines.length === 1, "the receipt");
  finish(answerTo({ source: "unix", text: "on" }, "a"));
  await eventually(() => socket.readableEnded, "the end");
  assert.equal(lines[1]?.answer?.id, "a");
});

test("the file is its owner's, gone after stop, and an old one is no obstacle", async () => {
  const path = await newPath();
  const code = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", code]);
  assert.ok(existsSync(path), "a killed process leaves its file");
  assert.equal(await connectToDaemon(path), undefined);
  const { door } = await start(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await client(path);
  const twin = createUnixDoor({ path, log: silentLog });
  await assert.rejects(twin.start(createFakeIntake(), new AbortController().signal), { code: "door.in_use" });
  await door.stop();
  assert.equal(existsSync(path), false);
  assert.equal(await connectToDaemon(path), undefined);
});

test("a path that is too long is said", async () => {
  const door = createUnixDoor({ path: `/tmp/${"x".repeat(120)}`, log: silentLog });
  await assert.rejects(door.start(createFakeIntake(), new AbortController().signal), { code: "config.socket" });
});

test("a daemon that goes away ends the waiting", async () => {
  const { intake, door, path } = await start();
  intake.onSubmit = async () => ({ status: "admitted", id: "a", answer: Promise.reject(new Error("stopped")) });
  const asker = await client(path);
  const asked = await asker.ask({ text: "on" });
  assert.ok("answer" in asked);
  await door.stop();
  await assert.rejects(asked.answer, { code: "door.closed" });
  await assert.rejects(asker.ask({ text: "on" }), { code: "door.closed" });
});
