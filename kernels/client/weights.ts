/** Finds, opens and checks a weights file before anything reads it. */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KernelError } from "./errors.ts";
import { isObject, own } from "./schema.ts";

/** A weights file and, where a manifest vouches for it, its hash. */
export interface WeightsFile {
  readonly path: string;
  readonly sha256?: string | undefined;
}

/** The file of a model in models/manifest.json; the default model without a name. */
export async function findWeights(modelsDir: string, model?: string): Promise<WeightsFile> {
  const path = join(modelsDir, "manifest.json");
  const manifest = await readManifest(path);
  const name = model ?? own(manifest, "default");
  const entry = typeof name === "string" ? own(own(manifest, "models"), name) : undefined;
  const file = own(entry, "file");
  const sha256 = own(entry, "sha256");
  if (typeof file !== "string" || typeof sha256 !== "string") {
    const known = Object.keys(own(manifest, "models") ?? {}).join(", ") || "none";
    const why = `it has no file and sha256 for model ${String(name)}; models: ${known}`;
    throw new KernelError("config.manifest", { path, why });
  }
  return { path: join(modelsDir, file), sha256 };
}

async function readManifest(path: string): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new KernelError("config.manifest", { path, why: (error as Error).message }, error);
  }
  if (!isObject(value)) throw new KernelError("config.manifest", { path, why: "it is no JSON object" });
  return value;
}

/** The open file, its bytes checked through this very descriptor; the caller closes it. */
export async function openWeights({ path, sha256 }: WeightsFile): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw new KernelError("config.weights_missing", { path }, error);
  }
  try {
    const found = sha256 === undefined ? undefined : await hashFile(file);
    if (found !== sha256?.toLowerCase()) throw new KernelError("config.weights_changed", { path, found: found ?? "" });
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads at explicit positions: the engine inherits this descriptor and must find it at its start. */
async function hashFile(file: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 18);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
