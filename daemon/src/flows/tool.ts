// One entry of a registration → a tool that the model may call, or everything that is wrong with it.
import type { OwnerTool, Risk } from "@needled/devices";
import type { ErrorObject } from "ajv/dist/2020.js";
import { hint, ownSchema } from "../config/yaml-file.ts";
import { faultsOfTool } from "../owner/check.ts";
import { ownerToolOf } from "../owner/read.ts";
import { toolKeys } from "../owner/schema.ts";
import type { Json } from "../protocol.ts";
import type { FlowFault, FlowToolEntry } from "./wire.ts";

export interface ToolRules {
  maxRisk: Risk;
  /** Who has the name already, in words; undefined: it is free. */
  holderOf(name: string): string | undefined;
  /** Why the model cannot be shown it; undefined: it can. */
  unfitFor(tool: OwnerTool): string | undefined;
}

export type MadeTool = { ok: true; tool: OwnerTool } | { ok: false; faults: FlowFault[] };

const repeats = ["once", "idempotent"] as const;
const schema = ownSchema({
  type: "object",
  // Keys that are not known are for later versions.
  properties: { ...toolKeys, repeat: { enum: repeats }, confirm: { type: "boolean" } },
  required: ["name", "description"],
});

const nameRule = "a name begins with a letter and has 1 to 64 of A-Z a-z 0-9 . _ -";

function wordsOf({ keyword, params, message = "is wrong", instancePath }: ErrorObject, entry: Json): string {
  if (keyword === "required") return `needs ${params.missingProperty}`;
  if (keyword === "type") return `must be ${params.type}`;
  if (keyword === "enum") {
    const { repeat } = entry as { repeat?: Json };
    const known = typeof repeat === "string" ? hint(repeat, repeats).replace(/^; known.*/, "") : "";
    return `must be one of ${params.allowedValues.join(", ")}${known}`;
  }
  return instancePath === "/name" || keyword === "propertyNames" ? nameRule : message;
}

function nameIn(entry: Json, n: number): string {
  const name: unknown = (entry as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name.slice(0, 64) : `tools.${n}`;
}

function faultsOfForm(entry: Json, name: string): FlowFault[] {
  const check = schema.check();
  if (check(entry)) return [];
  return (check.errors ?? []).slice(0, 8).map((error) => ({
    name,
    path: error.instancePath.slice(1).replaceAll("/", "."),
    message: wordsOf(error, entry),
  }));
}

/** A group that repeats and holds repetitions or choices can keep a matcher busy for years; a stranger must not stop the daemon. */
const endless = /\([^()]*[+*|}][^()]*\)(?:[+*]|\{\d+,)/;

/** Patterns of a schema that may never come to an end. */
function endlessPatterns(schema: unknown, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const at = `${path}.${key}`;
    if (key === "pattern" && typeof value === "string") return endless.test(flat(value)) ? [at] : [];
    const keys = key === "patternProperties" && typeof value === "object" ? Object.keys(value ?? {}) : [];
    return [
      ...keys.filter((one) => endless.test(flat(one))).map((one) => `${at}.${one}`),
      ...endlessPatterns(value, at),
    ];
  });
}

/** Without what only looks like a group or a repetition, and with inner groups as one repetition. */
function flat(pattern: string): string {
  const plain = pattern.replace(/\\./gs, "x").replace(/\[\^?[^\]]*\]/g, "x");
  const inner = plain.replace(/\((?:[^()]*)\)(?=[^()]*\))/g, (group) =>
    endless.test(`(${group.slice(1, -1)})+`) ? "x+" : "x",
  );
  return endless.test(plain) ? plain : inner;
}

function faultsOfRules(entry: FlowToolEntry, rules: ToolRules): Omit<FlowFault, "name">[] {
  const { name, risk = 2 } = entry;
  const holder = rules.holderOf(name);
  const texts = (["description", "say"] as const).filter((key) => /\p{Cc}/u.test(entry[key] ?? ""));
  return [
    ...(holder === undefined ? [] : [{ path: "name", message: `${name} is taken: ${holder}` }]),
    ...(risk > rules.maxRisk
      ? [{ path: "risk", message: `risk ${risk} is above flows.max_risk ${rules.maxRisk} of the configuration` }]
      : []),
    ...endlessPatterns(entry.parameters, "parameters").map((path) => ({
      path,
      message: "repeats a group that repeats or chooses itself, which can take for ever: write it without",
    })),
    ...texts.map((path) => ({ path, message: "has control characters, such as an end of line" })),
    ...faultsOfTool(entry as FlowToolEntry & { parameters?: Record<string, unknown> }).map(({ path, message }) => ({
      path: path.join("."),
      message,
    })),
  ];
}

/** `owner`: way, name and session of the client. */
export function makeFlowTool(
  given: Json,
  n: number,
  { client, session, rules }: { client: string; session: string; rules: ToolRules },
): MadeTool {
  const name = nameIn(given, n);
  const form = faultsOfForm(given, name);
  if (form.length > 0) return { ok: false, faults: form };
  const entry = given as unknown as FlowToolEntry;
  const faults = faultsOfRules(entry, rules);
  if (faults.length > 0) return { ok: false, faults: faults.map((fault) => ({ name, ...fault })) };
  const { repeat = "once", confirm, ...rest } = entry;
  const message = { via: "flow", client, session, tool: name, repeat } as const;
  const made = ownerToolOf({ ...rest, repeat } as Parameters<typeof ownerToolOf>[0], message);
  const tool: OwnerTool = confirm === true ? { ...made, asksFirst: true } : made;
  const unfit = rules.unfitFor(tool);
  return unfit === undefined ? { ok: true, tool } : { ok: false, faults: [{ name, path: "", message: unfit }] };
}
