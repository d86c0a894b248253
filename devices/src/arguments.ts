// Checks a call's arguments against its schema. Wrong is refused, never bent into range.
import type { Arguments, Refusal } from "./call.ts";
import type { ParameterSchema, ToolSpec } from "./catalogue.ts";

const LONGEST_TEXT = 512;

const invalid = (message: string): Refusal => ({ code: "invalid_arguments", message });

function checkNumber(key: string, value: number, schema: ParameterSchema): Refusal | undefined {
  if (!Number.isFinite(value) || (schema.type === "integer" && !Number.isInteger(value))) {
    return invalid(`The ${words(key)} must be a ${schema.type === "integer" ? "whole " : ""}number.`);
  }
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  if (value >= minimum && value <= maximum) return undefined;
  const [what, unit] = QUANTITIES[key] ?? [words(key), ""];
  return { code: "out_of_range", message: `The ${what} can be ${minimum} to ${maximum}${unit}, not ${value}.` };
}

/** As one says it: noun, unit. */
const QUANTITIES: Readonly<Record<string, readonly [string, string]>> = {
  level: ["level", " %"],
  percent: ["share", " %"],
  by: ["step", ""],
  kelvin: ["color temperature", " K"],
};

function words(key: string): string {
  return key.replaceAll("_", " ");
}

function checkValue(key: string, value: unknown, schema: ParameterSchema): Refusal | undefined {
  if (schema.type !== "string") {
    return typeof value === "number" ? checkNumber(key, value, schema) : invalid(`The ${words(key)} must be a number.`);
  }
  if (typeof value !== "string") return invalid(`The ${words(key)} must be a text.`);
  if (value.length > LONGEST_TEXT) return invalid(`The ${words(key)} is too long.`);
  if (schema.enum && !schema.enum.includes(value)) {
    return invalid(`The ${words(key)} can be ${schema.enum.map(words).join(", ")}.`);
  }
  return undefined;
}

/** The first fault, or undefined when the arguments fit the tool. */
export function checkArguments(tool: ToolSpec, args: Arguments): Refusal | undefined {
  const { properties, required } = tool.parameters;
  for (const key of required) {
    const value = args[key];
    if (value === undefined || (typeof value === "string" && value.trim() === "")) {
      const entity = properties[key]?.["x-needled-entity"] !== undefined;
      const deed = words(tool.name).replace(/^activate scene$/, "activate");
      return invalid(entity ? `What shall I ${deed}?` : `I did not hear the ${words(key)}.`);
    }
  }
  for (const [key, value] of Object.entries(args)) {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!schema) return invalid(`${tool.name} takes no ${words(key)}.`);
    if (value === undefined) continue;
    const fault = checkValue(key, value, schema);
    if (fault) return fault;
  }
  return undefined;
}

export function textOf(args: Arguments, key: string): string | undefined {
  const value = args[key];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

export function numberOf(args: Arguments, key: string): number | undefined {
  const value = args[key];
  return typeof value === "number" ? value : undefined;
}
