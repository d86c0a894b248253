// A YAML file read against a schema: everything that is wrong with it, each with file, line, key and what to write instead.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";
import type { Document, LineCounter, Pair } from "yaml";
import { messageOf } from "../errors.ts";
import { nearestOf } from "../nearest.ts";

export interface ConfigProblem {
  file: string;
  line: number;
  /** Dotted path of the key; "" is the whole file. */
  key: string;
  message: string;
}

export type Path = readonly (string | number)[];

/** A file as read, and where its keys stand. */
export interface YamlFile {
  raw: unknown;
  problem(path: Path, message: string): ConfigProblem;
}

export type YamlRead = { ok: true; file: YamlFile } | { ok: false; file?: YamlFile; problems: ConfigProblem[] };

export interface YamlSchema {
  schema: object;
  /** Compiled at first use. */
  check(): ReturnType<Ajv2020["compile"]>;
}

// Loaded at first use: who has no configuration file waits for neither.
const require = createRequire(import.meta.url);
const loadAjv = (): typeof import("ajv/dist/2020.js") => require("ajv/dist/2020.js");
const loadYaml = (): typeof import("yaml") => require("yaml");

/** For a schema of our own: a test compares it with JSON Schema's, so that no start has to, and it is used once, so nothing is optimised. */
export function ownSchema(schema: object): YamlSchema {
  const options = { allErrors: true, strict: false, verbose: true, validateSchema: false, code: { optimize: false } };
  let compiled: ReturnType<Ajv2020["compile"]> | undefined;
  const check = (): ReturnType<Ajv2020["compile"]> => {
    compiled ??= new (loadAjv().Ajv2020)(options).compile(schema);
    return compiled;
  };
  return { schema, check };
}

interface Source {
  file: string;
  document: Document;
  lines: LineCounter;
}

function pathOf({ instancePath }: ErrorObject): (string | number)[] {
  const parts = instancePath.split("/").slice(1);
  return parts.map((part) => {
    const plain = part.replaceAll("~1", "/").replaceAll("~0", "~");
    return /^\d+$/.test(plain) ? Number(plain) : plain;
  });
}

/** The line of a key, or of the nearest thing above it that stands in the file. */
function lineOf({ document, lines }: Source, path: readonly (string | number)[]): number {
  const { isNode, isPair, isScalar } = loadYaml();
  const parent = document.getIn(path.slice(0, -1), true) as { items?: unknown[] } | undefined;
  const pair = parent?.items?.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(path.at(-1)),
  ) as Pair<{ range?: [number, number, number] }> | undefined;
  const node = pair?.key ?? document.getIn(path, true);
  const range = isNode(node) || pair ? (node as { range?: [number, number, number] | null }).range : undefined;
  if (range) return lines.linePos(range[0]).line;
  return path.length > 0 ? lineOf({ document, lines, file: "" }, path.slice(0, -1)) : 1;
}

function knownKeys(schema: unknown, schemaPath: string): string[] {
  const parts = schemaPath
    .split("/")
    .slice(1, -1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  let at: unknown = schema;
  for (const part of parts) at = (at as Record<string, unknown> | undefined)?.[part];
  return Object.keys((at as { properties?: object } | undefined)?.properties ?? {});
}

/** What was most likely meant, else everything that is known. */
export function hint(word: string, known: readonly string[]): string {
  const near = nearestOf(word, known);
  return near === undefined ? `; known here: ${known.join(", ")}` : `; did you mean ${near}?`;
}

function problemOf(source: Source, schema: object, error: ErrorObject, value: unknown): ConfigProblem {
  const path = pathOf(error);
  const at = (key: readonly (string | number)[], message: string): ConfigProblem => ({
    file: source.file,
    line: lineOf(source, key),
    key: key.join("."),
    message,
  });
  const { params } = error;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      return at([...path, key], `unknown key${hint(key, knownKeys(schema, error.schemaPath))}`);
    }
    case "required":
      return at(path, `needs ${params.missingProperty}`);
    case "enum":
      return at(
        path,
        `must be one of ${params.allowedValues.join(", ")}${typeof value === "string" ? hint(value, params.allowedValues.map(String)).replace(/^; known.*/, "") : ""}`,
      );
    case "type":
      return at(
        path,
        `must be ${params.type}, not ${value === null ? "empty" : Array.isArray(value) ? "a list" : typeof value}`,
      );
    case "propertyNames":
      return at([...path, String(params.propertyName)], "a name has 1 to 64 of A-Z a-z 0-9 _ -");
    case "oneOf":
      return at(path, "must be either file: PATH or credential: NAME");
    default: {
      const { description } = (error.parentSchema ?? {}) as { description?: string };
      return at(path, description === undefined ? (error.message ?? "is wrong") : `must be ${description}`);
    }
  }
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, part) => (at as Record<string | number, unknown> | undefined)?.[part], root);
}

/** The words under a oneOf only say again what the oneOf says. */
const isEcho = (error: ErrorObject, all: readonly ErrorObject[]): boolean =>
  all.some(
    ({ keyword, instancePath, schemaPath }) =>
      keyword === "oneOf" && error.instancePath === instancePath && error.schemaPath.startsWith(`${schemaPath}/`),
  );

export function parseYaml(text: string, file: string, own: YamlSchema): YamlRead {
  const { LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const source: Source = { file, document, lines };
  const faults = document.errors.map(
    ({ pos, message }): ConfigProblem => ({
      file,
      line: lines.linePos(pos[0]).line,
      key: "",
      message: message.split("\n")[0] as string,
    }),
  );
  if (faults.length > 0) return { ok: false, problems: faults };
  let raw: unknown;
  try {
    raw = document.toJS() ?? {};
  } catch (error) {
    // An alias that stands for nothing, or for far too much, shows only when the values are made.
    return { ok: false, problems: [{ file, line: 1, key: "", message: messageOf(error) }] };
  }
  const read: YamlFile = {
    raw,
    problem: (path, message) => ({ file, line: lineOf(source, path), key: path.join("."), message }),
  };
  const check = own.check();
  if (check(raw)) return { ok: true, file: read };
  const errors = check.errors ?? [];
  const problems = errors
    .filter((error) => (!isEcho(error, errors) && error.keyword !== "pattern") || !error.propertyName)
    .map((error) => problemOf(source, own.schema, error, valueAt(raw, pathOf(error))));
  return { ok: false, file: read, problems: problems.sort((a, b) => a.line - b.line) };
}

/** The text, or the one problem that there is none. */
export async function readText(file: string): Promise<{ text: string } | { problems: ConfigProblem[] }> {
  try {
    return { text: await readFile(file, "utf8") };
  } catch (error) {
    const message =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    return { problems: [{ file, line: 0, key: "", message }] };
  }
}

export function problemText({ file, line, key, message }: ConfigProblem): string {
  return `${file}${line > 0 ? `:${line}` : ""}: ${key === "" ? "" : `${key}: `}${message}`;
}
