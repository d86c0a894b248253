/** Little-endian bytes: a growing writer and a bounds-checked reader. */
import { KernelError } from "./errors.ts";

export class ByteWriter {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  length = 0;

  u8(value: number): void {
    const at = this.room(1);
    this.view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.room(2);
    this.view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.room(4);
    this.view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.room(8);
    this.view.setBigUint64(at, value, true);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.buffer.set(bytes, at);
  }

  ascii(text: string): void {
    this.bytes(new TextEncoder().encode(text));
  }

  /** u32 byte length, then UTF-8. */
  str(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** Makes room first: the view may be a new one afterwards. */
  private room(count: number): number {
    const at = this.length;
    if (at + count > this.buffer.length) {
      const bigger = new Uint8Array(Math.max(this.buffer.length * 2, at + count));
      bigger.set(this.buffer);
      this.buffer = bigger;
      this.view = new DataView(bigger.buffer);
    }
    this.length = at + count;
    return at;
  }
}

/** Every read past the end is a malformed frame, never a RangeError. */
export class ByteReader {
  private readonly data: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(data: Uint8Array) {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get left(): number {
    return this.data.length - this.at;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  f32(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  bytes(count: number): Uint8Array {
    const at = this.take(count);
    return this.data.subarray(at, at + count);
  }

  str(): string {
    return new TextDecoder().decode(this.bytes(this.u32()));
  }

  /** `count` items; a count the frame cannot hold fails before memory is taken. */
  many<T>(count: number, read: (reader: ByteReader) => T): T[] {
    if (count > this.left) throw garbage(`${count} items in ${this.left} bytes`);
    return Array.from({ length: count }, () => read(this));
  }

  private take(count: number): number {
    if (count > this.left) throw garbage("it ends early");
    const at = this.at;
    this.at += count;
    return at;
  }
}

export function garbage(why: string): KernelError {
  return new KernelError("engine.garbage", { why });
}
