// "Turn on the fan for ten minutes" wishes an end, and what is said of a time elsewhere is a beginning: the model reads the same words in both.
import { durationOf } from "@needled/devices";
import type { ReadCall } from "./ports.ts";
import type { Refusal } from "./protocol.ts";

const endings = /\b(for|until|till|'til)\s*$/i;

/** What stops a call whose `when` is no beginning; undefined when nothing does. */
export function faultOfWhile(text: string, { arguments: args, spans }: Partial<ReadCall>): Refusal | undefined {
  const when = args?.when;
  const span = spans?.when;
  if (typeof when !== "string" || span === undefined) return undefined;
  const whole = /^\s*(for|until|till|'til)\s+(.*)$/i.exec(when);
  const word = (whole ?? endings.exec(text.slice(0, span[0])))?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  // "for tomorrow at seven" is a beginning all the same.
  if (word === "for" && durationOf(whole?.[2] ?? when) === undefined) return undefined;
  return {
    code: "unsupported",
    message: `I cannot do something only ${word} ${whole?.[2] ?? when}. Say when it begins, and what shall end it, one after the other.`,
  };
}
