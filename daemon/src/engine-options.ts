// Which engine and which weights: the same choice for every command.
import { type Engine, type LoadOptions, loadEngine } from "@needled/kernels";
import type { Log } from "./ports.ts";

/** Where things lie that are no part of this package; undefined: where the repository has them. */
export interface Paths {
  modelsDir: string | undefined;
  enginePath: string | undefined;
}

export interface EngineOptions {
  /** A name in the manifest, or the path of a GGUF file, which no manifest vouches for. */
  model: string | undefined;
  paths: Paths;
  log: Log;
}

function isPath(model: string): boolean {
  return model.includes("/") || model.endsWith(".gguf");
}

export function openEngine({ model, paths, log }: EngineOptions): Promise<Engine> {
  const { modelsDir, enginePath } = paths;
  const options: LoadOptions = {
    log: (line) => log.debug("engine", { line }),
    ...(modelsDir !== undefined && { modelsDir }),
    ...(enginePath !== undefined && { enginePath }),
    ...(model !== undefined && (isPath(model) ? { weights: { path: model } } : { model })),
  };
  return loadEngine(options);
}
