/** The vocabulary by its bytes: all ids a walk can take are found without trying each. */
import type { Tokenizer } from "./tokenizer.ts";
import type { Walk } from "./walks.ts";

interface TrieNode {
  readonly children: Map<number, TrieNode>;
  readonly ids: number[];
}

const KNOWN = new WeakMap<Tokenizer, VocabularyTrie>();

export class VocabularyTrie {
  private readonly root: TrieNode = { children: new Map(), ids: [] };
  private readonly tokenizer: Tokenizer;

  private constructor(tokenizer: Tokenizer) {
    this.tokenizer = tokenizer;
    for (let id = 0; id < tokenizer.size; id++) {
      const bytes = tokenizer.bytesOf(id);
      if (bytes !== undefined && bytes.length > 0) this.place(bytes).ids.push(id);
    }
  }

  static of(tokenizer: Tokenizer): VocabularyTrie {
    const known = KNOWN.get(tokenizer) ?? new VocabularyTrie(tokenizer);
    KNOWN.set(tokenizer, known);
    return known;
  }

  /** All ids whose bytes the walk can take. */
  idsOf(walk: Walk): number[] {
    return collect(this.root, walk);
  }

  /** The walk after an id's bytes; undefined when it cannot take them. */
  step(walk: Walk, id: number): Walk | undefined {
    const bytes = this.tokenizer.bytesOf(id);
    return bytes?.reduce<Walk | undefined>((at, byte) => at?.step(byte), walk);
  }

  private place(bytes: Uint8Array): TrieNode {
    let node = this.root;
    for (const byte of bytes) {
      const child = node.children.get(byte) ?? { children: new Map(), ids: [] };
      node.children.set(byte, child);
      node = child;
    }
    return node;
  }
}

function collect(node: TrieNode, walk: Walk): number[] {
  const ids: number[] = [];
  for (const [byte, child] of node.children) {
    const next = walk.step(byte);
    if (next !== undefined) ids.push(...child.ids, ...collect(child, next));
  }
  return ids;
}
