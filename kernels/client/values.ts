/** Value texts of an answer -> typed arguments under the caller's own keys. */

import type { CompiledProp, CompiledTool } from "./program.ts";
import { KIND } from "./program.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One argument as the engine sends it: which property, and its value texts. */
export interface RawArgument {
  readonly prop: number;
  readonly values: readonly string[];
}

/** Arguments by key, in schema order; what was left out but required stands as null or []. */
export function readArguments(tool: CompiledTool, raw: readonly RawArgument[]): { [key: string]: Json } {
  const written = new Map<string, Json>();
  for (const { prop: index, values } of raw) {
    const prop = tool.props[index];
    if (prop === undefined) continue;
    const typed = values.map((text) => readValue(prop, text));
    written.set(prop.key, prop.list ? typed : typed.length > 0 ? (typed[0] as Json) : "");
  }
  for (const [key, fill] of tool.fills) if (!written.has(key)) written.set(key, fill);
  // fromEntries defines own members, so a key named __proto__ is a key like any other.
  return Object.fromEntries(written);
}

/** One value text, typed by its property. */
export function readValue(prop: CompiledProp, text: string): Json {
  switch (prop.kind) {
    case KIND.integer:
    case KIND.number:
      return Number(text) + 0;
    case KIND.choice: {
      const index = prop.members.findIndex((member) => asDecoded(member) === asDecoded(text));
      return index < 0 ? text : (prop.memberValues[index] ?? null);
    }
    case KIND.json:
      return parseJson(text);
    default:
      return prop.loose ? readLoose(text) : text;
  }
}

/** Text as it comes back from ids: a literal U+2581 cannot be told from a space. */
function asDecoded(text: string): string {
  return text.replaceAll("\u2581", " ").trim();
}

const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,17})?$/;

function readLoose(text: string): Json {
  if (NUMBER.test(text)) return Number(text) + 0;
  if (text === "true" || text === "false") return text === "true";
  return /^[[{]/.test(text) ? parseJson(text) : text;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    // The grammar makes JSON only; loose text may merely look like it. Validation judges the string.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
