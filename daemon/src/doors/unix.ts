// The door for programs of the same user: JSON lines on a socket file. docs/protocol.md section 7.
import { chmod, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { codeOf, DaemonError, messageOf } from "../errors.ts";
import type { Answer, Door, Intake } from "../intake.ts";
import type { Log } from "../ports.ts";
import type { Json } from "../protocol.ts";
import { asObject, decodeText, type JsonObject, Malformed, parseJson } from "./json.ts";
import { createLineSplitter } from "./lines.ts";
import { type GivenConfirmation, readConfirmationValue, readIntentValue } from "./read-intent.ts";
import { maxLineBytes, type UnixLine } from "./unix-wire.ts";

export interface UnixDoorOptions {
  path: string;
  log: Log;
}

const source = "unix";
const maxConnections = 32;
/** Lines of one connection that wait for their receipt; above it the socket is not read. */
const maxQueued = 16;
/** A listener that does not read is cut off rather than kept in memory. */
const maxUnreadBytes = 1024 * 1024;
/** `sun_path` has 108 bytes with its end. */
const maxPathBytes = 107;
const stopMs = 5_000;

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}

function listenOnce(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // The file appears within this call: nobody else ever sees it with a wider mode.
    const umask = process.umask(0o177);
    server.listen(path, () => {
      server.removeListener("error", reject);
      resolve();
    });
    process.umask(umask);
  });
}

/** A file that no process listens on is what a crash left behind. */
async function listen(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new DaemonError("config.socket", `${path} has more than ${maxPathBytes} bytes`);
  }
  try {
    await listenOnce(server, path);
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") {
      throw new DaemonError("door.cannot_listen", path, `: ${messageOf(error)}`, { cause: error });
    }
    if (await isAlive(path)) throw new DaemonError("door.in_use", path);
    await unlink(path);
    await listenOnce(server, path);
  }
  await chmod(path, 0o600);
}

interface Peer {
  write(line: UnixLine): void;
  /** What is still to be written to it keeps `stop` waiting. */
  track(work: Promise<unknown>): void;
  setListening(isOn: boolean): void;
}

function tellAnswer(peer: Peer, answer: Promise<Answer>): void {
  const told = answer.then(
    (done) => peer.write({ answer: done }),
    (error: unknown) => peer.write({ error: { code: "internal", message: messageOf(error) } }),
  );
  peer.track(told);
}

async function takeIntent(intake: Intake, peer: Peer, value: Json): Promise<void> {
  const read = readIntentValue(value);
  if (!read.ok) return peer.write({ receipt: { status: "refused", code: read.code, message: read.message } });
  const { replyTo: _, ...intent } = read.value;
  const receipt = await intake.submit({ ...intent, source, door: "unix" });
  if (receipt.status === "refused") return peer.write({ receipt });
  const { answer, ...line } = receipt;
  peer.write({ receipt: line });
  tellAnswer(peer, answer);
}

async function confirm(intake: Intake, peer: Peer, given: GivenConfirmation): Promise<void> {
  const result = await intake.confirm({ ...given, source, door: "unix" });
  const { challenge } = given;
  if (result.status === "refused") return peer.write({ confirmed: { ...result, challenge } });
  peer.write({ confirmed: { status: "accepted", challenge } });
  tellAnswer(peer, result.answer);
}

async function takeConfirmation(intake: Intake, peer: Peer, value: Json): Promise<void> {
  const read = readConfirmationValue(value);
  if (!read.ok) throw new Malformed(read.message);
  await confirm(intake, peer, read.value);
}

/** The owner's own question: `source` and `at` are who and when it is asked for. */
async function explain(intake: Intake, peer: Peer, value: Json): Promise<void> {
  const { text, source: forWhom = source, room, at } = asObject(value, "A question");
  const isText = (one: Json | undefined): one is string => typeof one === "string" && one !== "";
  if (!isText(text) || !isText(forWhom) || (room !== undefined && !isText(room)))
    throw new Malformed('A question has "text", and may have "source", "room" (texts) and "at" (milliseconds).');
  if (at !== undefined && typeof at !== "number") throw new Malformed('"at" must be milliseconds since 1970.');
  const who = { source: forWhom, door: forWhom === "prompt" ? "stdin" : "mqtt" } as const;
  const more = { ...(room !== undefined && { room }), ...(at !== undefined && { at }) };
  peer.write({ explained: (await intake.explain?.({ text, ...who, ...more })) ?? null });
}

async function takeRequest(intake: Intake, peer: Peer, request: JsonObject): Promise<void> {
  const { intent, confirm: confirmation, health, listen: listening, explain: question } = request;
  if (intent !== undefined) return takeIntent(intake, peer, intent);
  if (confirmation !== undefined) return takeConfirmation(intake, peer, confirmation);
  if (question !== undefined) return explain(intake, peer, question);
  if (health !== undefined) return peer.write({ health: intake.health() });
  if (typeof listening === "boolean") {
    peer.setListening(listening);
    return peer.write({ listening });
  }
  throw new Malformed('A line has one of "intent", "confirm", "explain", "health", and "listen": true or false.');
}

async function takeLine(intake: Intake, peer: Peer, line: Buffer, log: Log): Promise<void> {
  try {
    await takeRequest(intake, peer, asObject(parseJson(decodeText(line)), "A line"));
  } catch (error) {
    if (error instanceof Malformed) return peer.write({ error: { code: error.code, message: error.message } });
    log.warn("unix: a line failed", { error: messageOf(error) });
    peer.write({ error: { code: "internal", message: "Something went wrong here; it was not taken." } });
  }
}

export function createUnixDoor({ path, log }: UnixDoorOptions): Door {
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<unknown>>();
  let intake: Intake | undefined;
  let isStopping = false;
  let state = { ok: false, text: "not started" };

  const peerOn = (socket: Socket, into: Intake): Peer => {
    const mine = new Set<Promise<unknown>>();
    const track = (work: Promise<unknown>): void => {
      const forget = (): void => {
        underWay.delete(work);
        mine.delete(work);
      };
      underWay.add(work);
      mine.add(work);
      work.then(forget, forget);
    };
    socket.once("end", async () => {
      while (mine.size > 0) await Promise.all(mine);
      socket.end();
    });
    const write = (line: UnixLine): void => {
      if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
      if (socket.writableLength > maxUnreadBytes) socket.destroy();
    };
    let stopListening: (() => void) | undefined;
    const setListening = (isOn: boolean): void => {
      stopListening?.();
      stopListening = isOn ? into.onAnnouncement((announcement) => write({ announcement })) : undefined;
    };
    socket.once("close", () => setListening(false));
    return { write, track, setListening };
  };

  /** One line after the other, so that receipts come in the order of the requests. */
  const serve = (socket: Socket, into: Intake): void => {
    const peer = peerOn(socket, into);
    let queued = 0;
    let last = Promise.resolve();
    const enqueue = (take: () => Promise<void> | void): void => {
      if (++queued >= maxQueued) socket.pause();
      last = last.then(take).finally(() => {
        if (--queued < maxQueued && !isStopping) socket.resume();
      });
      peer.track(last);
    };
    const tooLong = { code: "too_long", message: `A line has at most ${maxLineBytes} bytes.` } as const;
    const splitter = createLineSplitter(maxLineBytes, {
      onLine: (line) => line.length > 0 && enqueue(() => takeLine(into, peer, line, log)),
      onTooLong: () => enqueue(() => peer.write({ error: tooLong })),
    });
    socket.on("data", (chunk) => splitter.push(chunk));
  };

  // A peer that is done asking may still wait for its answers.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (intake === undefined || isStopping) return socket.destroy();
    const into = intake;
    sockets.add(socket);
    socket.on("error", (error) => log.debug("unix: connection", { error: error.message }));
    socket.once("close", () => sockets.delete(socket));
    serve(socket, into);
  });
  server.maxConnections = maxConnections;

  const stop = async (): Promise<void> => {
    if (isStopping || !server.listening) return;
    isStopping = true;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.pause();
    await Promise.race([Promise.all(underWay), new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
    for (const socket of sockets) socket.destroySoon();
    await closed;
    state = { ok: false, text: "stopped" };
  };

  return {
    name: "unix",
    async start(into: Intake, signal: AbortSignal) {
      intake = into;
      await listen(server, path);
      state = { ok: true, text: `listening on ${path}` };
      signal.addEventListener("abort", () => void stop(), { once: true });
    },
    // A connection waits for its own answer; one that is gone has nobody to tell.
    deliver: () => Promise.resolve(false),
    stop,
    state: () => state,
  };
}
