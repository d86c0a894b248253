// The door for Home Assistant's Assist and other Wyoming clients: needled as a service that handles what was said. docs/protocol.md section 11.
import { createServer, type Socket } from "node:net";
import { DaemonError, messageOf } from "../errors.ts";
import { mintId } from "../ids.ts";
import type { Answer, Door, Intake } from "../intake.ts";
import type { Log } from "../ports.ts";
import { createEventReader, faultOfEvent, type WyomingEvent, writeEvent } from "../speech/wyoming-events.ts";
import { readWords } from "./read-intent.ts";

export interface WyomingDoorOptions {
  /** 0: any that is free. */
  port: number;
  /** Loopback unless the home opens it: the protocol knows no password. */
  host?: string;
  /** Where the satellites stand: the id that the client tells, and a room. */
  satellites?: Readonly<Record<string, string>>;
  softwareVersion: string;
  maxConnections?: number;
  /** A connection that says nothing for so long is ended. */
  idleMs?: number;
  log: Log;
}

export interface WyomingDoor extends Door {
  port(): number;
}

const source = "wyoming";

/** Who asks on without reading, or faster than answers come, is not read from until that is done. */
const mostUnderWay = 16;
const maxUnreadBytes = 64 * 1024;

const by = { name: "needled", url: "" };

function info(version: string): object {
  const program = { name: "needled", attribution: by, installed: true, version };
  const description = "Carries out what was said, on this machine";
  const model = { ...program, name: "needle", description, languages: ["en"] };
  const handle = { ...program, description, models: [model], supports_home_control: true };
  return { asr: [], tts: [], handle: [handle], intent: [], wake: [], mic: [], snd: [] };
}

/** Something was meant and came to its end, whatever that is; else the client may say that it did not work. */
function isHandled(answer: Answer): boolean {
  return answer.calls.length > 0 && answer.calls.every(({ outcome }) => outcome !== "failed" && outcome !== "rejected");
}

function roomFrom(data: WyomingEvent["data"], satellites: Readonly<Record<string, string>>): { room?: string } {
  const context = data.context as Record<string, unknown> | undefined;
  for (const id of [context?.satellite_id, context?.device_id]) {
    const room = typeof id === "string" && Object.hasOwn(satellites, id) ? satellites[id] : undefined;
    if (room !== undefined) return { room };
  }
  return {};
}

export function createWyomingDoor(options: WyomingDoorOptions): WyomingDoor {
  const { log, host = "127.0.0.1", satellites = {} } = options;
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  let intake: Intake | undefined;
  let isStopping = false;
  let state = { ok: false, text: "not started" };

  /** The words of the reply, and whether that is a yes. */
  const turn = async (into: Intake, { data }: WyomingEvent): Promise<{ type: string; text: string }> => {
    const text = typeof data.text === "string" ? data.text : "";
    const read = readWords(Buffer.from(text));
    if (!read.ok) return { type: "not-handled", text: read.message };
    // A client asks once on a connection of its own, so each question is new.
    const saidAt = Date.now();
    const said = { text, saidAt, id: mintId(saidAt), ...roomFrom(data, satellites) };
    const receipt = await into.submit({ ...said, source, door: "wyoming" });
    if (receipt.status === "refused") return { type: "not-handled", text: receipt.message };
    const answer = await receipt.answer;
    return { type: isHandled(answer) ? "handled" : "not-handled", text: answer.reply };
  };

  const answerTo = async (event: WyomingEvent): Promise<Buffer | undefined> => {
    if (event.type === "describe") return writeEvent("info", info(options.softwareVersion));
    if (event.type === "ping") return writeEvent("pong", { text: event.data.text });
    if (event.type !== "transcript" && event.type !== "recognize") return undefined;
    if (intake === undefined || isStopping) return writeEvent("not-handled", { text: "Not now." });
    const { type, text } = await turn(intake, event);
    return writeEvent(type, { text });
  };

  const serve = (socket: Socket, event: WyomingEvent, before: Promise<void>): Promise<void> => {
    const serving = Promise.all([answerTo(event), before])
      .then(([reply]) => void (reply && socket.writable && socket.write(reply)))
      .catch((error: unknown) => {
        log.warn("wyoming: an event failed", { type: event.type.slice(0, 40), error: messageOf(error) });
        if (socket.writable)
          socket.write(writeEvent("error", { text: "Something went wrong here.", code: "internal" }));
      });
    underWay.add(serving);
    void serving.finally(() => underWay.delete(serving));
    return serving;
  };

  const onSocket = (socket: Socket): void => {
    const read = createEventReader();
    let last: Promise<void> = Promise.resolve();
    let waiting = 0;
    const answered = (): void => {
      waiting -= 1;
      if (waiting < mostUnderWay && socket.writableLength < maxUnreadBytes) socket.resume();
    };
    sockets.add(socket);
    socket.setTimeout(options.idleMs ?? 120_000, () => socket.destroy());
    socket.on("error", (error) => log.debug("wyoming: connection", { error: error.message }));
    socket.on("close", () => sockets.delete(socket));
    socket.on("end", () => void last.finally(() => socket.end()));
    socket.on("drain", () => waiting < mostUnderWay && socket.resume());
    socket.on("data", (chunk) => {
      try {
        for (const event of read(chunk)) {
          waiting += 1;
          last = serve(socket, event, last);
          void last.finally(answered);
        }
      } catch (error) {
        socket.removeAllListeners("data");
        socket.end(writeEvent("error", { text: faultOfEvent(error), code: "protocol" }), () => socket.destroy());
      }
      if (waiting >= mostUnderWay || socket.writableLength >= maxUnreadBytes) socket.pause();
    });
  };

  const server = createServer({ allowHalfOpen: true }, onSocket);
  server.maxConnections = options.maxConnections ?? 16;

  const port = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };

  const stop = async (): Promise<void> => {
    if (isStopping || !server.listening) return;
    isStopping = true;
    const closed = new Promise((resolve) => server.close(resolve));
    await Promise.race([Promise.all(underWay), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
    for (const socket of sockets) socket.destroy();
    await closed;
    state = { ok: false, text: "stopped" };
  };

  return {
    name: "wyoming",
    port,
    async start(into: Intake, signal: AbortSignal) {
      intake = into;
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause) =>
          reject(new DaemonError("door.cannot_listen", `${host}:${options.port}`, `: ${cause.message}`, { cause })),
        );
        server.listen(options.port, host, resolve);
      });
      state = { ok: true, text: `listening on ${host}:${port()}` };
      signal.addEventListener("abort", () => void stop(), { once: true });
    },
    // A connection waits for its own answer; one that is gone has nobody to tell.
    deliver: () => Promise.resolve(false),
    stop,
    state: () => state,
  };
}
