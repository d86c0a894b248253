/** Bodies of the engine's frames: one writer per request, one reader per answer (docs/protocol.md section 1). */

import type { KernelError } from "./errors.ts";
import { fromStatus } from "./errors.ts";
import type { RawArgument } from "./values.ts";
import { ByteReader, ByteWriter, garbage } from "./wire.ts";

export type BlockKind = "tool" | "fact";
/** A block's name: the same text has the same one as long as the model is the same. */
export type BlockId = bigint;

export interface BlockAnswer {
  readonly id: BlockId;
  readonly tokens: number;
  readonly fresh: boolean;
}

export interface CallMessage {
  readonly program: bigint;
  readonly tools: readonly BlockId[];
  readonly facts: readonly BlockId[];
  readonly maxCalls: number;
  readonly deadlineMs: number;
  readonly query: string;
}

export interface RawCall {
  // Indices, not names: what they mean is the program's to say.
  /** Index among the program's tools. */
  readonly tool: number;
  readonly confidence: number;
  readonly raw: number;
  readonly maskMass: number;
  readonly arguments: readonly RawArgument[];
}

/** How sure the model was that nothing should be called. */
export interface Refusal {
  readonly confidence: number;
  readonly maskMass: number;
}

/** What the engine itself measured; waiting in its queue is not part of it. */
export interface Timings {
  readonly queryTokens: number;
  readonly answerTokens: number;
  readonly passes: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
  readonly totalMs: number;
}

export interface CallAnswer {
  readonly calls: readonly RawCall[];
  readonly refusal: Refusal | undefined;
  readonly inPlay: readonly number[];
  readonly timings: Timings;
}

export interface MasksMessage {
  readonly program: bigint;
  readonly tools: readonly number[];
  readonly query: string;
  readonly ids: readonly number[];
}

export interface LogitsMessage {
  readonly blocks: readonly BlockId[];
  readonly query: string;
  readonly ids: readonly number[];
}

export function blockBody(kind: BlockKind, text: string): Uint8Array {
  return write((out) => {
    out.u8(kind === "tool" ? 0 : 1);
    out.str(text);
  });
}

export function callBody(message: CallMessage): Uint8Array {
  return write((out) => {
    out.u64(message.program);
    writeBlocks(out, message.tools);
    writeBlocks(out, message.facts);
    out.u16(message.maxCalls);
    out.u32(message.deadlineMs);
    out.str(message.query);
  });
}

export function cancelBody(id: number): Uint8Array {
  return write((out) => out.u32(id));
}

export function textBody(text: string): Uint8Array {
  return write((out) => out.str(text));
}

export function masksBody({ program, tools, query, ids }: MasksMessage): Uint8Array {
  return write((out) => {
    out.u64(program);
    out.u16(tools.length);
    for (const tool of tools) out.u16(tool);
    out.str(query);
    writeIds(out, ids);
  });
}

export function logitsBody({ blocks, query, ids }: LogitsMessage): Uint8Array {
  return write((out) => {
    writeBlocks(out, blocks);
    out.str(query);
    writeIds(out, ids);
  });
}

export function readBlock(body: Uint8Array): BlockAnswer {
  const reader = new ByteReader(body);
  return { id: reader.u64(), tokens: reader.u32(), fresh: reader.u8() !== 0 };
}

export function readProgramId(body: Uint8Array): bigint {
  return new ByteReader(body).u64();
}

/** Microseconds on the wire become milliseconds here. */
export function readCall(body: Uint8Array): CallAnswer {
  const reader = new ByteReader(body);
  const calls = reader.many(reader.u16(), readOneCall);
  const refusal = { confidence: reader.f32(), maskMass: reader.f32() };
  const inPlay = reader.many(reader.u16(), (r) => r.u16());
  const [queryTokens, answerTokens, passes] = [reader.u32(), reader.u32(), reader.u32()];
  const [encodeMs, decodeMs, totalMs] = [reader.u32() / 1000, reader.u32() / 1000, reader.u32() / 1000];
  const timings = { queryTokens, answerTokens, passes, encodeMs, decodeMs, totalMs };
  return { calls, refusal: calls.length === 0 ? refusal : undefined, inPlay, timings };
}

function readOneCall(reader: ByteReader): RawCall {
  const head = { tool: reader.u16(), confidence: reader.f32(), raw: reader.f32(), maskMass: reader.f32() };
  const args = reader.many(reader.u16(), (r) => ({ prop: r.u16(), values: r.many(r.u16(), (inner) => inner.str()) }));
  return { ...head, arguments: args };
}

export function readIds(body: Uint8Array): number[] {
  const reader = new ByteReader(body);
  return reader.many(reader.u32(), (r) => r.u32());
}

/** One row of bits per step; bit i%8 of byte i/8 says whether id i is legal. */
export function readMasks(body: Uint8Array, vocabulary: number): Uint8Array[] {
  const reader = new ByteReader(body);
  const width = Math.ceil(vocabulary / 8);
  return reader.many(reader.u32(), (r) => r.bytes(width));
}

export function readLogits(body: Uint8Array): Float32Array[] {
  const reader = new ByteReader(body);
  const [rows, width] = [reader.u32(), reader.u32()];
  return reader.many(rows, (r) => Float32Array.from(r.many(width, (inner) => inner.f32())));
}

export function readError(body: Uint8Array): KernelError {
  const reader = new ByteReader(body);
  return fromStatus(reader.u16(), reader.str());
}

/** JSON of the engine's own making, as an object. */
export function readJson(body: Uint8Array): { readonly [key: string]: unknown } {
  const text = new ByteReader(body).str();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as { readonly [key: string]: unknown };
  } catch (error) {
    throw Object.assign(garbage("no JSON where JSON was due"), { cause: error });
  }
  throw garbage("no object where an object was due");
}

function write(fill: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter();
  fill(out);
  return out.finish();
}

function writeBlocks(out: ByteWriter, blocks: readonly BlockId[]): void {
  out.u16(blocks.length);
  for (const block of blocks) out.u64(block);
}

function writeIds(out: ByteWriter, ids: readonly number[]): void {
  out.u32(ids.length);
  for (const id of ids) out.u32(id);
}
