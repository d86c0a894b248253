// Whether an answer says what the owner's file waits for.
import { isDeepStrictEqual } from "node:util";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every key that is wanted, at any depth; lists and plain values must be the same. */
export function matches(wanted: unknown, told: unknown): boolean {
  if (!isObject(wanted)) return isDeepStrictEqual(wanted, told);
  return (
    isObject(told) &&
    Object.entries(wanted).every(([key, value]) => Object.hasOwn(told, key) && matches(value, told[key]))
  );
}

/** JSON where it is JSON, else the words themselves. */
export function readTold(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Whether a message says what is wanted; a text that looks like JSON may be wanted as a text. */
export function proves(wanted: unknown, text: string): boolean {
  return wanted === text || matches(wanted, readTold(text));
}

/** The value at a dotted path; undefined when there is none. */
export function valueAtPath(told: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)];
    return isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, told);
}

/** What was said instead, short enough to be read out. */
export function toldInstead(told: unknown): string {
  const text = typeof told === "string" ? told : JSON.stringify(told);
  return `it says ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
}
