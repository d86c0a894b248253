/** Reads the metadata of a GGUF v3 file; tensors are the engine's business. The bytes are not trusted. */
import type { FileHandle } from "node:fs/promises";
import { KernelError } from "./errors.ts";

export type GgufValue = number | bigint | boolean | string | GgufValue[];
export type GgufMetadata = Map<string, GgufValue>;

const utf8 = new TextDecoder();
const MAX_METADATA_BYTES = 64 << 20;
// A real file has about 40 keys and arrays of 8,192; the limits leave room without letting a count take all memory.
const MAX_KEYS = 4096;
const MAX_ARRAY = 1 << 20;
const ARRAY_TYPE = 9;
// Smallest encoding of each value type, so that a count can be refused before memory is taken for it.
const MIN_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];

/** More bytes are needed; not a fault while the file has more. */
class Short extends Error {}

class Cursor {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Every read passes here, so nothing is read past the end. */
  take(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw new Short();
    this.at = start + count;
    return start;
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  count(limit: number, what: string): number {
    const value = this.view.getBigUint64(this.take(8), true);
    if (value > BigInt(limit)) throw bad(`${what} count ${value}`);
    return Number(value);
  }

  string(): string {
    const length = this.count(MAX_METADATA_BYTES, "string byte");
    const start = this.take(length);
    return utf8.decode(this.bytes.subarray(start, start + length));
  }

  scalar(type: number): GgufValue {
    const { view } = this;
    switch (type) {
      case 0:
        return view.getUint8(this.take(1));
      case 1:
        return view.getInt8(this.take(1));
      case 2:
        return view.getUint16(this.take(2), true);
      case 3:
        return view.getInt16(this.take(2), true);
      case 4:
        return view.getUint32(this.take(4), true);
      case 5:
        return view.getInt32(this.take(4), true);
      case 6:
        return view.getFloat32(this.take(4), true);
      case 7:
        return view.getUint8(this.take(1)) !== 0;
      case 8:
        return this.string();
      case 10:
        return view.getBigUint64(this.take(8), true);
      case 11:
        return view.getBigInt64(this.take(8), true);
      case 12:
        return view.getFloat64(this.take(8), true);
      default:
        throw bad(`value type ${type}`);
    }
  }

  value(type: number): GgufValue {
    if (type !== ARRAY_TYPE) return this.scalar(type);
    const item = this.u32();
    const count = this.count(MAX_ARRAY, "array");
    if (item === ARRAY_TYPE || item >= MIN_BYTES.length) throw bad(`array of type ${item}`);
    if (count * (MIN_BYTES[item] ?? 1) > MAX_METADATA_BYTES) throw bad("array too long");
    const values: GgufValue[] = [];
    for (let i = 0; i < count; i++) values.push(this.scalar(item));
    return values;
  }
}

/** The key-value part of GGUF bytes. */
export function parseGguf(bytes: Uint8Array): GgufMetadata {
  const cursor = new Cursor(bytes);
  const magic = cursor.u32();
  if (magic !== 0x46554747) throw bad("no GGUF magic");
  const version = cursor.u32();
  if (version !== 3) throw bad(`GGUF version ${version}`);
  cursor.count(1 << 20, "tensor");
  const keys = cursor.count(MAX_KEYS, "key");
  const metadata: GgufMetadata = new Map();
  for (let i = 0; i < keys; i++) {
    const key = cursor.string();
    metadata.set(key, cursor.value(cursor.u32()));
  }
  return metadata;
}

/** The key-value part of an open file; reads no more of it than needed. */
export async function readGguf(file: FileHandle): Promise<GgufMetadata> {
  const { size } = await file.stat();
  for (let length = 1 << 20; ; length *= 4) {
    const bytes = new Uint8Array(Math.min(length, size));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    try {
      return parseGguf(bytes.subarray(0, filled));
    } catch (error) {
      if (!(error instanceof Short)) throw error;
      if (length >= size || length >= MAX_METADATA_BYTES) throw bad("the file ends inside its metadata");
    }
  }
}

function bad(why: string): KernelError {
  return new KernelError("config.bad_weights", { why });
}
