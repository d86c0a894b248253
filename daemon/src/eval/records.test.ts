import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { codeOf } from "../errors.ts";
import { countRecords, type EvalRecord, parseRecord, readRecords } from "./records.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "needled-records-"));
});
after(() => rm(folder, { recursive: true }));

async function readAll(bytes: Uint8Array | string, limit = 0): Promise<EvalRecord[]> {
  const path = join(folder, "set");
  await writeFile(path, bytes);
  const records: EvalRecord[] = [];
  for await (const record of readRecords(path, limit)) records.push(record);
  assert.equal(await countRecords(path, limit), records.length);
  return records;
}

const good = JSON.stringify({ id: 1, query: "hi", tools: [], answers: [] });

test("reads gzipped and plain sets alike, with or without a last line end", async () => {
  const text = `${good}\n\n${good}\r\n${good}`;
  assert.equal((await readAll(text)).length, 3);
  assert.deepEqual(await readAll(gzipSync(text)), await readAll(text));
  assert.equal((await readAll(text, 2)).length, 2);
});

test("keeps a broken line as a record that says what is wrong", async () => {
  const lines = ["{", "[]", "NaN", "{}", '{"query":1}', '{"query":"x"}', '{"query":"x","tools":[1]}', good];
  const records = await readAll(lines.join("\n"));
  assert.equal(records.length, lines.length);
  assert.equal(records.filter((record) => record.broken !== undefined).length, lines.length - 1);
});

test("keeps the other records when one holds bytes that are no UTF-8", async () => {
  const bad = Buffer.concat([Buffer.from('{"query":"'), Buffer.of(0xff), Buffer.from('","tools":[]}\n')]);
  const records = await readAll(Buffer.concat([bad, Buffer.from(good)]));
  assert.deepEqual(
    records.map((record) => record.query),
    ["\ufffd", "hi"],
  );
});

test("says so when a gzipped set breaks off", async () => {
  const cut = gzipSync(`${good}\n`.repeat(50)).subarray(0, -12);
  await assert.rejects(readAll(cut), (error) => codeOf(error) === "request.bad_file");
});

test("says so when there is no set", async () => {
  const read = readRecords(join(folder, "none"), 0).next();
  await assert.rejects(read, (error) => codeOf(error) === "request.no_file");
});

test("keeps the id of a record as it is, whatever its type", () => {
  assert.deepEqual(parseRecord('{"id":{"a":1},"query":"x","tools":[]}').id, { a: 1 });
});
