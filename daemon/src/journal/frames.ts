// Records as bytes: magic, length, CRC-32, JSON. A scan tells a torn tail from damage in the middle.
import { crc32 } from "./crc32.ts";

const magic = Buffer.from("NJL1");
const headBytes = 12;
/** Far above any record; a length beyond it is damage, not a wish for memory. */
export const maxRecordBytes = 8 * 1024 * 1024;

export function encodeRecord(record: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(record));
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(crc32(body), 8);
  return Buffer.concat([head, body]);
}

interface Found {
  record: unknown;
  end: number;
}

function readAt(bytes: Buffer, at: number): Found | undefined {
  if (at + headBytes > bytes.length || bytes.compare(magic, 0, 4, at, at + 4) !== 0) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  const end = at + headBytes + length;
  if (length > maxRecordBytes || end > bytes.length) return undefined;
  const body = bytes.subarray(at + headBytes, end);
  if (crc32(body) !== bytes.readUInt32LE(at + 8)) return undefined;
  try {
    return { record: JSON.parse(body.toString("utf8")), end };
  } catch {
    return undefined;
  }
}

export interface Scan {
  records: unknown[];
  /** Bytes up to the end of the last good record of the unbroken beginning. */
  goodBytes: number;
  /** `torn`: nothing good follows the bad place, as after a power cut. `damaged`: good records do, so bytes have changed. */
  end: "clean" | "torn" | "damaged";
}

/** Reads records from the start until the first bad place. */
export function scanRecords(bytes: Buffer): Scan {
  const records: unknown[] = [];
  let at = 0;
  while (at < bytes.length) {
    const found = readAt(bytes, at);
    if (found === undefined) return { records, goodBytes: at, end: hasGoodAfter(bytes, at) ? "damaged" : "torn" };
    records.push(found.record);
    at = found.end;
  }
  return { records, goodBytes: at, end: "clean" };
}

function hasGoodAfter(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(magic, from + 1); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (readAt(bytes, at) !== undefined) return true;
  }
  return false;
}
