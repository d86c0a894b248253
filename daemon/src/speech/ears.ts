// What doors hand a sound to: words, or why there are none.
import type { SpeechConfig } from "../config/schema.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../ports.ts";
import { readWav } from "./wav.ts";
import { type Recogniser, transcribe } from "./wyoming.ts";

export type Heard =
  | { ok: true; text: string }
  | { ok: false; code: "malformed" | "busy" | "no_words" | "speech_failed"; message: string };

export type Hear = (wav: Uint8Array) => Promise<Heard>;

/** A recogniser on a small board has one thing to do at a time; a queue of spoken commands helps nobody. */
const atOnce = 2;

function recogniserAt({ wyoming, language, timeout_s = 10 }: SpeechConfig): Recogniser {
  const { hostname, port } = new URL(wyoming);
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(port), timeoutMs: timeout_s * 1_000, ...(language !== undefined && { language }) };
}

export function createEars(config: SpeechConfig, log: Log): Hear {
  const recogniser = recogniserAt(config);
  let underWay = 0;
  return async (wav) => {
    const sound = readWav(wav);
    if (typeof sound === "string") return { ok: false, code: "malformed", message: sound };
    if (underWay >= atOnce) return { ok: false, code: "busy", message: "The speech recogniser is busy; say it again." };
    underWay += 1;
    try {
      const text = (await transcribe(recogniser, sound)).trim();
      return text === "" ? { ok: false, code: "no_words", message: "No words were heard." } : { ok: true, text };
    } catch (error) {
      const place = `The speech recogniser at ${recogniser.host}:${recogniser.port} gave no words`;
      log.warn("speech: no words", { recogniser: place, error: messageOf(error) });
      return { ok: false, code: "speech_failed", message: `${place}: ${messageOf(error)}. Nothing was done.` };
    } finally {
      underWay -= 1;
    }
  };
}
