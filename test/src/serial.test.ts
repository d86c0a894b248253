// The whole way on a serial line: the real command, a terminal device that socat makes, a board at its other end, the shipped model.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "@needled/daemon/testing";
import { noModel } from "./cli.ts";
import { type Running, startDaemon } from "./daemon.ts";
import { readList } from "./drills/read-list.ts";

function whyNoSerial(): string | false {
  if (spawnSync("socat", ["-V"]).error !== undefined) return "socat is not installed: apt-get install socat";
  try {
    createRequire(import.meta.url).resolve("serialport");
    return false;
  } catch {
    return "the package serialport is not installed";
  }
}

const skip = noModel || whyNoSerial();
const folder = mkdtempSync(join(tmpdir(), "needled-serial-"));
const path = join(folder, "tty");
const state = join(folder, "state");
const lines: string[] = [];
const waitMs = 20_000;
let board: Socket | undefined;
let socat: ChildProcess | undefined;
let running: Running;

const server = createServer((socket) => {
  board = socket;
  socket.on("error", () => undefined);
  let rest = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
});

async function plug(): Promise<void> {
  const { port } = server.address() as { port: number };
  socat = spawn("socat", [`PTY,link=${path},raw,echo=0`, `TCP:127.0.0.1:${port}`], { stdio: "ignore" });
  await eventually(() => existsSync(path) && board !== undefined, "the terminal device");
}

async function pull(): Promise<void> {
  socat?.kill("SIGKILL");
  if (socat) await once(socat, "exit");
  rmSync(path, { force: true });
  board = undefined;
}

/** Says a line and waits for the first new one that begins so. */
async function say(line: string, answer: string): Promise<string> {
  const from = lines.length;
  board?.write(`${line}\n`);
  return heard(answer, from);
}

async function heard(beginning: string, from: number): Promise<string> {
  const find = (): string | undefined => lines.slice(from).find((line) => line.startsWith(beginning));
  for (let waited = 0; waited < waitMs && find() === undefined; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(find(), `nothing begins with ${beginning}: ${JSON.stringify(lines.slice(from))}`);
  return find() as string;
}

/** The daemon looks for the device at its own pace; what is written before is lost. */
async function whenBack(): Promise<void> {
  const from = lines.length;
  for (let n = 0; n < 60 && !lines.slice(from).some((line) => line.startsWith("? ")); n += 1) {
    board?.write("?\n");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

before(async () => {
  if (skip) return;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await plug();
  const config = join(folder, "needled.yaml");
  const serial = `serial:\n  - path: ${path}\n    source: panel\n    room: kitchen\n`;
  writeFileSync(config, `broker:\n  port: 0\nhttp:\n  port: 0\n${serial}`);
  running = await startDaemon(["--config", config, "--state", state]);
});

after(async () => {
  await running?.stop();
  await pull();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("an intent with an id is acknowledged, then answered", { skip }, async () => {
  const from = lines.length;
  const answer = await say("@1 turn on the kitchen light", "=1 ");
  assert.match(answer, /^=1 done .*on/i);
  assert.deepEqual(
    lines.slice(from).filter((line) => /^[+=]/.test(line)),
    ["+1", answer],
  );
});

test("unlocking asks for a yes from elsewhere, and nothing moves", { skip }, async () => {
  const asked = await say("@2 unlock the front door", "!2 ");
  const challenge = /^!2 ([A-Z2-9]{6}) /.exec(asked)?.[1] ?? "";
  assert.notEqual(challenge, "", asked);
  assert.match(await say(`!${challenge} yes`, `-${challenge}`), /same_channel/);
  assert.match(await say("@3 is the front door locked", "=3 "), /^=3 done .*\blocked/);
});

test("a cable that was pulled works again, and a repeat is not done twice", { skip }, async () => {
  const first = await say("@4 add milk to the shopping list", "=4 ");
  assert.match(first, /^=4 done .*milk/i);
  await pull();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await plug();
  await whenBack();
  assert.equal(await say("@4 add milk to the shopping list", "=4 "), first);
  assert.match(await say("@5 add bread to the shopping list", "=5 "), /^=5 done .*bread/i);
  await running.stop();
  assert.deepEqual([...(await readList(state))].sort(), ["bread", "milk"]);
});
