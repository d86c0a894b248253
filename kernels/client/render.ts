/** Tools and facts as block text (docs/model-format.md section 2); the Python twin is training/needlelab/render.py. */
import { KernelError } from "./errors.ts";
import type { Place, Schema, Tool } from "./schema.ts";
import {
  alternatives,
  isObject,
  literals,
  own,
  parametersOf,
  propertiesOf,
  requiredOf,
  resolve,
  withOneType,
} from "./schema.ts";
import { clean, numberText, scalarText, uniqueNames } from "./text.ts";

export const ARG_MARK = "\u001e";
export const VAL_MARK = "\u001f";

/** Something true the model should know: a device, the speaker's room, the time. */
export interface Fact {
  readonly name: string;
  readonly text: string;
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** Ids of one segment. */
export type TokenCounter = (segment: string) => number;

/** A block's text, and what had to be cut: "parameter KEY" or "description". */
export interface Rendered {
  readonly text: string;
  readonly tokens: number;
  readonly cuts: readonly string[];
}

interface Part {
  readonly key: string;
  readonly fixed: string;
  readonly description: string;
}

// Nested references can multiply without a cycle; past this many the rest is shown as `any`.
const MAX_TYPES = 4096;

/** The block text of a tool within `limit` ids. `name` overrides the tool's own where two tools would look the same. */
export function renderTool(tool: Tool, limit: number, count: TokenCounter, name = clean(tool.name)): Rendered {
  const parameters = parametersOf(tool);
  const required = requiredOf(parameters);
  const entries = propertiesOf(parameters);
  const keys = uniqueNames(entries.map(([key]) => key));
  const budget = { left: MAX_TYPES };
  const parts = entries.map(([key, schema], i): Part => {
    const description = own(schema, "description");
    return {
      key: keys[i] as string,
      fixed: (required.has(key) ? "* " : "") + typeText(schema, parameters, new Set(), budget),
      description: typeof description === "string" ? clean(description) : "",
    };
  });
  return fit({ name, description: clean(tool.description || ""), parts }, limit, count);
}

/** The block text of a fact within `limit` ids; only its main text can be cut. */
export function renderFact(fact: Fact, limit: number, count: TokenCounter): Rendered {
  const entries = Object.entries(fact.fields ?? {});
  const keys = uniqueNames(entries.map(([key]) => key));
  const parts = entries.map(([, text], i) => ({ key: keys[i] as string, fixed: clean(text), description: "" }));
  return fit({ name: clean(fact.name), description: clean(fact.text), parts }, limit, count);
}

interface Draft {
  readonly name: string;
  readonly description: string;
  readonly parts: readonly Part[];
}

function fit(draft: Draft, limit: number, count: TokenCounter): Rendered {
  const counted = remember(count);
  const parts = [...draft.parts];
  let { description } = draft;
  const cuts: string[] = [];
  let tokens = draftTokens({ ...draft, parts }, counted);
  for (let i = parts.length - 1; i >= 0 && tokens > limit; i--) {
    const part = parts[i] as Part;
    if (part.description === "") continue;
    parts[i] = { ...part, description: "" };
    cuts.push(`parameter ${part.key}`);
    tokens = draftTokens({ ...draft, parts }, counted);
  }
  if (tokens > limit && description !== "") {
    cuts.push("description");
    // Every word has at least one token, so longer texts need no count.
    description = `${description.split(" ").slice(0, limit).join(" ")} `;
  }
  while (tokens > limit) {
    if (description === "") throw new KernelError("request.block_too_long", { name: draft.name, limit });
    description = description.slice(0, Math.max(0, description.lastIndexOf(" ")));
    tokens = draftTokens({ name: draft.name, description, parts }, counted);
  }
  return { text: assemble({ name: draft.name, description, parts }), tokens, cuts };
}

function assemble({ name, description, parts }: Draft): string {
  return name + VAL_MARK + description + parts.map((part) => ARG_MARK + part.key + VAL_MARK + meaning(part)).join("");
}

function meaning(part: Part): string {
  return part.description === "" ? part.fixed : `${part.fixed} = ${part.description}`;
}

/** One control id for the block, one for each mark, and the segments. */
function draftTokens({ name, description, parts }: Draft, count: TokenCounter): number {
  const head = 2 + count(name) + count(description);
  return parts.reduce((sum, part) => sum + 2 + count(part.key) + count(meaning(part)), head);
}

/** Most segments are counted again after every cut. */
function remember(count: TokenCounter): TokenCounter {
  const known = new Map<string, number>();
  return (segment) => {
    const tokens = known.get(segment) ?? count(segment);
    known.set(segment, tokens);
    return tokens;
  };
}

type Budget = { left: number };

/** TYPE of a parameter schema, as the model reads it. */
export function typeText(schema: unknown, root: Schema, seen: ReadonlySet<string>, budget: Budget): string {
  const place = resolve(schema, root, seen);
  if (place === undefined || budget.left-- <= 0) return "any";
  const listed = literals(place);
  if (listed !== undefined) return listed.map(scalarText).join(" | ");
  const single = withOneType(place.schema);
  return single === undefined ? "any" : typeOfOne({ ...place, schema: single }, budget);
}

function typeOfOne(place: Place, budget: Budget): string {
  const { schema, root, seen } = place;
  switch (schema.type) {
    case "array": {
      const has = Object.hasOwn(schema, "items");
      return has ? `list of ${typeText(schema.items, root, seen, budget)}` : "list";
    }
    case "boolean":
      return "true | false";
    case "string":
      if (schema["x-needled-entity"]) return "entity";
      return typeof schema.format === "string" ? `string (${clean(schema.format)})` : "string";
    case "integer":
      return `int${bounds(schema)}`;
    case "number":
      return `num${bounds(schema)}`;
  }
  const properties = own(schema, "properties");
  if (schema.type === "object" && isObject(properties) && Object.keys(properties).length > 0) {
    const members = Object.entries(properties);
    return `{${members.map(([key, inner]) => `${clean(key)}: ${typeText(inner, root, seen, budget)}`).join(", ")}}`;
  }
  const first = alternatives(schema)?.[0];
  return first === undefined ? "any" : typeText(first, root, seen, budget);
}

function bounds({ minimum, maximum }: Schema): string {
  const both = typeof minimum === "number" && typeof maximum === "number";
  return both ? ` ${numberText(minimum)}-${numberText(maximum)}` : "";
}
