/** Real-life schemas (old drafts, OpenAPI, slips) as the validator reads them: what makes no sense restricts nothing. */

import type { Schema } from "./schema.ts";
import { isObject, propertiesOf, resolve } from "./schema.ts";

// Keywords outside these lists ($id, $schema, x-…) are dropped: they restrict nothing and can break references.
const SUBSCHEMA_MAPS = new Set(["properties", "$defs", "definitions", "patternProperties", "dependentSchemas"]);
const SUBSCHEMA_LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const SUBSCHEMAS = new Set([
  "items",
  "additionalProperties",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const COUNTS = new Set([
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "minContains",
  "maxContains",
]);
const LIMITS = new Set(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]);
const TYPES = new Set(["string", "integer", "number", "boolean", "object", "array", "null"]);
const KEPT = new Set(["const", "uniqueItems"]);

/** A copy that Ajv can compile, with references only where they lead somewhere. */
export function tameSchema(root: Schema): Schema {
  const tamed = tame(root, root) as { [keyword: string]: unknown };
  // A key that is required but described nowhere could never be written.
  const known = new Set(propertiesOf(root).map(([key]) => key));
  if (Array.isArray(tamed.required)) tamed.required = tamed.required.filter((key: string) => known.has(key));
  return tamed;
}

function tame(schema: unknown, root: Schema): unknown {
  if (!isObject(schema)) return schema === false ? false : {};
  const out: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const kept = tameKeyword(keyword, value, schema, root);
    if (kept !== undefined) out.push(...kept);
  }
  return Object.fromEntries(out);
}

type Entries = [string, unknown][] | undefined;

function tameKeyword(keyword: string, value: unknown, schema: Schema, root: Schema): Entries {
  if (SUBSCHEMA_MAPS.has(keyword)) return isObject(value) ? [[keyword, tameMap(value, root)]] : undefined;
  // Real alternatives overlap ("integer or number"), so exactly one is more than anyone means.
  const isSole = keyword === "oneOf" && !Array.isArray(schema.anyOf);
  if (SUBSCHEMA_LISTS.has(keyword)) return tameList(isSole ? "anyOf" : keyword, value, root);
  if (keyword === "items" && Array.isArray(value)) return tameList("prefixItems", value, root);
  if (SUBSCHEMAS.has(keyword))
    return isObject(value) || typeof value === "boolean" ? [[keyword, tame(value, root)]] : undefined;
  if (LIMITS.has(keyword)) return tameLimit(keyword, value, schema);
  if (COUNTS.has(keyword))
    return Number.isSafeInteger(value) && (value as number) >= 0 ? [[keyword, value]] : undefined;
  return tameSimple(keyword, value, schema, root);
}

function tameSimple(keyword: string, value: unknown, schema: Schema, root: Schema): Entries {
  switch (keyword) {
    case "$ref":
      return resolve(schema, root, new Set()) === undefined ? undefined : [[keyword, value]];
    case "type":
      return tameType(value, schema);
    case "required": {
      const keys = Array.isArray(value) ? value.filter((key) => typeof key === "string") : [];
      return keys.length > 0 ? [[keyword, [...new Set(keys)]]] : undefined;
    }
    case "enum":
      return Array.isArray(value) && value.length > 0 ? [[keyword, value]] : undefined;
    case "multipleOf":
      return typeof value === "number" && value > 0 ? [[keyword, value]] : undefined;
    case "pattern":
      return typeof value === "string" && isPattern(value) ? [[keyword, value]] : undefined;
    case "format":
      return typeof value === "string" ? [[keyword, value]] : undefined;
  }
  return KEPT.has(keyword) ? [[keyword, value]] : undefined;
}

function tameMap(map: Schema, root: Schema): Schema {
  return Object.fromEntries(Object.entries(map).map(([key, schema]) => [key, tame(schema, root)]));
}

function tameList(keyword: string, value: unknown, root: Schema): Entries {
  return Array.isArray(value) && value.length > 0 ? [[keyword, value.map((schema) => tame(schema, root))]] : undefined;
}

/** OpenAPI writes null as a flag; unknown names such as "float" are dropped. */
function tameType(value: unknown, schema: Schema): Entries {
  const names = (Array.isArray(value) ? value : [value]).filter((name) => typeof name === "string" && TYPES.has(name));
  if (names.length === 0) return undefined;
  const all = schema.nullable === true ? [...names, "null"] : names;
  return [["type", [...new Set(all)]]];
}

/** Draft 4 wrote exclusive limits as a flag beside the limit. */
function tameLimit(keyword: string, value: unknown, schema: Schema): Entries {
  if (typeof value !== "number") return undefined;
  const flag = keyword === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum";
  const isExclusive = (keyword === "minimum" || keyword === "maximum") && schema[flag] === true;
  return [[isExclusive ? flag : keyword, value]];
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
