import assert from "node:assert/strict";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseGguf, readGguf } from "./gguf.ts";
import { readModelInfo } from "./model-info.ts";
import { writeToyModel } from "./toy-model.ts";

async function inFile<T>(use: (path: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), "needled-gguf-"));
  try {
    return await use(join(dir, "model.gguf"));
  } finally {
    await rm(dir, { recursive: true });
  }
}

test("reads sizes and tokenizer of a model file", () =>
  inFile(async (path) => {
    await writeToyModel(path);
    const file = await open(path);
    const info = readModelInfo(await readGguf(file));
    await file.close();
    assert.equal(info.name, "toy");
    assert.equal(info.blockTokens, 128);
    assert.equal(info.tokenizer.size, 900);
  }));

test("refuses a file that ends inside its metadata", () =>
  inFile(async (path) => {
    await writeToyModel(path);
    await writeFile(path, (await readFile(path)).subarray(0, 5000));
    const file = await open(path);
    await assert.rejects(readGguf(file), { code: "config.bad_weights" });
    await file.close();
  }));

test("refuses counts that no file can hold", () => {
  const head = Buffer.alloc(24);
  head.write("GGUF");
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(1n << 60n, 16);
  assert.throws(() => parseGguf(head), { code: "config.bad_weights" });
});

test("survives every single flipped byte of the metadata", () =>
  inFile(async (path) => {
    await writeToyModel(path);
    const bytes = (await readFile(path)).subarray(0, 1500);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Buffer.from(bytes);
      damaged[i] = (damaged[i] ?? 0) ^ 0xff;
      assert.throws(
        () => parseGguf(damaged),
        (error) => error instanceof Error && !(error instanceof RangeError),
      );
    }
  }));
