// The files of the owner's tools: read, checked against each other and the catalogue, made into tools, or everything that is wrong with them.
import { access, constants } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  type Arguments,
  catalogue,
  type HiddenValue,
  type OwnerMessage,
  type OwnerTool,
  type Refusal,
} from "@needled/devices";
import { type Finding, makeValidator } from "@needled/kernels";
import { type ConfigProblem, ownSchema, parseYaml, readText, type YamlFile } from "../config/yaml-file.ts";
import type { Values } from "../protocol.ts";
import { type Fault, faultsOf } from "./check.ts";
import { findFiles } from "./files.ts";
import { type HttpEntry, type ToolEntry, type ToolsFile, toolsSchema } from "./schema.ts";

export interface OwnerRead {
  tools: OwnerTool[];
  problems: ConfigProblem[];
}

export interface SecretOptions {
  /** $CREDENTIALS_DIRECTORY. */
  credentials: string | undefined;
  /** Whether the secrets must be there for this very process. */
  withSecrets: boolean;
}

export interface OwnerReadOptions extends SecretOptions {
  /** As in the configuration: paths with * and ?. */
  patterns: readonly string[];
  /** The configuration's own path: relative paths start there, and faults point there. */
  configFile: string;
  source: YamlFile;
}

const schema = ownSchema(toolsSchema);
const defaultTimeoutS = 5;
const defaultExpect = [200, 201, 202, 204];

/** Secrets in tool files are found from the tool file, as tool files are from the configuration. */
function hiddenFrom(folder: string, value: string | HiddenValue): string | HiddenValue {
  return typeof value === "object" && "file" in value ? { file: resolve(folder, value.file) } : value;
}

function messageOf({ mqtt, http }: ToolEntry, folder: string): OwnerMessage {
  if (mqtt) return { qos: 1, retain: false, ...mqtt, via: "mqtt" } as OwnerMessage;
  const { method = "POST", headers = {}, expect = defaultExpect, ...rest } = http as HttpEntry;
  const hidden = Object.entries(headers).map(([name, value]) => [name, hiddenFrom(folder, value)] as const);
  return { ...rest, via: "http", method, headers: Object.fromEntries(hidden), expect };
}

/** As one says it to a person. */
function sayFinding({ key, keyword, message, limit }: Finding): string {
  const what = key === "" ? "call" : key.replaceAll("_", " ");
  if (keyword === "required") return `I did not hear the ${what}.`;
  if (keyword === "maximum") return `The ${what} can be at most ${limit}.`;
  return keyword === "minimum" ? `The ${what} must be at least ${limit}.` : `The ${what} ${message}.`;
}

/** The tool that an entry describes; `message` is how it is carried out. */
export function ownerToolOf(entry: ToolEntry, message: OwnerMessage): OwnerTool {
  const { name, description, say, risk = 2, repeat = "once", timeout_s = defaultTimeoutS } = entry;
  const parameters = { type: "object", properties: {}, required: [], ...entry.parameters };
  const validate = makeValidator({ name, description, parameters });
  const check = (args: Arguments): Refusal | undefined => {
    const [finding] = validate(args as Values);
    return finding && { code: finding.code, message: sayFinding(finding) };
  };
  return {
    name,
    description,
    parameters,
    risk,
    repeat,
    timeoutMs: timeout_s * 1_000,
    message,
    check,
    ...(say !== undefined && { say }),
  };
}

async function faultsOfSecrets({ http }: ToolEntry, folder: string, credentials: string | undefined): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(http?.headers ?? {})) {
    const place = hiddenFrom(folder, value);
    if (typeof place === "string") continue;
    // By hand there are no credentials to look at; systemd gives them to the service only.
    const path = "file" in place ? place.file : credentials && join(credentials, place.credential);
    const isThere =
      path === undefined ||
      (await access(path, constants.R_OK).then(
        () => true,
        () => false,
      ));
    if (!isThere) faults.push({ path: ["http", "headers", name], message: `the secret ${path} cannot be read` });
  }
  return faults;
}

interface Reading {
  tools: OwnerTool[];
  problems: ConfigProblem[];
  /** Names and where each was declared. */
  names: Map<string, string>;
}

function noteName(reading: Reading, name: string, { file, line }: ConfigProblem): string | undefined {
  const first = reading.names.get(name);
  if (first !== undefined) return `${name} is declared already: ${first}`;
  reading.names.set(name, `${file}:${line}`);
  return undefined;
}

async function takeTool(
  reading: Reading,
  entry: ToolEntry,
  at: (path: (string | number)[], message: string) => ConfigProblem,
  place: SecretOptions & { folder: string },
): Promise<void> {
  const twice = noteName(reading, entry.name, at(["name"], ""));
  const faults = [
    ...(twice === undefined ? [] : [{ path: ["name"], message: twice }]),
    ...faultsOf(entry),
    ...(place.withSecrets ? await faultsOfSecrets(entry, place.folder, place.credentials) : []),
  ];
  if (faults.length === 0) reading.tools.push(ownerToolOf(entry, messageOf(entry, place.folder)));
  reading.problems.push(...faults.map(({ path, message }) => at([...path], message)));
}

async function takeFile(reading: Reading, file: string, secrets: SecretOptions): Promise<void> {
  const found = await readText(file);
  if ("problems" in found) return void reading.problems.push(...found.problems);
  const read = parseYaml(found.text, file, schema);
  if (!read.ok) return void reading.problems.push(...read.problems);
  const { tools } = read.file.raw as ToolsFile;
  for (const [n, entry] of tools.entries()) {
    const at = (path: (string | number)[], message: string): ConfigProblem =>
      read.file.problem(["tools", n, ...path], message);
    await takeTool(reading, entry, at, { folder: dirname(file), ...secrets });
  }
}

export async function readOwnerTools({
  patterns,
  configFile,
  source,
  credentials,
  withSecrets,
}: OwnerReadOptions): Promise<OwnerRead> {
  const names = new Map(catalogue().map(({ name }) => [name, "needled's own catalogue"]));
  const reading: Reading = { tools: [], problems: [], names };
  const files = new Set<string>();
  for (const [n, pattern] of patterns.entries()) {
    const found = await findFiles(pattern, dirname(resolve(configFile)));
    if ("fault" in found) reading.problems.push(source.problem(["tools", n], found.fault));
    else for (const file of found.files) files.add(file);
  }
  for (const file of files) await takeFile(reading, file, { credentials, withSecrets });
  return { tools: reading.tools, problems: reading.problems };
}
