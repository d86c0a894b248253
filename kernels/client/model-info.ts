/** What callers may know of a model: sizes, limits, tokenizer (docs/model-format.md section 6). */
import { KernelError } from "./errors.ts";
import type { GgufMetadata } from "./gguf.ts";
import { readVocabulary, Tokenizer } from "./tokenizer.ts";

export interface ModelInfo {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly layout: string;
  readonly blockTokens: number;
  readonly maxBlocks: number;
  readonly queryTokens: number;
  readonly answerTokens: number;
  /** Kinds of context block that it was trained with, for example `speaker` and `last`; others would only confuse it. */
  readonly facts: readonly string[];
  /** Calibrated confidence below which a call is not acted on. */
  readonly threshold: number;
  readonly tokenizer: Tokenizer;
}

/** Missing keys take the format's defaults; only what is no needle model at all is refused, the engine checks the rest. */
export function readModelInfo(metadata: GgufMetadata): ModelInfo {
  const text = (key: string, fallback = ""): string => {
    const value = metadata.get(key);
    return typeof value === "string" ? value : fallback;
  };
  const number = (key: string, fallback: number): number => {
    const value = metadata.get(key);
    return typeof value === "number" ? value : fallback;
  };
  if (text("general.architecture") !== "needle") {
    throw new KernelError("config.bad_weights", { why: `architecture "${text("general.architecture")}"` });
  }
  return {
    name: text("general.name", "needle"),
    version: text("general.version"),
    license: text("general.license"),
    layout: text("needle.layout", "catalogue"),
    blockTokens: number("needle.catalogue.block_tokens", 128),
    maxBlocks: number("needle.catalogue.max_blocks", 12),
    queryTokens: number("needle.query_tokens", 256),
    answerTokens: number("needle.answer_tokens", 256),
    facts: text("needle.facts")
      .split(",")
      .filter((kind) => kind !== ""),
    threshold: number("needle.threshold", 0),
    tokenizer: new Tokenizer(readVocabulary(metadata)),
  };
}
