// Runs the real command in a process of its own, with a model of random weights unless told otherwise.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tinyModel, writeModels } from "./tiny-model.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "daemon/bin/needled.js");
const engine = join(root, "kernels/build/needle-engine");

/** Why tests that need the engine cannot run, or false. */
export const noEngine: string | false = existsSync(engine) ? false : "the engine is not built (npm run build:engine)";

/** Why tests that need the trained model cannot run, or false. */
export const noModel: string | false =
  noEngine || (existsSync(join(root, "models/manifest.json")) ? false : "models/manifest.json is not there yet");

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: Uint8Array | string;
  /** Folder with manifest.json; undefined: the shipped models. */
  modelsDir?: string | undefined;
  env?: Record<string, string>;
}

export function needled(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const models = options.modelsDir === undefined ? {} : { NEEDLED_MODELS: options.modelsDir };
  const env = { PATH: process.env.PATH ?? "", ...models, ...options.env };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: "pipe" });
  const parts: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  child.stdout.on("data", (part: Buffer) => parts.stdout.push(part));
  child.stderr.on("data", (part: Buffer) => parts.stderr.push(part));
  // A command that refuses early closes stdin before all of it was written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const text = (name: "stdout" | "stderr"): string => Buffer.concat(parts[name]).toString();
      resolve({ code, stdout: text("stdout"), stderr: text("stderr") });
    });
  });
}

/** A folder that goes away with the test file. */
export interface Scratch {
  readonly folder: string;
  readonly modelsDir: string;
  readonly weights: string;
  remove(): Promise<void>;
}

export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), "needled-test-"));
  const modelsDir = join(folder, "models");
  const weights = await writeModels(modelsDir, tinyModel());
  return { folder, modelsDir, weights, remove: () => rm(folder, { recursive: true, force: true }) };
}
