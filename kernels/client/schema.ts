/** What rendering and the grammar compiler both need to know about a JSON Schema: references, literals, alternatives. */
import { KernelError } from "./errors.ts";

export type Schema = { readonly [keyword: string]: unknown };
export type Scalar = string | number | boolean | null;

/** A tool as callers describe it. */
export interface Tool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters?: unknown;
}

/** A schema with its references followed; `seen` are the references on the way, so that cycles end. */
export interface Place {
  readonly schema: Schema;
  readonly root: Schema;
  readonly seen: ReadonlySet<string>;
}

export function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isScalar(value: unknown): value is Scalar {
  return typeof value !== "object" || value === null;
}

/** An own member; schemas may well have properties named `constructor` or `__proto__`. */
export function own(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The schema with its references followed; undefined for what is no object, points nowhere, or points in a circle. */
export function resolve(schema: unknown, root: Schema, seen: ReadonlySet<string>): Place | undefined {
  let at = schema;
  let path = seen;
  for (let ref = own(at, "$ref"); typeof ref === "string"; ref = own(at, "$ref")) {
    if (path.has(ref) || !ref.startsWith("#")) return undefined;
    path = new Set(path).add(ref);
    at = follow(ref, root);
  }
  return isObject(at) ? { schema: at, root, seen: path } : undefined;
}

function follow(ref: string, root: Schema): unknown {
  const keys = ref
    .slice(1)
    .split("/")
    .filter((part) => part !== "");
  return keys.reduce<unknown>((at, key) => own(at, key.replaceAll("~1", "/").replaceAll("~0", "~")), root);
}

/** The scalars a schema allows when it lists them: const, enum, or a choice between nothing but such. */
export function literals(place: Place, budget = { left: 4096 }): readonly Scalar[] | undefined {
  const { schema } = place;
  // Nested choices can multiply through references without a cycle.
  if (budget.left-- <= 0) return undefined;
  if (Object.hasOwn(schema, "const") && isScalar(schema.const)) return [schema.const];
  const members = own(schema, "enum");
  if (Array.isArray(members) && members.length > 0 && members.every(isScalar)) return members;
  const options = alternatives(schema);
  if (options === undefined) return undefined;
  const found: Scalar[] = [];
  for (const option of options) {
    const inner = resolve(option, place.root, place.seen);
    const some = inner && literals(inner, budget);
    if (some === undefined) return undefined;
    found.push(...some);
  }
  return found.length > 0 ? [...new Set(found)] : undefined;
}

/** The members of anyOf or oneOf that are not null. */
export function alternatives(schema: Schema): readonly unknown[] | undefined {
  const list = [own(schema, "anyOf"), own(schema, "oneOf")].find(Array.isArray);
  return list?.filter((member: unknown) => own(member, "type") !== "null");
}

/** The schema with a list of types narrowed to the first that is not null; undefined when there is none. */
export function withOneType(schema: Schema): Schema | undefined {
  const { type } = schema;
  if (!Array.isArray(type)) return schema;
  const first: unknown = type.find((name) => name !== "null");
  return first === undefined ? undefined : { ...schema, type: first };
}

/** The schema of a tool's parameters; absent parameters are none. */
export function parametersOf(tool: Tool): Schema {
  const { parameters } = tool;
  if (parameters === undefined || parameters === null) return {};
  if (!isObject(parameters)) throw unusable(`${tool.name}.parameters`, "it is not an object");
  const properties = own(parameters, "properties");
  if (properties !== undefined && properties !== null && !isObject(properties)) {
    throw unusable(`${tool.name}.parameters.properties`, "it is not an object");
  }
  return parameters;
}

/** [key, schema] of each parameter, in order. */
export function propertiesOf(schema: Schema): readonly (readonly [string, unknown])[] {
  const properties = own(schema, "properties");
  return isObject(properties) ? Object.entries(properties) : [];
}

export function requiredOf(schema: Schema): ReadonlySet<unknown> {
  const required = own(schema, "required");
  return new Set(Array.isArray(required) ? required : []);
}

export function unusable(place: string, why: string): KernelError {
  return new KernelError("request.schema", { place, why });
}

/** True when a schema allows null, which no answer can write. */
export function hasNull(place: Place): boolean {
  const { schema } = place;
  if (schema.const === null || schema.type === "null" || schema.nullable === true) return true;
  if (Array.isArray(schema.type) && schema.type.includes("null")) return true;
  if (Array.isArray(schema.enum) && schema.enum.includes(null)) return true;
  const options = [own(schema, "anyOf"), own(schema, "oneOf")].find(Array.isArray) ?? [];
  return options.some((member: unknown) => own(member, "type") === "null");
}

const MAX_ALL_OF = 64;

/** A schema with its allOf members folded in; where two say the same keyword, the outer and the earlier one win. */
export function mergeAllOf(place: Place, budget = { left: MAX_ALL_OF }): Place {
  const { allOf, ...rest } = place.schema;
  if (!Array.isArray(allOf)) return place;
  let merged: Schema = rest;
  let { seen } = place;
  for (const member of allOf) {
    const inner = budget.left-- > 0 ? resolve(member, place.root, seen) : undefined;
    if (inner === undefined) continue;
    const flat = mergeAllOf(inner, budget);
    // Later references inside any member must not lead back into this schema.
    seen = new Set([...seen, ...flat.seen]);
    const required = [...requiredOf(flat.schema), ...requiredOf(merged)];
    const properties = Object.fromEntries([...propertiesOf(flat.schema), ...propertiesOf(merged)]);
    merged = { ...flat.schema, ...merged };
    if (required.length > 0) merged = { ...merged, required };
    if (Object.keys(properties).length > 0) merged = { ...merged, properties };
  }
  return { schema: merged, root: place.root, seen };
}
