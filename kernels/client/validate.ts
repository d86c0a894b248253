/** Checks decoded arguments against the tool's own schema: the grammar promises form, not ranges. */

import { createRequire } from "node:module";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { Tool } from "./schema.ts";
import { parametersOf } from "./schema.ts";
import { tameSchema } from "./tame-schema.ts";
import type { Json } from "./values.ts";

/** What is wrong with an argument; `out_of_range` names a limit the value passes. */
export interface Finding {
  readonly code: "out_of_range" | "invalid_arguments";
  /** The parameter, or "" when the call as a whole is wrong. */
  readonly key: string;
  readonly keyword: string;
  readonly message: string;
  /** The limit that was passed, where there is one. */
  readonly limit?: number;
}

export type Validator = (args: { readonly [key: string]: Json }) => readonly Finding[];

const RANGE_KEYWORDS = new Set(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]);

// Dates and times come as people say them, so only formats with a shape of their own are looked at.
const FORMATS: Readonly<Record<string, RegExp>> = {
  email: /^\S+@\S+$/,
  ipv4: /^\d{1,3}(\.\d{1,3}){3}$/,
  ipv6: /^[0-9a-f:.]*:[0-9a-f:.]*$/i,
  uuid: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
};

/** The check of one tool's arguments. Compiled at first use: most tools of a catalogue are never called. */
export function makeValidator(tool: Tool): Validator {
  let compiled: ValidateFunction | "none" | undefined;
  return (args) => {
    compiled ??= compile(tool);
    if (compiled === "none" || compiled(args)) return [];
    return (compiled.errors ?? []).map(toFinding);
  };
}

/** With the first call: a start need not wait for the compiler of schemas. */
const loadAjv = (): typeof import("ajv/dist/2020.js") => createRequire(import.meta.url)("ajv/dist/2020.js");

/** So that the first call does not wait for it. */
export const loadValidation = (): void => void loadAjv();

function compile(tool: Tool): ValidateFunction | "none" {
  const { Ajv2020 } = loadAjv();
  const ajv = new Ajv2020({
    strict: false,
    allErrors: false,
    validateSchema: false,
    ownProperties: true,
    logger: false,
  });
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
  try {
    return ajv.compile(tameSchema(parametersOf(tool)));
  } catch (error) {
    // What no validator can read restricts nothing: schemas widen, they never fail a call.
    if (error instanceof Error) return "none";
    throw error;
  }
}

function toFinding(error: ErrorObject): Finding {
  const { keyword, instancePath, message = "is not valid", params } = error;
  const path = instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const limit: unknown = params.limit ?? params.multipleOf;
  const isRange = RANGE_KEYWORDS.has(keyword);
  const named = path[0] ?? (keyword === "required" ? String(params.missingProperty) : "");
  return {
    code: isRange ? "out_of_range" : "invalid_arguments",
    key: named,
    keyword,
    message,
    ...(typeof limit === "number" ? { limit } : {}),
  };
}
