/** How outside text, names and scalars are written for the model (docs/model-format.md section 2). */
import type { Scalar } from "./schema.ts";

/** Outside text without control characters, spaces collapsed, ends stripped; so nothing in it can forge a marker. */
export function clean(text: unknown): string {
  return (
    String(text)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\u0000-\u001f\u007f]/g, " ")
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replace(/ +/g, " ")
      .replace(/^ | $/g, "")
  );
}

/** A JSON scalar without quotes. */
export function scalarText(value: Scalar): string {
  return typeof value === "number" ? numberText(value) : clean(value);
}

/** The shortest decimal that reads back the same; never an exponent below 1e15. */
export function numberText(value: number): string {
  const text = String(Object.is(value, -0) ? 0 : value);
  const small = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (small === null) return text;
  const [, sign, first, rest = "", exponent] = small;
  return `${sign}0.${"0".repeat(Number(exponent) - 1)}${first}${rest}`;
}

/** Cleaned names, each different and none empty: a later equal gets `_2`, `_3`, … */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names.map(clean));
  const given = new Set<string>();
  return names.map((name) => {
    const wanted = clean(name) || "_";
    let unique = wanted;
    for (let n = 2; given.has(unique) || (unique !== wanted && taken.has(unique)); n++) unique = `${wanted}_${n}`;
    given.add(unique);
    return unique;
  });
}
