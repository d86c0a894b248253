// A speech recogniser that speaks Wyoming (faster-whisper, speech-to-phrase, …): one connection for one utterance.
import { connect, type Socket } from "node:net";
import type { Sound } from "./wav.ts";

export interface Recogniser {
  host: string;
  port: number;
  language?: string;
  timeoutMs: number;
}

interface Event {
  type: string;
  data: Record<string, unknown>;
}

interface Header {
  type?: unknown;
  data?: unknown;
  data_length?: unknown;
  payload_length?: unknown;
}

const chunkBytes = 4_096;
const maxEventBytes = 256 * 1024;

/** One event: a line of JSON, its data as a block of its own, and bytes. */
function frame(type: string, data: object, payload?: Uint8Array): Buffer {
  const block = Buffer.from(JSON.stringify(data));
  const header = { type, data_length: block.length, ...(payload && { payload_length: payload.length }) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), block, ...(payload ? [payload] : [])]);
}

function sizeOf(length: unknown): number {
  const isSize = length === undefined || (typeof length === "number" && Number.isInteger(length) && length >= 0);
  if (!isSize) throw new Error("it sent an event whose length is no number");
  return length === undefined ? 0 : Number(length);
}

/** Takes bytes as they come, gives events as they are whole. */
export function createEventReader(): (chunk: Uint8Array) => Event[] {
  let held: Buffer = Buffer.alloc(0);
  const next = (): Event | undefined => {
    const line = held.indexOf(10);
    if (line < 0) return undefined;
    const header = JSON.parse(held.toString("utf8", 0, line)) as Header;
    const dataEnd = line + 1 + sizeOf(header.data_length);
    const end = dataEnd + sizeOf(header.payload_length);
    if (end > maxEventBytes) throw new Error(`it sent an event of ${end} bytes`);
    if (held.length < end) return undefined;
    const block = dataEnd > line + 1 ? (JSON.parse(held.toString("utf8", line + 1, dataEnd)) as object) : {};
    held = held.subarray(end);
    return { type: String(header.type), data: { ...(header.data as object | undefined), ...block } };
  };
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    if (held.length > maxEventBytes) throw new Error("it sends without end");
    const events: Event[] = [];
    for (let event = next(); event !== undefined; event = next()) events.push(event);
    return events;
  };
}

function speak(socket: Socket, { pcm, ...format }: Sound, language: string | undefined): void {
  socket.write(frame("transcribe", language === undefined ? {} : { language }));
  socket.write(frame("audio-start", format));
  for (let at = 0; at < pcm.length; at += chunkBytes)
    socket.write(frame("audio-chunk", format, pcm.subarray(at, at + chunkBytes)));
  socket.write(frame("audio-stop", {}));
}

/** The words of a sound. Rejects with what to say of the recogniser. */
export function transcribe({ host, port, language, timeoutMs }: Recogniser, sound: Sound): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const read = createEventReader();
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      finish();
    };
    const fail = (what: string): void => end(() => reject(new Error(what)));
    const timer = setTimeout(() => fail(`it did not answer within ${timeoutMs / 1000} s`), timeoutMs);
    const take = ({ type, data }: Event): void => {
      if (type === "transcript" && typeof data.text === "string") {
        const { text } = data;
        end(() => resolve(text));
      } else if (type === "error") fail(`it says: ${String(data.text).slice(0, 200)}`);
    };
    socket.once("connect", () => speak(socket, sound, language));
    socket.once("error", (error) => fail(error.message));
    socket.once("close", () => fail("it ended the connection without a transcript"));
    socket.on("data", (chunk) => {
      try {
        for (const event of read(chunk)) take(event);
      } catch (error) {
        fail(error instanceof SyntaxError ? "it does not speak Wyoming" : (error as Error).message);
      }
    });
  });
}
