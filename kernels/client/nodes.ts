/** Schemas of values written as JSON text -> nodes of the grammar program. */

import type { Place, Schema } from "./schema.ts";
import {
  alternatives,
  isObject,
  literals,
  mergeAllOf,
  own,
  propertiesOf,
  requiredOf,
  resolve,
  withOneType,
} from "./schema.ts";

export type JsonNode =
  | { readonly type: "any" | "string" | "integer" | "number" | "null" | "boolean" }
  | { readonly type: "object"; readonly members: readonly NodeMember[]; readonly open: boolean }
  | { readonly type: "array"; readonly item: number; readonly min: number; readonly max: number }
  | { readonly type: "choice"; readonly literals: readonly string[] };

export interface NodeMember {
  /** The key itself; both executors write it with the escapes of JSON.stringify. */
  readonly key: string;
  readonly required: boolean;
  readonly node: number;
}

export const ANY_ITEM = 0xffff;
// The three limits of the format; a schema beyond them is cut off with `any`, which allows more, never less.
const MAX_DEPTH = 16;
const MAX_NODES = 0xf000;
const MAX_TOOL_NODES = 1024;
const MAX_U16 = 0xffff;
const MAX_MIN_ITEMS = 64;
const PLAIN = ["string", "integer", "number", "null", "boolean"] as const;

export class NodeBuilder {
  readonly nodes: JsonNode[] = [];
  private toolStart = 0;

  /** Each tool has its own share, so that one unfolding schema cannot starve the others. */
  startTool(): void {
    this.toolStart = this.nodes.length;
  }

  /** Adds the nodes of a schema, returns the index of its root. */
  add(place: Place): number {
    return this.build(place, 1);
  }

  private push(node: JsonNode): number {
    return this.nodes.push(node) - 1;
  }

  private any(): number {
    const known = this.nodes.findIndex((node) => node.type === "any");
    return known >= 0 ? known : this.push({ type: "any" });
  }

  private visit(schema: unknown, from: Place, depth: number): number {
    const place = resolve(schema, from.root, from.seen);
    return place === undefined ? this.any() : this.build(place, depth);
  }

  private build(found: Place, depth: number): number {
    const isFull = this.nodes.length >= MAX_NODES || this.nodes.length - this.toolStart >= MAX_TOOL_NODES;
    if (depth > MAX_DEPTH || isFull) return this.any();
    const merged = mergeAllOf(found);
    // A null member stays: inside JSON, unlike as an argument, null can be written.
    const listed = literals(merged) ?? own(merged.schema, "enum");
    if (Array.isArray(listed) && listed.length > 0)
      return this.push({ type: "choice", literals: jsonLiterals(listed) });
    const schema = withOneType(merged.schema) ?? { type: "null" };
    const place = { ...merged, schema };
    const plain = PLAIN.find((name) => name === schema.type);
    if (plain !== undefined) return this.push({ type: plain });
    if (schema.type === "array") return this.array(place, depth);
    if (isObject(own(schema, "properties")) && (schema.type === "object" || schema.type === undefined))
      return this.object(place, depth);
    const first = schema.type === undefined ? alternatives(schema)?.[0] : undefined;
    return first === undefined ? this.any() : this.visit(first, place, depth);
  }

  private array(place: Place, depth: number): number {
    const { items, minItems, maxItems } = place.schema;
    const item = isObject(items) ? this.visit(items, place, depth + 1) : ANY_ITEM;
    const min = typeof minItems === "number" && minItems > 0 ? Math.min(Math.floor(minItems), MAX_MIN_ITEMS) : 0;
    const max = typeof maxItems === "number" && maxItems >= min ? Math.min(Math.floor(maxItems), MAX_U16) : 0;
    return this.push({ type: "array", item, min, max });
  }

  private object(place: Place, depth: number): number {
    const required = requiredOf(place.schema);
    const members = propertiesOf(place.schema)
      .filter(([, schema]) => schema !== false)
      .map(([key, schema]) => ({
        key,
        required: required.has(key),
        node: this.visit(schema, place, depth + 1),
      }));
    // A node without members would allow {} alone.
    if (members.length === 0) return this.any();
    return this.push({ type: "object", members, open: isOpen(place.schema) });
  }
}

function isOpen(schema: Schema): boolean {
  return schema.additionalProperties !== false;
}

function jsonLiterals(values: readonly unknown[]): string[] {
  return [...new Set(values.map(jsonText))];
}

/** Compact JSON without control bytes, DEL included. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}
