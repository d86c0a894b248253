// A speech recogniser that speaks Wyoming (faster-whisper, speech-to-phrase, …): one connection for one utterance.
import { connect, type Socket } from "node:net";
import type { Sound } from "./wav.ts";
import { createEventReader, faultOfEvent, type WyomingEvent, writeEvent } from "./wyoming-events.ts";

export interface Recogniser {
  host: string;
  port: number;
  language?: string;
  timeoutMs: number;
}

const chunkBytes = 4_096;

function speak(socket: Socket, { pcm, ...format }: Sound, language: string | undefined): void {
  socket.write(writeEvent("transcribe", language === undefined ? {} : { language }));
  socket.write(writeEvent("audio-start", format));
  for (let at = 0; at < pcm.length; at += chunkBytes)
    socket.write(writeEvent("audio-chunk", format, pcm.subarray(at, at + chunkBytes)));
  socket.write(writeEvent("audio-stop", {}));
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
    const take = ({ type, data }: WyomingEvent): void => {
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
        fail(faultOfEvent(error));
      }
    });
  });
}
