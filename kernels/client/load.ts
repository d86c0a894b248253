/** From a model's name to a running engine. */
import { fileURLToPath } from "node:url";
import type { Engine } from "./engine.ts";
import { SupervisedEngine } from "./engine.ts";
import { readGguf } from "./gguf.ts";
import { readModelInfo } from "./model-info.ts";
import { Supervisor } from "./supervisor.ts";
import type { WeightsFile } from "./weights.ts";
import { findWeights, openWeights } from "./weights.ts";

export interface LoadOptions {
  /** Directory with manifest.json; ignored when `weights` is given. */
  readonly modelsDir?: string;
  readonly model?: string;
  readonly weights?: WeightsFile;
  readonly enginePath?: string;
  /** Lines for the log: the engine's stderr, and what its supervision does. */
  readonly log?: (line: string) => void;
  /** Requests waiting at once; more are refused with `request.busy`. The engine itself holds 64. */
  readonly maxQueue?: number;
  /** For requests without a deadline of their own. */
  readonly requestTimeoutMs?: number;
  readonly readyTimeoutMs?: number;
  readonly hangTimeoutMs?: number;
  /** The engine's cache of blocks in MiB; its own default serves about 3,000 tools on the small model. */
  readonly cacheMb?: number;
  /** The oracle's arithmetic: slower, for comparing. */
  readonly f32?: boolean;
}

const DEFAULT_ENGINE = fileURLToPath(new URL("../build/needle-engine", import.meta.url));
const DEFAULT_MODELS = fileURLToPath(new URL("../../models", import.meta.url));

/** Checks the weights, starts the engine, and returns once it can be asked. */
export async function loadEngine(options: LoadOptions = {}): Promise<Engine> {
  const weights = options.weights ?? (await findWeights(options.modelsDir ?? DEFAULT_MODELS, options.model));
  const file = await openWeights(weights);
  try {
    const model = readModelInfo(await readGguf(file));
    const supervisor = new Supervisor({
      enginePath: options.enginePath ?? DEFAULT_ENGINE,
      args: engineArguments(options, weights.sha256),
      weightsFd: file.fd,
      log: options.log ?? (() => undefined),
      readyTimeoutMs: options.readyTimeoutMs ?? 10_000,
      hangTimeoutMs: options.hangTimeoutMs ?? 10_000,
      env: engineEnvironment(),
    });
    await supervisor.start();
    const limits = { maxQueue: options.maxQueue ?? 48, timeoutMs: options.requestTimeoutMs ?? 10_000 };
    return new SupervisedEngine(model, supervisor, limits, () => file.close());
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A hash we have checked spares the engine its own. */
function engineArguments({ cacheMb, f32 }: LoadOptions, sha256: string | undefined): string[] {
  const cache = cacheMb === undefined ? [] : ["--cache-mb", String(cacheMb)];
  return [...cache, ...(sha256 === undefined ? [] : ["--hash", sha256]), ...(f32 === true ? ["--f32"] : [])];
}

/** Nothing of the daemon's environment reaches the engine but its own switches. */
function engineEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([key]) => key.startsWith("NK_"));
  return Object.fromEntries(own.map(([key, value]) => [key, value ?? ""]));
}
