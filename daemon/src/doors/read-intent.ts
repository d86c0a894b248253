// What a sender may say of an intent or a confirmation, for every door: docs/protocol.md section 4.
import { admitText, maxTextBytes } from "../admit.ts";
import type { DoorIntent, RefusedCode } from "../intake.ts";
import type { Json } from "../protocol.ts";
import { asObject, decodeText, type JsonObject, Malformed, parseJson } from "./json.ts";

/** The fields of a message; who sent it is not among them. */
export interface GivenIntent
  extends Pick<DoorIntent, "id" | "text" | "saidAt" | "ttlMs" | "room" | "dryRun" | "isInterpreted"> {
  replyTo?: string;
}

export interface GivenConfirmation {
  challenge: string;
  yes: boolean;
  pin?: string;
}

export type Read<T> =
  | { ok: true; value: T }
  /** `id` is set when it could be read, so that the refusal finds its sender. */
  | { ok: false; code: RefusedCode; message: string; id?: string };

export const maxMessageBytes = maxTextBytes;

const maxTtlMs = 600_000;
const idPattern = /^[A-Za-z0-9._:-]{1,64}$/;
const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

export function isIntentId(value: Json | undefined): value is string {
  return typeof value === "string" && idPattern.test(value);
}

function readField<T>(object: JsonObject, key: string, must: string, accept: (value: Json) => T | undefined) {
  const value = object[key];
  if (value === undefined) return undefined;
  const accepted = accept(value);
  if (accepted === undefined) throw new Malformed(`"${key}" must be ${must}.`);
  return accepted;
}

function readString(object: JsonObject, key: string, maxLength: number): string | undefined {
  return readField(object, key, `a string of 1 to ${maxLength} characters`, (value) =>
    typeof value === "string" && value !== "" && value.length <= maxLength ? value : undefined,
  );
}

function readBoolean(object: JsonObject, key: string): boolean | undefined {
  return readField(object, key, "true or false", (value) => (typeof value === "boolean" ? value : undefined));
}

function readTime(value: Json): number | undefined {
  if (typeof value === "number") return value >= 0 ? value : undefined;
  if (typeof value !== "string" || !isoPattern.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

function readTtl(value: Json): number | undefined {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= maxTtlMs;
  return fits ? value : undefined;
}

/** Throws `Malformed`. */
function checkWords(text: string): string {
  const admitted = admitText(text);
  if (admitted.ok) return text;
  const { code, message } = admitted.refusal;
  throw new Malformed(message, code === "too_long" ? "too_long" : "malformed");
}

function withoutUndefined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** `dry_run` is the older word. */
function modeIn(object: JsonObject): { dryRun: boolean | undefined; isInterpreted: true | undefined } {
  const dryRun = readBoolean(object, "dry_run");
  const mode = readField(object, "mode", "execute, dry_run or interpret", (given) =>
    given === "execute" || given === "dry_run" || given === "interpret" ? given : undefined,
  );
  if (mode === undefined) return { dryRun, isInterpreted: undefined };
  if (dryRun !== undefined && dryRun !== (mode === "dry_run"))
    throw new Malformed('"mode" and "dry_run" say different things; leave dry_run out.');
  return { dryRun: mode === "dry_run" || undefined, isInterpreted: mode === "interpret" || undefined };
}

function intentFrom(value: Json): GivenIntent {
  const object = asObject(value, "An intent");
  const text = readField(object, "text", "a string", (given) => (typeof given === "string" ? given : undefined));
  if (text === undefined) throw new Malformed('An intent needs "text", the words that were said.');
  return withoutUndefined<GivenIntent>({
    text: checkWords(text),
    id: readField(object, "id", "1 to 64 of A-Z a-z 0-9 . _ : -", (id) => (isIntentId(id) ? id : undefined)),
    saidAt: readField(object, "said_at", "milliseconds since 1970, or ISO 8601 with a zone", readTime),
    ttlMs: readField(object, "ttl_ms", `a whole number from 1 to ${maxTtlMs}`, readTtl),
    room: readString(object, "room", 64),
    ...modeIn(object),
    replyTo: readString(object, "reply_to", 256),
  });
}

function confirmationFrom(value: Json): GivenConfirmation {
  const object = asObject(value, "A confirmation");
  const challenge = readString(object, "challenge", 64);
  const yes = readBoolean(object, "yes");
  if (challenge === undefined) throw new Malformed('A confirmation needs "challenge", the code that was asked for.');
  if (yes === undefined) throw new Malformed('A confirmation needs "yes": true or false.');
  return withoutUndefined<GivenConfirmation>({ challenge, yes, pin: readString(object, "pin", 64) });
}

function idIn(value: Json | undefined): { id?: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const id = (value as JsonObject).id;
  return isIntentId(id) ? { id } : {};
}

function attempt<T>(parse: () => Json, make: (value: Json) => T): Read<T> {
  let value: Json | undefined;
  try {
    value = parse();
    return { ok: true, value: make(value) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ok: false, code: error.code, message: error.message, ...idIn(value) };
  }
}

function parseMessage(bytes: Uint8Array): Json {
  if (bytes.length > maxMessageBytes) {
    throw new Malformed(`That is ${bytes.length} bytes; a message has at most ${maxMessageBytes}.`, "too_long");
  }
  return parseJson(decodeText(bytes));
}

/** Bytes of one JSON intent. */
export function readIntent(bytes: Uint8Array): Read<GivenIntent> {
  return attempt(() => parseMessage(bytes), intentFrom);
}

/** A part of a message that was parsed already. */
export function readIntentValue(value: Json): Read<GivenIntent> {
  return attempt(() => value, intentFrom);
}

export function readConfirmation(bytes: Uint8Array): Read<GivenConfirmation> {
  return attempt(() => parseMessage(bytes), confirmationFrom);
}

export function readConfirmationValue(value: Json): Read<GivenConfirmation> {
  return attempt(() => value, confirmationFrom);
}

/** The bare words of a door without JSON. */
export function readWords(bytes: Uint8Array): Read<GivenIntent> {
  return attempt(
    () => (bytes.length > maxMessageBytes ? parseMessage(bytes) : decodeText(bytes)),
    (text) => ({ text: checkWords(text as string) }),
  );
}

/** JSON when it begins with `{`, else the bare words. */
export function readIntentOrWords(bytes: Uint8Array): Read<GivenIntent> {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes[start] === 0x7b ? readIntent(bytes) : readWords(bytes);
}
