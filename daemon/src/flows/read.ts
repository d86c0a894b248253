// Registrations and results from strangers: bytes to values, or what is wrong with them.
import { asObject, decodeText, type JsonObject, Malformed, parseJson } from "../doors/json.ts";
import type { Json } from "../protocol.ts";
import type { FlowResult } from "./wire.ts";

/** A registration whose form is right; its tools are looked at one by one. */
export interface GivenRegistration {
  session: string;
  leaseMs: number;
  tools: readonly Json[];
}

export type Read<T> = { ok: true; value: T } | { ok: false; code: "malformed" | "too_long"; message: string };

export const maxRegistrationBytes = 64 * 1024;
export const maxTools = 32;
const maxDataBytes = 16 * 1024;
const maxWords = 500;
const defaultLeaseS = 60;
const idForm = /^[A-Za-z0-9._:-]{1,64}$/;

function attempt<T>(bytes: Uint8Array, what: string, make: (object: JsonObject) => T): Read<T> {
  try {
    if (bytes.length > maxRegistrationBytes)
      throw new Malformed(`${what} has at most ${maxRegistrationBytes} bytes, not ${bytes.length}.`, "too_long");
    const value = parseJson(decodeText(bytes));
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Malformed(`${what} must be a JSON object.`);
    return { ok: true, value: make(asObject(value, what)) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }
}

function idIn(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === "string" && idForm.test(value)) return value;
  throw new Malformed(`"${key}" must be 1 to 64 of A-Z a-z 0-9 . _ : -`);
}

function leaseIn({ lease_s: lease = defaultLeaseS }: JsonObject): number {
  if (typeof lease === "number" && lease >= 10 && lease <= 300) return lease * 1_000;
  throw new Malformed('"lease_s" must be a number from 10 to 300.');
}

export function readRegistration(bytes: Uint8Array): Read<GivenRegistration> {
  return attempt(bytes, "A registration", (object) => {
    const { tools } = object;
    if (!Array.isArray(tools)) throw new Malformed('A registration needs "tools", a list.');
    if (tools.length > maxTools) throw new Malformed(`A client has at most ${maxTools} tools, not ${tools.length}.`);
    return { session: idIn(object, "session"), leaseMs: leaseIn(object), tools: tools as readonly Json[] };
  });
}

/** The flow's words reach terminals, serial lines and speakers: no control characters. */
function wordsIn(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  const words = typeof value === "string" ? value.replace(/\p{Cc}+/gu, " ").trim() : "";
  if (words !== "" && words.length <= maxWords) return words;
  throw new Malformed(`"${key}" must be a text of 1 to ${maxWords} characters.`);
}

function dataIn({ data }: JsonObject): Json | undefined {
  if (data !== undefined && Buffer.byteLength(JSON.stringify(data)) > maxDataBytes)
    throw new Malformed(`"data" has at most ${maxDataBytes} bytes of JSON.`, "too_long");
  return data;
}

function resultFrom(object: JsonObject): FlowResult {
  const call = idIn(object, "call");
  if (object.ok === true) {
    const say = wordsIn(object, "say");
    const data = dataIn(object);
    return { call, ok: true, ...(say !== undefined && { say }), ...(data !== undefined && { data }) };
  }
  if (object.ok === false) {
    const error = wordsIn(object, "error");
    return { call, ok: false, ...(error !== undefined && { error }) };
  }
  if (object.ack === true) return { call, ack: true };
  throw new Malformed('A result needs "ok": true or false, or "ack": true.');
}

export function readResult(bytes: Uint8Array): Read<FlowResult> {
  return attempt(bytes, "A result", resultFrom);
}

/** Of a result that is wrong in itself: which call it meant, when that can be seen. */
export function callIn(bytes: Uint8Array): string | undefined {
  const read = attempt(bytes, "A result", (object) => idIn(object, "call"));
  return read.ok ? read.value : undefined;
}
