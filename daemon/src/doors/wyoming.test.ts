import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, test } from "node:test";
import { createEventReader, type WyomingEvent, writeEvent } from "../speech/wyoming-events.ts";
import { eventually } from "./eventually.ts";
import { answerTo, createFakeIntake, type FakeIntake, silentLog } from "./fake-intake.ts";
import { createWyomingDoor } from "./wyoming.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of cleanups.splice(0).reverse()) await one();
});

interface Peer {
  socket: Socket;
  events: WyomingEvent[];
  say(type: string, data?: object): void;
}

async function start(
  intake: FakeIntake = createFakeIntake(),
  idleMs = 60_000,
): Promise<{ intake: FakeIntake; open(): Promise<Peer> }> {
  const satellites = { "sat-1": "kitchen" };
  const door = createWyomingDoor({
    port: 0,
    satellites,
    softwareVersion: "1",
    log: silentLog,
    maxConnections: 3,
    idleMs,
  });
  await door.start(intake, new AbortController().signal);
  cleanups.push(() => door.stop());
  const open = async (): Promise<Peer> => {
    const socket = connect(door.port(), "127.0.0.1");
    cleanups.push(() => socket.destroy());
    await once(socket, "connect");
    const read = createEventReader();
    const events: WyomingEvent[] = [];
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => events.push(...read(chunk)));
    return { socket, events, say: (type, data = {}) => void socket.write(writeEvent(type, data)) };
  };
  return { intake, open };
}

test("it describes itself, answers a ping, and says what became of the words", async () => {
  const { intake, open } = await start();
  const peer = await open();
  peer.say("describe");
  peer.say("ping", { text: "hi" });
  peer.say("transcript", {
    text: "lights off",
    language: "en",
    context: { conversation_id: "c", satellite_id: "sat-1" },
  });
  await eventually(() => peer.events.length === 3, "three events");
  assert.deepEqual(
    peer.events.map(({ type }) => type),
    ["info", "pong", "handled"],
  );
  const [info, pong, handled] = peer.events;
  const [program] = (info?.data.handle ?? []) as { name: string; installed: boolean; supports_home_control: boolean }[];
  assert.deepEqual([program?.name, program?.installed, program?.supports_home_control], ["needled", true, true]);
  assert.deepEqual([pong?.data.text, handled?.data.text], ["hi", "Did: lights off."]);
  const [given] = intake.submitted;
  assert.deepEqual([given?.source, given?.door, given?.room], ["wyoming", "wyoming", "kitchen"]);
});

test("what failed, was refused or is no question is not handled; two questions alike are two", async () => {
  const { intake, open } = await start();
  const peer = await open();
  intake.onSubmit = async (intent) => {
    if (intent.text === "busy") return { status: "refused", code: "busy", message: "Too much at once." };
    return { status: "admitted", id: "x", answer: Promise.resolve(answerTo(intent, "x", { calls: [], reply: "No." })) };
  };
  for (const text of ["busy", "tell me", "tell me", "", 7]) peer.say("transcript", { text });
  await eventually(() => peer.events.length === 5, "five events");
  assert.ok(peer.events.every(({ type }) => type === "not-handled"));
  assert.deepEqual(
    peer.events.slice(0, 2).map(({ data }) => data.text),
    ["Too much at once.", "No."],
  );
  const ids = intake.submitted.map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
});

test("answers come in the order of the questions", async () => {
  const { intake, open } = await start();
  const peer = await open();
  let free: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    free = resolve;
  });
  intake.onSubmit = async (intent) => ({
    ...{ status: "admitted", id: intent.text },
    answer: (intent.text === "one" ? first : Promise.resolve()).then(() => answerTo(intent, intent.text)),
  });
  peer.say("transcript", { text: "one" });
  peer.say("transcript", { text: "two" });
  await eventually(() => intake.submitted.length === 2, "both questions");
  free();
  await eventually(() => peer.events.length === 2, "both answers");
  assert.deepEqual(
    peer.events.map(({ data }) => data.text),
    ["Did: one.", "Did: two."],
  );
});

test("a peer that speaks something else hears so and is gone; one that says nothing is gone, too", async () => {
  const { open } = await start(createFakeIntake(), 300);
  const stranger = await open();
  stranger.socket.write("GET / HTTP/1.1\r\n\r\n");
  await eventually(() => stranger.events[0]?.type === "error", "the error");
  const giant = await open();
  giant.socket.write('{"type":"transcript","data_length":900000000}\n');
  await eventually(() => giant.events[0]?.type === "error", "the error");
  const silent = await open();
  await eventually(() => silent.socket.destroyed, "the end of the silent one");
});

test("who asks without reading the answers is not read from, and hears them all later", async () => {
  const { open } = await start();
  const { socket, events, say } = await open();
  const text = "x".repeat(200_000);
  socket.pause();
  for (let n = 0; n < 400; n += 1) say("ping", { text });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  assert.ok(socket.writableLength > 0, "the door has read everything, and keeps the answers in memory");
  socket.resume();
  await eventually(() => events.length === 400, "every answer");
});

test("after what is no Wyoming nothing more is read, however much comes", async () => {
  const { intake, open } = await start();
  const { socket } = await open();
  socket.write("no json\n");
  const say = setInterval(() => socket.write('{"type":"transcript","data":{"text":"lights off"}}\n'), 5);
  await once(socket, "close");
  clearInterval(say);
  assert.equal(intake.submitted.length, 0);
});
