/** SentencePiece BPE with byte fallback, one segment at a time (docs/model-format.md section 1). */
import { KernelError } from "./errors.ts";
import type { GgufMetadata } from "./gguf.ts";

export const EOS = 1;
export const TOOL_CALL = 4;
export const ARG = 6;
export const VAL = 7;

const NORMAL = 1;
const BYTE = 6;
const SPACE = "\u2581";

/** A vocabulary: what piece, score and type each id has. */
export interface Vocabulary {
  readonly pieces: readonly string[];
  readonly scores: readonly number[];
  readonly types: readonly number[];
}

interface Pair {
  readonly score: number;
  readonly left: number;
  readonly right: number;
  readonly text: string;
}

/** The vocabulary in a model file's metadata. */
export function readVocabulary(metadata: GgufMetadata): Vocabulary {
  const pieces = metadata.get("tokenizer.ggml.tokens");
  const scores = metadata.get("tokenizer.ggml.scores");
  const types = metadata.get("tokenizer.ggml.token_type");
  if (!Array.isArray(pieces) || !Array.isArray(scores) || !Array.isArray(types)) throw bad("no tokenizer");
  if (pieces.length !== scores.length || pieces.length !== types.length) throw bad("tokenizer arrays differ in length");
  return { pieces: pieces.map(String), scores: scores.map(Number), types: types.map(Number) };
}

export class Tokenizer {
  readonly size: number;
  private readonly vocabulary: Vocabulary;
  private readonly normal = new Map<string, number>();
  private readonly byteIds = new Array<number>(256).fill(-1);

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary;
    this.size = vocabulary.pieces.length;
    vocabulary.pieces.forEach((piece, id) => {
      if (vocabulary.types[id] === NORMAL) this.normal.set(piece, id);
      const byte = vocabulary.types[id] === BYTE ? /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1] : undefined;
      if (byte !== undefined) this.byteIds[Number.parseInt(byte, 16)] = id;
    });
    if (this.byteIds.includes(-1)) throw bad("the tokenizer lacks byte pieces");
  }

  /** Ids of one segment. */
  encode(text: string): number[] {
    const normalized = normalize(text);
    if (normalized === "") return [];
    const symbols = merge(Array.from(normalized), (piece) => this.scoreOf(piece));
    return symbols.flatMap((symbol) => {
      const id = this.normal.get(symbol);
      return id === undefined ? [...new TextEncoder().encode(symbol)].map((byte) => this.byteIds[byte] ?? 0) : [id];
    });
  }

  /** What an id stands for in a value, dummy space included; undefined for ids that stand for no text. */
  bytesOf(id: number): Uint8Array | undefined {
    const { pieces, types } = this.vocabulary;
    const piece = pieces[id] ?? "";
    if (types[id] === BYTE) return Uint8Array.of(Number.parseInt(piece.slice(3, 5), 16));
    return types[id] === NORMAL ? new TextEncoder().encode(piece.replaceAll(SPACE, " ")) : undefined;
  }

  /** The text of one segment's ids. */
  decode(ids: readonly number[]): string {
    const bytes = ids.flatMap((id) => [...(this.bytesOf(id) ?? [])]);
    return new TextDecoder().decode(Uint8Array.from(bytes)).replace(/^ /, "");
  }

  /** Control and byte pieces have no score: merges never make them. */
  private scoreOf(piece: string): number | undefined {
    const id = this.normal.get(piece);
    return id === undefined ? undefined : this.vocabulary.scores[id];
  }
}

function normalize(text: string): string {
  const inner = text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/^ +/, "")
    .replace(/ +/g, SPACE);
  // SentencePiece strips the end after escaping, so a literal U+2581 goes too.
  const stripped = trimEnd(inner === "" ? "" : SPACE + inner);
  return stripped;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === SPACE) end--;
  return text.slice(0, end);
}

/** Merges neighbours, best score first, leftmost on ties, until no pair is a piece. */
function merge(symbols: string[], scoreOf: (piece: string) => number | undefined): string[] {
  const next = symbols.map((_, i) => i + 1);
  const previous = symbols.map((_, i) => i - 1);
  const heap: Pair[] = [];
  const offer = (left: number, right: number): void => {
    if (left < 0 || right >= symbols.length) return;
    const text = `${symbols[left]}${symbols[right]}`;
    const score = scoreOf(text);
    if (score !== undefined) push(heap, { score, left, right, text });
  };
  for (let i = 1; i < symbols.length; i++) offer(i - 1, i);
  for (let best = pop(heap); best !== undefined; best = pop(heap)) {
    const { left, right, text } = best;
    // A pair is stale once either side was merged into something else.
    if (next[left] !== right || `${symbols[left]}${symbols[right]}` !== text || symbols[right] === "") continue;
    symbols[left] = text;
    symbols[right] = "";
    const after = next[right] ?? symbols.length;
    next[left] = after;
    if (after < symbols.length) previous[after] = left;
    offer(previous[left] ?? -1, left);
    offer(left, after);
  }
  return symbols.filter((symbol) => symbol !== "");
}

// A binary heap, best pair first: texts from outside may be long, and scanning for the best would be quadratic.
function before(a: Pair, b: Pair): boolean {
  return a.score > b.score || (a.score === b.score && a.left < b.left);
}

function push(heap: Pair[], pair: Pair): void {
  let at = heap.length;
  heap.push(pair);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Pair;
    if (!before(pair, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = pair;
}

function pop(heap: Pair[]): Pair | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Pair, heap[child] as Pair)) child++;
    if (!before(heap[child] as Pair, last)) break;
    heap[at] = heap[child] as Pair;
    at = child;
  }
  heap[at] = last;
  return top;
}

function bad(why: string): KernelError {
  return new KernelError("config.bad_weights", { why });
}
