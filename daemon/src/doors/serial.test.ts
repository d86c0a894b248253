// The serial door on a real terminal device (socat makes it), with its cable pulled; and the lines by themselves.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import type { Door } from "../intake.ts";
import { eventually } from "./eventually.ts";
import { answerTo, createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { createLineSplitter } from "./lines.ts";
import { createSerialDoor, type SerialDoorOptions } from "./serial.ts";
import { checksumOf, outcomeWordOf, readSerialLine, writeSerialLine } from "./serial-lines.ts";

const skip = spawnSync("socat", ["-V"]).error === undefined ? false : "socat is not installed: apt-get install socat";
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A device at the end of a cable: a socket here, a terminal device there. */
interface Device {
  readonly path: string;
  readonly lines: string[];
  send(text: string | Uint8Array): Promise<void>;
  pull(): Promise<void>;
  plug(): Promise<void>;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function createDevice(): Promise<Device> {
  const folder = await mkdtemp(join(tmpdir(), "needled-serial-"));
  const path = join(folder, "tty");
  const lines: string[] = [];
  let socket: Socket | undefined;
  let socat: ChildProcess | undefined;
  const server = createServer((made) => {
    socket = made;
    made.on("error", () => undefined);
    let rest = "";
    made.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
    });
  });
  const port = await listen(server);

  const plug = async (): Promise<void> => {
    rmSync(path, { force: true });
    socat = spawn("socat", [`PTY,link=${path},raw,echo=0`, `TCP:127.0.0.1:${port}`], { stdio: "ignore" });
    await eventually(() => existsSync(path), "the device");
  };
  const pull = async (): Promise<void> => {
    if (socat === undefined) return;
    const gone = once(socat, "exit");
    socat.kill("SIGKILL");
    await gone;
    // What is left is a link to a number that the next terminal of any other test may get.
    rmSync(path, { force: true });
    socat = undefined;
    socket = undefined;
  };
  const send = async (text: string | Uint8Array): Promise<void> => {
    (await eventually(() => socket, "the device's end")).write(text);
  };
  cleanups.push(async () => {
    await pull();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  await plug();
  return { path, lines, send, pull, plug };
}

interface Setting {
  intake: FakeIntake;
  door: Door;
  device: Device;
  tick(ms: number): void;
}

async function start(options: Partial<SerialDoorOptions> = {}): Promise<Setting> {
  const device = await createDevice();
  const intake = createFakeIntake();
  let now = 0;
  const clock = { now: () => now, monotonic: () => now };
  const backoff = { firstMs: 5, maxMs: 20 };
  const door = createSerialDoor({ path: device.path, backoff, clock, log: silentLog, ...options });
  intake.serve(door);
  cleanups.push(() => door.stop());
  await door.start(intake, new AbortController().signal);
  await eventually(() => door.state().ok, "the open port");
  return {
    intake,
    door,
    device,
    tick: (ms) => {
      now += ms;
    },
  };
}

const summed = (text: string): string => writeSerialLine(text, true).toString().trimEnd();

test("an intent is acknowledged, then answered; a repeat gets the first answer", { skip }, async () => {
  const { intake, device } = await start();
  await device.send("@7 turn off the lamp\r\nturn it on\n@7 turn off the lamp\n");
  await eventually(() => device.lines.length === 6, "six lines");
  const sorted = [...device.lines].sort();
  const done = "Did: turn off the lamp.";
  assert.deepEqual(sorted, ["+", "+7", "+7", `=7 done ${done}`, `=7 done ${done}`, "= done Did: turn it on."].sort());
  const [first] = intake.submitted;
  assert.deepEqual(
    [first?.source, first?.door, first?.id, first?.text],
    ["serial", "serial", "7", "turn off the lamp"],
  );
});

test("with a checksum the answers have one, and a wrong one is told to who sent it", { skip }, async () => {
  const { intake, device } = await start({ checksum: true, device: "hall" });
  await device.send(`${summed("@7 turn off the lamp")}\n@8 turn it on*00\n@9 turn it on\n`);
  await eventually(() => device.lines.length === 4, "four lines");
  assert.ok(device.lines.includes(summed("+7")));
  assert.ok(device.lines.includes(summed("=7 done Did: turn off the lamp.")));
  assert.ok(device.lines.some((line) => /^-8 malformed .*checksum is wrong.*\*[0-9a-f]{2}$/.test(line)));
  assert.ok(device.lines.some((line) => /^-9 malformed .*needs a checksum/.test(line)));
  assert.deepEqual(
    intake.submitted.map(({ source }) => source),
    ["serial:hall"],
  );
});

test("challenges, confirmations, health and announcements have lines of their own", { skip }, async () => {
  const { intake, device } = await start();
  const confirm = { challenge: "K7", deed: "unlock the front door", expires_at: 1 };
  intake.onSubmit = async (intent) => {
    return { status: "duplicate", id: "1", answer: Promise.resolve(answerTo(intent, "1", { confirm })) };
  };
  await device.send("@1 unlock the door\n");
  await eventually(() => device.lines.includes("!1 K7 unlock the front door"), "the challenge");
  await device.send("!K7 yes 0471\n");
  await eventually(() => device.lines.some((line) => line.startsWith("-K7 no_such_challenge ")), "the refusal");
  assert.deepEqual(intake.confirmed, [{ challenge: "K7", yes: true, pin: "0471", source: "serial", door: "serial" }]);
  await device.send("?\n");
  await eventually(() => device.lines.includes("? ok up 1 s, 0 waiting"), "health");
  intake.announce({ id: "1", kind: "timer", say: "Your tea\nis ready.", to: [] });
  await eventually(() => device.lines.includes("# Your tea is ready."), "the announcement");
});

test("noise and long lines cost their own line only", { skip }, async () => {
  const { intake, device } = await start();
  await device.send(Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), Buffer.from("\n")]));
  await device.send(`${"x".repeat(3_000)}\n# a comment\n\n+7\n=7 done echo\n@8 turn on the lamp\n`);
  await eventually(() => device.lines.some((line) => line.startsWith("=8 done")), "the answer");
  assert.ok(device.lines.some((line) => line.startsWith("- malformed ")));
  assert.ok(device.lines.some((line) => line.startsWith("- too_long ")));
  assert.equal(intake.submitted.length, 1);
});

test("more than five lines a second are refused, and the next second is a new one", { skip }, async () => {
  const { intake, device, tick } = await start();
  await device.send(Array.from({ length: 8 }, (_, index) => `@${index} turn on the lamp\n`).join(""));
  await eventually(() => device.lines.filter((line) => / quota /.test(line)).length === 3, "three refusals");
  assert.equal(intake.submitted.length, 5);
  tick(1_000);
  await device.send("@9 turn on the lamp\n");
  await eventually(() => intake.submitted.length === 6, "the sixth");
});

test("a cable that is pulled and plugged again is found; half a line is forgotten", { skip }, async () => {
  const { intake, door, device } = await start();
  await device.send("@1 turn off the whole hou");
  await device.send("\n@2 half a li");
  await eventually(() => intake.submitted.length === 1, "the first");
  await device.pull();
  await eventually(() => !door.state().ok, "the loss");
  const route = { door: "serial", to: "serial", correlation: "1" } as const;
  assert.equal(await door.deliver(route, answerTo({ source: "serial", text: "x" }, "1")), false);
  await device.plug();
  await eventually(() => door.state().ok, "the return");
  await device.send("@3 turn on the lamp\n");
  await eventually(() => device.lines.some((line) => line.startsWith("=3 done")), "the answer");
  assert.deepEqual(
    intake.submitted.map(({ id }) => id),
    ["1", "3"],
  );
  assert.equal(await door.deliver(route, answerTo({ source: "serial", text: "x" }, "1")), true);
  assert.equal(await door.deliver({ ...route, to: "serial:other" }, answerTo({ source: "x", text: "x" }, "1")), false);
});

test("a device that is not there yet is waited for", { skip }, async () => {
  const door = createSerialDoor({
    ...{ path: "/tmp/needled-no-such-device", clock: { now: () => 0, monotonic: () => 0 }, log: silentLog },
  });
  cleanups.push(() => door.stop());
  await door.start(createFakeIntake(), new AbortController().signal);
  assert.match(door.state().text, /waiting for \/tmp\/needled-no-such-device: .*no such file/i);
});

test("a checksum is the XOR of the bytes before the star", () => {
  assert.equal(checksumOf(Buffer.from("ab")), "03");
  assert.deepEqual(readSerialLine(Buffer.from("ab*03"), true), { kind: "intent", text: "ab", isSummed: true });
  assert.equal(readSerialLine(Buffer.from("ab*04"), false).kind, "bad");
  const text = "über*x";
  assert.deepEqual(readSerialLine(Buffer.from(summed(text)), true), { kind: "intent", text, isSummed: true });
});

test("no byte flipped in a summed line gets through", () => {
  const line = Buffer.from(summed("@7 turn off the lamp"));
  for (let bit = 0; bit < line.length * 8; bit++) {
    const flipped = Buffer.from(line);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const read = readSerialLine(flipped, true);
    // The case of a hex digit is one bit, and means the same.
    const isSame = flipped.toString().toLowerCase() === line.toString().toLowerCase() && bit >> 3 >= line.length - 2;
    assert.ok(read.kind === "bad" || read.kind === "none" || isSame, JSON.stringify(flipped.toString("latin1")));
  }
});

test("a long reply is cut between characters", () => {
  const line = writeSerialLine(`=7 done ${"ü".repeat(2_000)}`, true);
  assert.ok(line.length <= 1_025);
  assert.doesNotMatch(line.toString(), /\uFFFD/);
});

test("the outcome word of several calls is the worst", () => {
  const answer = answerTo({ source: "x", text: "x" }, "1");
  const [call] = answer.calls;
  assert.ok(call);
  const withOutcomes = (...outcomes: ("done" | "failed" | "unknown")[]): string =>
    outcomeWordOf({ ...answer, calls: outcomes.map((outcome) => ({ ...call, outcome })) });
  assert.deepEqual(
    [withOutcomes("done", "failed"), withOutcomes("failed", "unknown"), withOutcomes("done"), withOutcomes()],
    ["failed", "unknown", "done", "rejected"],
  );
});

test("lines come out the same however their bytes arrive", () => {
  const bytes = Buffer.from(`one\r\n\ntwo\n${"x".repeat(9)}\n${"y".repeat(8)}\r\nlast`);
  for (let size = 1; size <= bytes.length; size++) {
    const out: string[] = [];
    const splitter = createLineSplitter(8, {
      onLine: (line) => void out.push(line.toString()),
      onTooLong: () => void out.push("TOO LONG"),
    });
    for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
    assert.deepEqual(out, ["one", "", "two", "TOO LONG", "yyyyyyyy"], `chunks of ${size}`);
  }
});
