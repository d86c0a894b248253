// "Turn on the fan for ten minutes" wishes an end, and what is said of a time elsewhere is a beginning: the model reads the same words in both.
import { durationOf } from "@needled/devices";
import type { ReadCall } from "./ports.ts";
import type { Refusal } from "./protocol.ts";

// Between the word and the time stand others: "for the next ten minutes", "until about ten".
const filler = "(?:the|next|about|around|another|some|just|only|maybe|roughly|exactly|like|at|least|most)";
const ending = "(for|until|till|['’]?til)";
const endings = new RegExp(`(?:^|[^\\p{L}])${ending}(?:\\s+${filler})*\\s*$`, "iu");
const wholes = new RegExp(`^\\s*(?:${ending}\\s+)?(?:${filler}\\s+)*(.*)$`, "iu");

/** `isLater`: the end could be said as a second wish. */
export function onlyForAWhile(word: string, time: string, isLater: boolean): Refusal {
  const start = `I cannot yet do something only ${word} ${time}.`;
  const ways = `Say it in two: what to do now, and then what to do ${word === "for" ? "in" : "at"} ${time.replace(/^at /i, "")}.`;
  return { code: "unsupported", message: `${start} ${isLater ? ways : "Say it without, and I do it now."}` };
}

/** What stops a call whose `when` is no beginning; undefined when nothing does. */
export function faultOfWhile(text: string, { arguments: args, spans }: Partial<ReadCall>): Refusal | undefined {
  const when = args?.when;
  const span = spans?.when;
  if (typeof when !== "string" || span === undefined) return undefined;
  const [, within, time = when] = wholes.exec(when) ?? [];
  const word = (within ?? endings.exec(text.slice(0, span[0]))?.[1])?.toLowerCase();
  if (word === undefined) return undefined;
  // "for tomorrow at seven" is a beginning all the same.
  if (word === "for" && durationOf(time) === undefined) return undefined;
  return onlyForAWhile(word, time, true);
}
