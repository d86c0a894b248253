/** A tiny model with random weights, written as GGUF: tests need an engine that runs, not one that understands. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Vocabulary } from "./tokenizer.ts";
import { Tokenizer } from "./tokenizer.ts";
import { ByteWriter } from "./wire.ts";

const FIXTURE = new URL("../client/fixtures/sentencepiece.jsonl", import.meta.url);
const [F32, F16] = [0, 1];
const ALIGNMENT = 32;
const [D, HEADS, KV_HEADS, HEAD_DIM, LAYERS, SELECT] = [64, 2, 1, 32, 2, 16];

// Small, or the tied embedding would make every id predict itself.
const EMBEDDING = "token_embd.weight";

/** A vocabulary that SentencePiece trained, and what it made of some texts. */
export function readFixture(): { vocabulary: Vocabulary; cases: [text: string, ids: number[]][] } {
  const [first = "", ...lines] = readFileSync(FIXTURE, "utf8").trim().split("\n");
  return {
    vocabulary: JSON.parse(first) as Vocabulary,
    cases: lines.map((line) => JSON.parse(line) as [string, number[]]),
  };
}

export function toyTokenizer(): Tokenizer {
  return new Tokenizer(readFixture().vocabulary);
}

/** A small seeded generator (mulberry32), so that a failing case can be made again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Writes the model to a file. */
export async function writeToyModel(path: string, seed = 6): Promise<void> {
  const { vocabulary } = readFixture();
  const tensors = tensorsOf(vocabulary.pieces.length);
  const out = new ByteWriter();
  out.ascii("GGUF");
  out.u32(3);
  out.u64(BigInt(tensors.length));
  writeMetadata(out, vocabulary);
  writeTensors(out, tensors, seeded(seed));
  await writeFile(path, out.finish());
}

function writeMetadata(out: ByteWriter, vocabulary: Vocabulary): void {
  const keys = new ByteWriter();
  let count = 0;
  const key = (name: string, type: number): ByteWriter => {
    string(keys, name);
    keys.u32(type);
    count++;
    return keys;
  };
  const array = (
    name: string,
    type: number,
    values: readonly (string | number)[],
    write: (value: never) => void,
  ): void => {
    key(name, 9);
    keys.u32(type);
    keys.u64(BigInt(values.length));
    for (const value of values) write(value as never);
  };
  for (const [name, value] of Object.entries(TEXTS)) string(key(name, 8), value);
  for (const [name, value] of Object.entries(COUNTS)) key(name, 4).u32(value);
  for (const [name, value] of Object.entries(FLOATS)) f32(key(name, 6), value);
  for (const name of ["add_space_prefix", "remove_extra_whitespaces"]) key(`tokenizer.ggml.${name}`, 7).u8(1);
  array("tokenizer.ggml.tokens", 8, vocabulary.pieces, (piece: string) => string(keys, piece));
  array("tokenizer.ggml.scores", 6, vocabulary.scores, (score: number) => f32(keys, score));
  array("tokenizer.ggml.token_type", 5, vocabulary.types, (type: number) => keys.u32(type));
  out.u64(BigInt(count));
  out.bytes(keys.finish());
}

const TEXTS = {
  "general.architecture": "needle",
  "general.name": "toy",
  "general.version": "0",
  "general.license": "Apache-2.0",
  "needle.layout": "catalogue",
  "needle.output": "calls",
  "tokenizer.ggml.model": "llama",
};
const COUNTS = {
  "general.alignment": ALIGNMENT,
  "needle.context_length": 1024,
  "needle.embedding_length": D,
  "needle.encoder.block_count": LAYERS,
  "needle.decoder.block_count": LAYERS,
  "needle.attention.head_count": HEADS,
  "needle.attention.head_count_kv": KV_HEADS,
  "needle.attention.key_length": HEAD_DIM,
  "needle.catalogue.query_base": 512,
  "needle.catalogue.from_layer": 1,
  "needle.catalogue.block_tokens": 128,
  "needle.catalogue.max_blocks": 12,
  "needle.query_tokens": 256,
  "needle.answer_tokens": 256,
  "needle.select.length": SELECT,
  "tokenizer.ggml.bos_token_id": 2,
  "tokenizer.ggml.eos_token_id": 1,
  "tokenizer.ggml.unknown_token_id": 3,
  "tokenizer.ggml.padding_token_id": 0,
};
const FLOATS = {
  "needle.attention.layer_norm_rms_epsilon": 1e-6,
  "needle.rope.freq_base": 10000,
  "needle.copy_bias": 1.5,
  "needle.calibration.scale": 1,
  "needle.calibration.bias": 0,
  "needle.threshold": 0.5,
};

function tensorsOf(vocabulary: number): Tensor[] {
  const wide = HEADS * HEAD_DIM;
  const narrow = KV_HEADS * HEAD_DIM;
  const attention = (prefix: string): Tensor[] => [
    { name: `${prefix}_norm.weight`, shape: [D] },
    { name: `${prefix}_q.weight`, shape: [wide, D] },
    { name: `${prefix}_k.weight`, shape: [narrow, D] },
    { name: `${prefix}_v.weight`, shape: [narrow, D] },
    { name: `${prefix}_o.weight`, shape: [D, wide] },
    { name: `${prefix}_q_norm.weight`, shape: [HEAD_DIM] },
    { name: `${prefix}_k_norm.weight`, shape: [HEAD_DIM] },
    { name: `${prefix}_gate`, shape: [1] },
  ];
  const layers = Array.from({ length: LAYERS }, (_, i) => i);
  return [
    { name: EMBEDDING, shape: [vocabulary, D] },
    ...layers.flatMap((i) => attention(`enc.${i}.attn`)),
    ...layers.flatMap((i) => [...attention(`dec.${i}.attn`), ...attention(`dec.${i}.cross`)]),
    ...["enc.output_norm.weight", "dec.output_norm.weight", "select.norm.weight"].map((name) => ({ name, shape: [D] })),
    { name: "select_q.weight", shape: [SELECT, D] },
    { name: "select_b.weight", shape: [SELECT, D] },
  ];
}

function writeTensors(out: ByteWriter, tensors: readonly Tensor[], random: () => number): void {
  let offset = 0;
  for (const { name, shape } of tensors) {
    string(out, name);
    out.u32(shape.length);
    // GGUF lists the input width first.
    for (const length of [...shape].reverse()) out.u64(BigInt(length));
    out.u32(shape.length > 1 ? F16 : F32);
    out.u64(BigInt(offset));
    offset += aligned(bytesOf(shape));
  }
  pad(out);
  for (const { name, shape } of tensors) {
    const count = shape.reduce((product, length) => product * length, 1);
    for (let i = 0; i < count; i++) {
      if (shape.length > 1) out.u16(randomHalf(random, name === EMBEDDING ? 3 : 9));
      else f32(out, 0.5 + random());
    }
    pad(out);
  }
}

/** The bits of a half of either sign, its exponent one of three from `exponent` on (15 stands for 1). */
function randomHalf(random: () => number, exponent: number): number {
  return (Math.floor(random() * 2) << 15) | ((exponent + Math.floor(random() * 3)) << 10) | Math.floor(random() * 1024);
}

function bytesOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, shape.length > 1 ? 2 : 4);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function pad(out: ByteWriter): void {
  const { length } = out;
  out.bytes(new Uint8Array(aligned(length) - length));
}

function f32(out: ByteWriter, value: number): void {
  out.bytes(new Uint8Array(Float32Array.of(value).buffer));
}

function string(out: ByteWriter, text: string): void {
  const bytes = new TextEncoder().encode(text);
  out.u64(BigInt(bytes.length));
  out.bytes(bytes);
}
