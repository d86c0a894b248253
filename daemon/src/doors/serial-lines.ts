// The lines of the serial door: what a device may send, and how answers look to it. docs/protocol.md section 8.
import type { Announcement, Answer, Health } from "../intake.ts";
import { decodeText, Malformed } from "./json.ts";
import { isIntentId } from "./read-intent.ts";

export const maxLineBytes = 1_024;

export interface Tag {
  id?: string;
  /** The line had a checksum, so its answers have one. */
  isSummed: boolean;
}

export type SerialLine =
  | ({ kind: "intent"; text: string } & Tag)
  | ({ kind: "confirm"; challenge: string; yes: boolean; pin?: string } & Tag)
  | ({ kind: "health" } & Tag)
  | ({ kind: "bad"; message: string } & Tag)
  /** Comments, empty lines, and our own lines from a device that echoes. */
  | { kind: "none" };

export function checksumOf(bytes: Uint8Array): string {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum.toString(16).padStart(2, "0");
}

function splitChecksum(line: Buffer): { body: Buffer; sum: string | undefined } {
  const found = /\*([0-9A-Fa-f]{2})$/.exec(line.toString("latin1"));
  const sum = found?.[1];
  return sum === undefined ? { body: line, sum } : { body: line.subarray(0, line.length - 3), sum: sum.toLowerCase() };
}

function readBody(text: string, tag: { isSummed: boolean }): SerialLine {
  if (text === "?") return { kind: "health", ...tag };
  const confirmed = /^!(\S{1,64}) (yes|no)(?: (\S{1,64}))?$/.exec(text);
  if (confirmed !== null) {
    const [, challenge = "", word, pin] = confirmed;
    return { kind: "confirm", challenge, yes: word === "yes", ...(pin !== undefined && { pin }), ...tag };
  }
  if (text.trim() === "" || /^[#+=\-!?]/.test(text)) return { kind: "none" };
  const [, id, words = ""] = /^@(\S*)(?: (.*))?$/s.exec(text) ?? [undefined, undefined, text];
  if (id === undefined) return { kind: "intent", text: words, ...tag };
  if (!isIntentId(id)) return { kind: "bad", message: "An id is 1 to 64 of A-Z a-z 0-9 . _ : -", ...tag };
  return { kind: "intent", id, text: words, ...tag };
}

/** The id of a line that cannot be believed otherwise, so that its sender learns which one to send again. */
function idAtStart(body: Buffer): { id?: string } {
  const id = /^@([A-Za-z0-9._:-]{1,64}) /.exec(body.toString("latin1"))?.[1];
  return id === undefined ? {} : { id };
}

export function readSerialLine(line: Buffer, needsChecksum: boolean): SerialLine {
  const { body, sum } = splitChecksum(line);
  if (body.length === 0 && sum === undefined) return { kind: "none" };
  const isSummed = sum !== undefined;
  if (isSummed && sum !== checksumOf(body)) {
    return { kind: "bad", message: "The checksum is wrong; send it again.", isSummed, ...idAtStart(body) };
  }
  try {
    const read = readBody(decodeText(body), { isSummed });
    if (isSummed || !needsChecksum || read.kind === "none") return read;
    return { kind: "bad", message: "A line needs a checksum here: *hh.", isSummed: false, ...idAtStart(body) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: "bad", message: error.message, isSummed, ...idAtStart(body) };
  }
}

/** A reply is one line, however it was said, and fits the line limit of the smallest device that keeps to it. */
function oneLine(text: string): Buffer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
  const bytes = Buffer.from(text.replace(/[\u0000-\u001F\u007F]+/g, " "));
  const room = maxLineBytes - 4;
  if (bytes.length <= room) return bytes;
  let end = room;
  // Not in the middle of a character: continuation bytes are 10xxxxxx.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

export function writeSerialLine(text: string, isSummed: boolean): Buffer {
  const bytes = oneLine(text);
  const end = isSummed ? `*${checksumOf(bytes)}\n` : "\n";
  return Buffer.concat([bytes, Buffer.from(end)]);
}

/** The worst first: a device that shows one word shows that. */
const severity = [
  "unknown",
  "failed",
  "denied",
  "rejected",
  "expired",
  "needs_confirmation",
  "scheduled",
  "done",
] as const;

export function outcomeWordOf(answer: Answer): string {
  const outcomes = answer.calls.map(({ outcome }) => outcome);
  return severity.find((word) => outcomes.includes(word)) ?? "rejected";
}

export function answerLine(answer: Answer, id: string): string {
  const { confirm } = answer;
  if (confirm !== undefined) return `!${id} ${confirm.challenge} ${confirm.deed}`;
  return `=${id} ${outcomeWordOf(answer)} ${answer.reply}`;
}

export function healthLine({ status, uptime_s, waiting }: Health): string {
  return `? ${status} up ${Math.round(uptime_s)} s, ${waiting} waiting`;
}

export function announcementLine({ say }: Announcement): string {
  return `# ${say}`;
}

/** How a tag travels in the journal, as the correlation of a reply route. */
export function packTag({ id = "", isSummed }: Tag): string {
  return isSummed ? `*${id}` : id;
}

export function unpackTag(packed = ""): Tag & { id: string } {
  return packed.startsWith("*") ? { id: packed.slice(1), isSummed: true } : { id: packed, isSummed: false };
}
