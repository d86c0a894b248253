// Reads a set in the data format, gzipped or not, line by line. A broken line is still a record: it gets its prediction line.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { codeOf, DaemonError, messageOf } from "../errors.ts";
import type { Json } from "../protocol.ts";

/** A tool as a record gives it; nothing about it is known to be true yet. */
export type RawTool = Record<string, Json>;

/** docs/model-format.md section 2, "context block". */
export interface RawFact {
  name: string;
  text: string;
  fields?: Record<string, string>;
}

export interface EvalRecord {
  id: Json;
  query: string;
  tools: RawTool[];
  /** Context blocks; the product has them from its home. */
  facts: RawFact[];
  /** The gold calls: scoring reads them, predicting is never handed them. */
  answers: Json | undefined;
  /** Why the line is no question. */
  broken?: string;
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseObject(line: string): Record<string, Json> | string {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : "the line is not a JSON object";
  } catch (cause) {
    return `the line is not JSON: ${messageOf(cause)}`;
  }
}

function readFacts(value: Json | undefined): RawFact[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  const isFact = ({ name, text, fields = {} }: Record<string, Json>): boolean =>
    typeof name === "string" &&
    typeof text === "string" &&
    isObject(fields) &&
    Object.values(fields).every((field) => typeof field === "string");
  return value.every(isFact) ? (value as unknown as RawFact[]) : undefined;
}

export function parseRecord(line: string): EvalRecord {
  const value = parseObject(line);
  if (typeof value === "string")
    return { id: null, query: "", tools: [], facts: [], answers: undefined, broken: value };
  const query = typeof value.query === "string" ? value.query : "";
  const tools = Array.isArray(value.tools) && value.tools.every(isObject) ? (value.tools as RawTool[]) : undefined;
  const facts = readFacts(value.facts);
  const common = { id: value.id ?? null, query, answers: value.answers };
  const record: EvalRecord = { ...common, tools: tools ?? [], facts: facts ?? [] };
  if (typeof value.query !== "string") record.broken = "the record has no query";
  else if (facts === undefined) record.broken = "the record's facts are not a list of {name, text, fields}";
  else if (tools === undefined) record.broken = "the record's tools are not a list of objects";
  return record;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(2);
    const { bytesRead } = await file.read(head, 0, 2, 0);
    return bytesRead === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function openText(path: string): Promise<Readable> {
  const gzip = await isGzip(path).catch((cause: unknown) => {
    throw new DaemonError("request.no_file", `${path}: ${messageOf(cause)}`, "", { cause });
  });
  const bytes = createReadStream(path);
  if (!gzip) return bytes;
  const unzipped = bytes.pipe(createGunzip());
  bytes.once("error", (cause) => unzipped.destroy(cause));
  unzipped.once("close", () => bytes.destroy());
  return unzipped;
}

/** A bad byte becomes U+FFFD here and is refused with its record; it must not cost the other records. */
async function* readLines(path: string): AsyncGenerator<string> {
  const input = await openText(path);
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  try {
    for await (const chunk of input) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield line;
    }
  } catch (cause) {
    throw new DaemonError("request.bad_file", `${path}: ${messageOf(cause)}`, "", { cause });
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield rest;
}

/** Records one at a time; `limit` 0 means all. */
export async function* readRecords(path: string, limit: number): AsyncGenerator<EvalRecord> {
  let count = 0;
  for await (const line of readLines(path)) {
    yield parseRecord(line);
    count += 1;
    if (count === limit) return;
  }
}

/** Number of records, for the estimate of the time left: one cheap pass, as far as the file can be read. */
export async function countRecords(path: string, limit: number): Promise<number> {
  let count = 0;
  try {
    for await (const _ of readLines(path)) {
      count += 1;
      if (count === limit) break;
    }
  } catch (error) {
    if (codeOf(error) !== "request.bad_file") throw error;
  }
  return count;
}
