/** JSON Schema -> grammar program: what answers are legal (docs/protocol.md section 2). Unknown keywords widen. */

import type { JsonNode } from "./nodes.ts";
import { NodeBuilder } from "./nodes.ts";
import { encodeProgram } from "./program-bytes.ts";
import type { Place, Scalar, Schema, Tool } from "./schema.ts";
import {
  alternatives,
  hasNull,
  isObject,
  literals,
  mergeAllOf,
  own,
  parametersOf,
  propertiesOf,
  requiredOf,
  resolve,
  unusable,
  withOneType,
} from "./schema.ts";
import { clean, scalarText, uniqueNames } from "./text.ts";

export const KIND = { string: 0, entity: 1, integer: 2, number: 3, choice: 4, json: 5 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];
export const EVIDENCE = { none: 0, soft: 1, hard: 2 } as const;
export type Evidence = (typeof EVIDENCE)[keyof typeof EVIDENCE];

/** What one value may look like, list or not. */
export interface ValueShape {
  readonly kind: Kind;
  readonly evidence: Evidence;
  /** Choice only: the members as written, and what they stand for. */
  readonly members: readonly string[];
  readonly memberValues: readonly Scalar[];
  /** Json only: the root among the program's nodes. */
  readonly root: number;
  /** The schema says nothing of the type: the text tells (`5`, `true`, `[1]`, else a string). */
  readonly loose: boolean;
}

export interface CompiledProp extends ValueShape {
  /** The key the caller knows, and the key the model sees. */
  readonly key: string;
  readonly shownKey: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly list: boolean;
  readonly minItems: number;
  readonly maxItems: number;
  readonly maxBytes: number;
}

export interface CompiledTool {
  readonly name: string;
  readonly shownName: string;
  readonly parameters: Schema;
  readonly props: readonly CompiledProp[];
  /** Required parameters an answer may leave out, and what they are then. */
  readonly fills: ReadonlyMap<string, Scalar | readonly []>;
}

export interface Program {
  readonly tools: readonly CompiledTool[];
  readonly lexicon: readonly string[];
  readonly nodes: readonly JsonNode[];
  readonly bytes: Uint8Array;
}

type Shape = ValueShape & { readonly list: boolean; readonly minItems: number; readonly maxItems: number };

// More items than an answer has tokens could never be written.
const MAX_MIN_ITEMS = 64;
const MAX_U16 = 0xffff;

/** Compiles tools and the names of the home into one program. */
export function compileProgram(tools: readonly Tool[], lexicon: readonly string[] = []): Program {
  const nodes = new NodeBuilder();
  tools.forEach((tool, i) => {
    if (typeof tool?.name !== "string" || clean(tool.name) === "") throw unusable(`tools[${i}].name`, "it is empty");
  });
  const shown = uniqueNames(tools.map((tool) => tool.name));
  const compiled = tools.map((tool, i) => compileTool(tool, shown[i] as string, nodes));
  const names = [...new Set(lexicon.map(clean))].filter((name) => name !== "");
  const program = { tools: compiled, lexicon: names, nodes: nodes.nodes };
  return { ...program, bytes: encodeProgram(program) };
}

function compileTool(tool: Tool, shownName: string, nodes: NodeBuilder): CompiledTool {
  const parameters = parametersOf(tool);
  const required = requiredOf(parameters);
  const entries = propertiesOf(parameters);
  const shownKeys = uniqueNames(entries.map(([key]) => key));
  const props: CompiledProp[] = [];
  const fills = new Map<string, Scalar | readonly []>();
  nodes.startTool();
  entries.forEach(([key, raw], i) => {
    const schema = isObject(raw) ? raw : {};
    const shape = shapeOf(raw, parameters, new Set(), nodes);
    const fill = fillOf(raw, parameters, shape);
    if (required.has(key) && fill !== undefined) fills.set(key, fill);
    if (shape === undefined) return;
    const mustWrite = required.has(key) && fill === undefined;
    props.push({ ...shape, key, shownKey: shownKeys[i] as string, schema, required: mustWrite, maxBytes: 0 });
  });
  return { name: tool.name, shownName, parameters, props, fills };
}

/** What a left-out required parameter means; undefined when it must be written. */
function fillOf(raw: unknown, root: Schema, shape: Shape | undefined): Scalar | readonly [] | undefined {
  if (raw === false) return undefined;
  const place = resolve(raw, root, new Set());
  if (place !== undefined && hasNull(place)) return null;
  if (shape?.list && shape.minItems === 0) return [];
  if (shape !== undefined || place === undefined) return undefined;
  if (place.schema.type === "array") return [];
  return literals(place)?.[0];
}

/** The shape of a parameter's values; undefined when no value can be written (null, an empty choice, `false`). */
function shapeOf(raw: unknown, root: Schema, seen: ReadonlySet<string>, nodes: NodeBuilder): Shape | undefined {
  if (raw === false) return undefined;
  const found = resolve(raw, root, seen);
  if (found === undefined) return single({ loose: true, evidence: EVIDENCE.soft });
  const place = mergeAllOf(found);
  const listed = literals(place);
  if (listed !== undefined) return choice(listed);
  if (Array.isArray(place.schema.enum) && place.schema.enum.length > 0) return json(nodes.add(place));
  const schema = withOneType(place.schema);
  if (schema === undefined) return undefined;
  return shapeOfType({ ...place, schema }, nodes);
}

/** The first alternative that is not null counts, as in the block: what the model is shown is what it may write. */
function shapeOfType(place: Place, nodes: NodeBuilder): Shape | undefined {
  const { schema } = place;
  switch (schema.type) {
    case "array":
      return listShape(place, nodes);
    case "boolean":
      return choice([true, false]);
    case "string":
      return schema["x-needled-entity"] ? single({ kind: KIND.entity }) : single({ evidence: evidenceOf(schema) });
    case "integer":
      return single({ kind: KIND.integer });
    case "number":
      return single({ kind: KIND.number });
    case "object":
      return json(nodes.add(place));
    case "null":
      return undefined;
  }
  const first = alternatives(schema)?.[0];
  if (first !== undefined) return shapeOf(first, place.root, place.seen, nodes);
  if (isObject(own(schema, "properties"))) return json(nodes.add({ ...place, schema: { ...schema, type: "object" } }));
  if (Object.hasOwn(schema, "items")) return listShape(place, nodes);
  return single({ loose: true, evidence: evidenceOf(schema) });
}

/** Arrays of scalars repeat their value; any other array is one JSON text. */
function listShape(place: Place, nodes: NodeBuilder): Shape | undefined {
  const { schema, root, seen } = place;
  const maxItems = countOf(schema.maxItems, MAX_U16);
  if (schema.maxItems === 0) return undefined;
  if (Array.isArray(schema.items) || Array.isArray(schema.prefixItems)) return json(nodes.add(place));
  const item = shapeOf(schema.items ?? true, root, seen, nodes);
  if (item === undefined || item.list || item.kind === KIND.json)
    return json(nodes.add({ ...place, schema: { ...schema, type: "array" } }));
  const minItems = countOf(schema.minItems, MAX_MIN_ITEMS);
  return { ...item, list: true, minItems, maxItems: maxItems >= minItems ? maxItems : 0 };
}

function countOf(value: unknown, limit: number): number {
  return typeof value === "number" && value > 0 ? Math.min(Math.floor(value), limit) : 0;
}

function evidenceOf(schema: Schema): Evidence {
  const asked = schema["x-needled-evidence"];
  if (asked === "hard") return EVIDENCE.hard;
  return asked === "none" ? EVIDENCE.none : EVIDENCE.soft;
}

function single(shape: Partial<Shape>): Shape {
  const plain = { kind: KIND.string, evidence: EVIDENCE.none, members: [], memberValues: [], root: 0, loose: false };
  return { ...plain, list: false, minItems: 0, maxItems: 0, ...shape };
}

function json(root: number): Shape {
  return single({ kind: KIND.json, root });
}

/** Members that look alike when written count once; null and empty text cannot be written. */
function choice(values: readonly Scalar[]): Shape | undefined {
  const byText = new Map<string, Scalar>();
  for (const value of values) {
    const text = scalarText(value);
    if (value !== null && text !== "" && !byText.has(text)) byText.set(text, value);
  }
  if (byText.size === 0) return undefined;
  return single({ kind: KIND.choice, members: [...byText.keys()], memberValues: [...byText.values()] });
}
