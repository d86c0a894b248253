// A GGUF file of random weights (docs/model-format.md section 6): the whole plumbing can be tested without a trained model.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const types = { u32: 4, f32: 6, bool: 7, string: 8, array: 9 } as const;
const tensorTypes = { f32: 0, f16: 1 } as const;

const size = { width: 64, encoder: 2, decoder: 2, heads: 2, keyHeads: 1, headWidth: 32 };

class Writer {
  private readonly parts: Buffer[] = [];
  length = 0;

  bytes(part: Buffer): this {
    this.parts.push(part);
    this.length += part.length;
    return this;
  }

  u32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    return this.bytes(part);
  }

  i32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32LE(value);
    return this.bytes(part);
  }

  u64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    return this.bytes(part);
  }

  f32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeFloatLE(value);
    return this.bytes(part);
  }

  string(text: string): this {
    const part = Buffer.from(text);
    return this.u64(part.length).bytes(part);
  }

  pad(to: number): this {
    return this.bytes(Buffer.alloc((to - (this.length % to)) % to));
  }

  finish(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** mulberry32: small, and the same numbers everywhere. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Round to nearest is not needed for random weights: the mantissa is cut. */
function halfBits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const exponent = ((bits >>> 23) & 0xff) - 112;
  if (exponent <= 0) return (bits >>> 16) & 0x8000;
  return ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff);
}

interface Piece {
  text: string;
  type: number;
  score: number;
}

function vocabulary(): Piece[] {
  const control = ["<pad>", "</s>", "<s>", "<unk>", "<tool_call>", "<tools>", "<arg>", "<val>", "<fact>"];
  for (let i = 9; i < 16; i += 1) control.push(`<r${i}>`);
  const pieces = control.map((text, id) => ({ text, type: id === 3 ? 2 : 3, score: 0 }));
  for (let byte = 0; byte < 256; byte += 1) {
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    pieces.push({ text: `<0x${hex}>`, type: 6, score: 0 });
  }
  const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789_\u2581"];
  const merges = [
    "\u2581t",
    "in",
    "on",
    "er",
    "ur",
    "tur",
    "\u2581tur",
    "li",
    "gh",
    "ligh",
    "th",
    "en",
    "it",
    "ch",
    "itch",
    "om",
    "ro",
  ];
  [...merges, ...letters].forEach((text, rank) => {
    pieces.push({ text, type: 1, score: -rank });
  });
  return pieces;
}

interface Tensor {
  name: string;
  /** As the file says it: input width first. */
  dims: number[];
  kind: "norm" | "gate" | "weight";
}

function attention(prefix: string, part: "attn" | "cross"): Tensor[] {
  const { width, heads, keyHeads, headWidth } = size;
  const name = (what: string): string => `${prefix}.${part}_${what}`;
  return [
    { name: name("norm.weight"), dims: [width], kind: "norm" },
    { name: name("q.weight"), dims: [width, heads * headWidth], kind: "weight" },
    { name: name("k.weight"), dims: [width, keyHeads * headWidth], kind: "weight" },
    { name: name("v.weight"), dims: [width, keyHeads * headWidth], kind: "weight" },
    { name: name("o.weight"), dims: [heads * headWidth, width], kind: "weight" },
    { name: name("q_norm.weight"), dims: [headWidth], kind: "norm" },
    { name: name("k_norm.weight"), dims: [headWidth], kind: "norm" },
    { name: name("gate"), dims: [1], kind: "gate" },
  ];
}

function tensors(words: number): Tensor[] {
  const all: Tensor[] = [{ name: "token_embd.weight", dims: [size.width, words], kind: "weight" }];
  for (let i = 0; i < size.encoder; i += 1) all.push(...attention(`enc.${i}`, "attn"));
  for (let i = 0; i < size.decoder; i += 1)
    all.push(...attention(`dec.${i}`, "attn"), ...attention(`dec.${i}`, "cross"));
  for (const name of ["enc.output_norm.weight", "dec.output_norm.weight"])
    all.push({ name, dims: [size.width], kind: "norm" });
  return all;
}

function tensorBytes(tensor: Tensor, random: () => number): Buffer {
  const count = tensor.dims.reduce((product, dim) => product * dim, 1);
  const half = tensor.kind === "weight";
  // Embeddings are also the output layer: large ones would repeat the token before, and the first is the end of the answer.
  const reach = tensor.name === "token_embd.weight" ? 0.05 : 0.4;
  const bytes = Buffer.alloc(count * (half ? 2 : 4));
  for (let i = 0; i < count; i += 1) {
    if (half) bytes.writeUInt16LE(halfBits((random() - 0.5) * reach), i * 2);
    else bytes.writeFloatLE(tensor.kind === "gate" ? 0.5 : 0.9 + random() * 0.2, i * 4);
  }
  return bytes;
}

type Setting = [key: string, type: keyof typeof types, value: string | number | boolean];

function settings(threshold: number): Setting[] {
  return [
    ["general.architecture", "string", "needle"],
    ["general.name", "string", "tiny-random"],
    ["general.version", "string", "0"],
    ["general.license", "string", "apache-2.0"],
    ["general.alignment", "u32", 32],
    ["needle.layout", "string", "catalogue"],
    ["needle.output", "string", "calls"],
    ["needle.context_length", "u32", 1024],
    ["needle.embedding_length", "u32", size.width],
    ["needle.encoder.block_count", "u32", size.encoder],
    ["needle.decoder.block_count", "u32", size.decoder],
    ["needle.attention.head_count", "u32", size.heads],
    ["needle.attention.head_count_kv", "u32", size.keyHeads],
    ["needle.attention.key_length", "u32", size.headWidth],
    ["needle.attention.layer_norm_rms_epsilon", "f32", 1e-6],
    ["needle.rope.freq_base", "f32", 10000],
    ["needle.catalogue.query_base", "u32", 512],
    ["needle.catalogue.from_layer", "u32", 1],
    ["needle.catalogue.block_tokens", "u32", 480],
    ["needle.catalogue.max_blocks", "u32", 12],
    ["needle.query_tokens", "u32", 256],
    ["needle.answer_tokens", "u32", 256],
    ["needle.select.length", "u32", 0],
    ["needle.copy_bias", "f32", 1],
    ["needle.calibration.scale", "f32", 1],
    ["needle.calibration.bias", "f32", 0],
    ["needle.threshold", "f32", threshold],
    ["tokenizer.ggml.model", "string", "llama"],
    ["tokenizer.ggml.bos_token_id", "u32", 2],
    ["tokenizer.ggml.eos_token_id", "u32", 1],
    ["tokenizer.ggml.unknown_token_id", "u32", 3],
    ["tokenizer.ggml.padding_token_id", "u32", 0],
    ["tokenizer.ggml.add_space_prefix", "bool", true],
    ["tokenizer.ggml.remove_extra_whitespaces", "bool", true],
  ];
}

function writeSetting(out: Writer, [key, type, value]: Setting): void {
  out.string(key).u32(types[type]);
  if (type === "string") out.string(String(value));
  else if (type === "u32") out.u32(Number(value));
  else if (type === "f32") out.f32(Number(value));
  else out.bytes(Buffer.of(value ? 1 : 0));
}

function writeVocabulary(out: Writer, pieces: Piece[]): void {
  const array = (key: string, type: number): Writer => out.string(key).u32(types.array).u32(type).u64(pieces.length);
  array("tokenizer.ggml.tokens", types.string);
  for (const piece of pieces) out.string(piece.text);
  array("tokenizer.ggml.scores", types.f32);
  for (const piece of pieces) out.f32(piece.score);
  array("tokenizer.ggml.token_type", 5);
  for (const piece of pieces) out.i32(piece.type);
}

export interface TinyOptions {
  seed?: number;
  threshold?: number;
}

export function tinyModel({ seed = 10, threshold = 0 }: TinyOptions = {}): Buffer {
  const pieces = vocabulary();
  const list = tensors(pieces.length);
  const plain = settings(threshold);
  const out = new Writer()
    .bytes(Buffer.from("GGUF"))
    .u32(3)
    .u64(list.length)
    .u64(plain.length + 3);
  for (const setting of plain) writeSetting(out, setting);
  writeVocabulary(out, pieces);
  const random = randomOf(seed);
  const data = new Writer();
  for (const tensor of list) {
    out.string(tensor.name).u32(tensor.dims.length);
    for (const dim of tensor.dims) out.u64(dim);
    out.u32(tensor.kind === "weight" ? tensorTypes.f16 : tensorTypes.f32).u64(data.length);
    data.bytes(tensorBytes(tensor, random)).pad(32);
  }
  return out.pad(32).bytes(data.finish()).finish();
}

/** A models folder with one model and its manifest; returns the path of the weights. */
export async function writeModels(folder: string, bytes: Buffer): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "tiny.gguf");
  await writeFile(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const models = { tiny: { file: "tiny.gguf", sha256, bytes: bytes.length, tokenizer_sha256: "" } };
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ default: "tiny", models }));
  return path;
}
