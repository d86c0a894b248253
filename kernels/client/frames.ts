/** Length-prefixed frames between client and engine (docs/protocol.md section 1). */
import { KernelError } from "./errors.ts";
import { garbage } from "./wire.ts";

export const TYPE = {
  block: 1,
  program: 2,
  call: 3,
  cancel: 4,
  stats: 5,
  tokenize: 6,
  masks: 7,
  logits: 8,
  ready: 128,
  error: 255,
} as const;

export const MAX_FRAME = 1 << 20;
/** LOGITS answers alone may be larger: 4 M floats and their counts. */
const MAX_LOGITS_FRAME = (4 << 22) + 64;
const LOGITS_ANSWER = TYPE.logits + TYPE.ready;
const HEAD = 5;

export interface Frame {
  readonly id: number;
  readonly type: number;
  readonly body: Uint8Array;
}

/** One frame as bytes. */
export function encodeFrame({ id, type, body }: Frame): Uint8Array {
  const length = body.length + HEAD;
  if (length > MAX_FRAME) throw new KernelError("request.frame_too_large", { size: length, limit: MAX_FRAME });
  const bytes = new Uint8Array(4 + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, id, true);
  view.setUint8(8, type);
  bytes.set(body, 9);
  return bytes;
}

/** Puts the engine's stdout together again; throws on lengths no frame can have. */
export class FrameReader {
  private chunks: Uint8Array[] = [];
  private held = 0;

  push(chunk: Uint8Array): Frame[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    const frames: Frame[] = [];
    for (let frame = this.next(); frame !== undefined; frame = this.next()) frames.push(frame);
    return frames;
  }

  /** The length is judged before any of the body has come, so a wrong one cannot make us wait or hoard. */
  private next(): Frame | undefined {
    if (this.held < 9) return undefined;
    const head = this.peek(9);
    const view = new DataView(head.buffer, head.byteOffset, 9);
    const length = view.getUint32(0, true);
    const id = view.getUint32(4, true);
    const type = view.getUint8(8);
    if (length < HEAD || length > (type === LOGITS_ANSWER ? MAX_LOGITS_FRAME : MAX_FRAME))
      throw garbage(`a length of ${length}`);
    if (this.held < 4 + length) return undefined;
    const all = this.peek(this.held);
    const rest = all.subarray(4 + length);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.held = rest.length;
    return { id, type, body: all.slice(9, 4 + length) };
  }

  /** The first bytes as one piece; joins chunks only when the first is too short. */
  private peek(count: number): Uint8Array {
    const first = this.chunks[0];
    if (first !== undefined && first.length >= count) return first;
    const joined = Buffer.concat(this.chunks);
    this.chunks = [joined];
    return joined;
  }
}
