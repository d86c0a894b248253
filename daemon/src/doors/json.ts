// JSON from strangers: strict, bounded in depth, each key once, and every complaint says where.
import type { Json } from "../protocol.ts";

/** What a sender did wrong, in words for the sender. */
export class Malformed extends Error {
  override readonly name = "Malformed";
  readonly code: "malformed" | "too_long";

  constructor(message: string, code: "malformed" | "too_long" = "malformed") {
    super(message);
    this.code = code;
  }
}

export type JsonObject = { readonly [key: string]: Json };

export const maxDepth = 16;

const space = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids control characters in strings.
const string = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const word = /true|false|null/y;

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  readDocument(): Json {
    const value = this.readValue(1);
    this.skipSpace();
    if (this.at < this.text.length) this.fail("expected nothing more");
    return value;
  }

  private readValue(depth: number): Json {
    this.skipSpace();
    const first = this.text[this.at];
    if (first === "{" || first === "[") {
      if (depth > maxDepth) this.fail(`more than ${maxDepth} levels of brackets`);
      return first === "{" ? this.readObject(depth) : this.readArray(depth);
    }
    if (first === '"') return this.readString();
    const literal = this.take(word);
    if (literal !== undefined) return JSON.parse(literal) as Json;
    return this.readNumber();
  }

  private readObject(depth: number): Json {
    // Without a prototype "__proto__" is a key like any other.
    const value: Record<string, Json> = Object.create(null) as Record<string, Json>;
    this.readMembers("}", () => {
      this.skipSpace();
      if (this.text[this.at] !== '"') this.fail("expected a key in double quotes");
      const start = this.at;
      const key = this.readString();
      if (Object.hasOwn(value, key)) this.fail(`the key ${JSON.stringify(key)} is there twice`, start);
      this.skipSpace();
      if (this.text[this.at] !== ":") this.fail('expected ":"');
      this.at++;
      value[key] = this.readValue(depth + 1);
    });
    return value;
  }

  private readArray(depth: number): Json {
    const value: Json[] = [];
    this.readMembers("]", () => value.push(this.readValue(depth + 1)));
    return value;
  }

  private readMembers(end: "}" | "]", readMember: () => void): void {
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === end) {
      this.at++;
      return;
    }
    for (;;) {
      readMember();
      this.skipSpace();
      const mark = this.text[this.at];
      if (mark !== "," && mark !== end) this.fail(`expected "," or "${end}"`);
      this.at++;
      if (mark === end) return;
    }
  }

  private readString(): string {
    const start = this.at;
    const literal = this.take(string) ?? this.fail("a string that does not end, or has a bad escape", start);
    const value = JSON.parse(literal) as string;
    if (/\p{Surrogate}/u.test(value)) this.fail("half a character (a lone surrogate)", start);
    return value;
  }

  private readNumber(): number {
    const start = this.at;
    const value = Number(this.take(number) ?? this.fail("expected a value"));
    if (!Number.isFinite(value)) this.fail("a number that is too large", start);
    return value;
  }

  private take(token: RegExp): string | undefined {
    token.lastIndex = this.at;
    const found = token.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private skipSpace(): void {
    this.take(space);
  }

  private fail(what: string, at = this.at): never {
    const before = this.text.slice(0, at).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
    throw new Malformed(`This is not the JSON I read: ${what}, at ${place}.`);
  }
}

/** Throws `Malformed`. */
export function parseJson(text: string): Json {
  return new Reader(text).readDocument();
}

/** UTF-8 or nothing; a byte order mark at the start is skipped. Throws `Malformed`. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Malformed("This is not UTF-8 text.");
  }
}

export function asObject(value: Json, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Malformed(`${what} must be a JSON object such as {"text": "turn on the lamp"}.`);
  }
  return value as JsonObject;
}
