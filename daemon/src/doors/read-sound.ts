// Spoken intents: a WAV file and what is said beside it become an intent in words, which then goes the way of all others.
import type { Intake } from "../intake.ts";
import type { Json } from "../protocol.ts";
import { maxSoundBytes } from "../speech/wav.ts";
import { type GivenIntent, isIntentId, type Read, readIntentValue } from "./read-intent.ts";

/** Fields of an intent that came beside the sound; whatever is no string is no field. */
export type Beside = Readonly<Record<(typeof fieldsBeside)[number], string | undefined>>;

const fieldsBeside = ["id", "mode", "room", "dry_run"] as const;

export function besideFrom(field: (name: string) => unknown): Beside {
  const entries = fieldsBeside.map((name) => {
    const value = field(name);
    return [name, typeof value === "string" && value !== "" ? value : undefined];
  });
  return Object.fromEntries(entries) as Beside;
}

/** What stands beside a sound is text, also a yes or a no. */
function wordOf(name: string, value: string): Json {
  return name === "dry_run" && (value === "true" || value === "false") ? value === "true" : value;
}

/** `at`: when it came, since that is about when it was said. */
export async function readSpokenIntent(
  intake: Intake,
  wav: Uint8Array,
  beside: Beside,
  at: number,
): Promise<Read<GivenIntent>> {
  const known = isIntentId(beside.id) ? { id: beside.id } : {};
  if (wav.length > maxSoundBytes)
    return { ok: false, code: "too_long", message: `A sound has at most ${maxSoundBytes / 1024} KB.`, ...known };
  if (intake.hear === undefined) {
    const message = "No speech recogniser is configured (speech: {wyoming: tcp://HOST:10300}). Send text.";
    return { ok: false, code: "no_speech", message, ...known };
  }
  const given = Object.fromEntries(
    Object.entries(beside).flatMap(([name, value]) => (value === undefined ? [] : [[name, wordOf(name, value)]])),
  ) as Json & object;
  // What stands beside it is looked at before anybody listens for seconds.
  const tried = readIntentValue({ ...given, text: "?" });
  if (!tried.ok) return tried;
  const heard = await intake.hear(wav);
  if (!heard.ok) return { ...heard, ...known };
  return readIntentValue({ ...given, text: heard.text, said_at: at });
}
