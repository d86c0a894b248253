/** Random tools for tests: every keyword the grammar knows, and questions that share words with their lexicon. */
import type { Tool } from "./schema.ts";

const WORDS = [
  "lamp",
  "the",
  "kitchen",
  "desk lamp",
  "Bad",
  "naïve",
  "東京",
  "a_b",
  "x.y",
  "light",
  "2nd",
  "off",
  "bright",
  "n",
  "lamp light",
  "\u2581",
  "\u2581b",
];
const KEYS = [
  "name",
  "type",
  "enum",
  "required",
  "level",
  "level 2",
  "a.b",
  "ключ",
  "constructor",
  "value",
  "v",
  "on",
  "room",
  '"q"',
  "a\\b",
  "t\tb",
  "d\u007f",
  "$ref",
];

export class Random {
  private readonly next: () => number;

  constructor(next: () => number) {
    this.next = next;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  some<T>(list: readonly T[], most: number): T[] {
    const left = [...list];
    return Array.from({ length: this.below(most + 1) }, () => left.splice(this.below(left.length), 1)).flat();
  }
}

export function randomTools(random: Random, most: number): Tool[] {
  const names = ["set", "set light", "light on", "lock", "東京", "a b c", "turn_on", "turn_off", "x"];
  const count = 1 + random.below(most);
  return Array.from({ length: count }, () => {
    const properties = Object.fromEntries(random.some(KEYS, 5).map((key) => [key, randomSchema(random, 0)]));
    const required = Object.keys(properties).filter(() => random.chance(0.4));
    return {
      name: random.pick(names),
      description: randomText(random),
      parameters: { type: "object", properties, required, $defs: DEFS },
    };
  });
}

export function randomText(random: Random): string {
  const gap = (): string => (random.chance(0.1) ? random.pick(["  ", ",", ". ", " - ", "_"]) : " ");
  return Array.from({ length: 1 + random.below(6) }, () => random.pick(WORDS) + gap()).join("");
}

const DEFS = {
  size: { enum: ["small", "large", "extra large"] },
  tree: { type: "object", properties: { v: { type: "integer" }, next: { $ref: "#/$defs/tree" } } },
};

const SCALARS: readonly ((random: Random) => object)[] = [
  () => ({ type: "string" }),
  () => ({ type: "string", "x-needled-entity": "device" }),
  () => ({ type: "string", "x-needled-evidence": "hard" }),
  () => ({ type: "string", "x-needled-evidence": "none" }),
  () => ({ type: "integer", minimum: 0, maximum: 100 }),
  () => ({ type: "number" }),
  () => ({ type: "boolean" }),
  (random) => ({ enum: [...random.some(WORDS, 4), 1, 12, 2.5, true, null] }),
  (random) => ({ const: random.pick(WORDS) }),
  () => ({ $ref: "#/$defs/size" }),
  () => ({ type: ["null", "integer"] }),
  () => ({ anyOf: [{ type: "null" }, { const: "a" }, { enum: ["a b", 3] }] }),
  () => ({ description: "untyped" }),
];

const NESTED: readonly ((random: Random, depth: number) => object)[] = [
  (random, depth) => ({
    type: "array",
    items: randomSchema(random, depth + 1),
    minItems: random.below(3),
    maxItems: 2 + random.below(3),
  }),
  (random, depth) => ({ type: "array", items: randomSchema(random, depth + 1) }),
  (random, depth) => {
    const properties = Object.fromEntries(random.some(KEYS, 4).map((key) => [key, randomSchema(random, depth + 1)]));
    return {
      type: "object",
      properties,
      required: Object.keys(properties).filter(() => random.chance(0.4)),
      additionalProperties: random.chance(0.5),
    };
  },
  () => ({ type: "object" }),
  () => ({ $ref: "#/$defs/tree" }),
  () => ({ enum: [{ a: [1, "x"] }, [true], "s", 1, 12, null] }),
  (random, depth) => ({ allOf: [randomSchema(random, depth + 1), { description: "both" }] }),
  (random, depth) => ({ oneOf: [randomSchema(random, depth + 1), { type: "string" }] }),
];

export function randomSchema(random: Random, depth: number): object {
  if (depth > 3 || random.chance(0.65)) return random.pick(SCALARS)(random);
  return random.pick(NESTED)(random, depth);
}
