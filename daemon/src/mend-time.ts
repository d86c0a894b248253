// A time that stands in the words and that the model left out, or took only half of; and what is to happen only when something else does.
import { readTime } from "@needled/devices";
import { onlyForAWhile } from "./for-a-while.ts";
import { withText } from "./mend-except.ts";
import { endingSaid, habitSaid, timeSaid, timeWithin } from "./mend-later.ts";
import type { Names } from "./ports.ts";
import type { Refusal, Span } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

/** What begins a time of its own; a bare number might be a level. */
const opener =
  /(?<=^|\s)(?:at (?:noon|midnight|(?:a |half |quarter )?[\w:]+ ?(?:am|pm|a\.m|p\.m|o'?clock)\b|\d{1,2}:\d{2})|(?:at|by|around) \d{1,2}:\d{2}|in (?:an?|half an?|\d+|[a-z]+(?:[ -][a-z]+)?) (?:seconds?|minutes?|hours?|days?)\b|tomorrow\b|\d{1,2}(?::\d{2})? ?(?:am|pm)\b)/gi;

const later = new Set(["turn_on", "turn_off", "open", "close"]);
/** These take words as they are, or have times of their own. */
const free = /^(?:set_timer|cancel_timer|set_reminder|add_to_list|send_message|play_media|get_state|undo)$/;

function isTime(text: string): boolean {
  try {
    readTime(text, Date.now());
    return true;
  } catch {
    return false;
  }
}

interface Word {
  start: number;
  end: number;
}

const wordsIn = (text: string): Word[] =>
  [...text.matchAll(/[^\s,.!?]+/g)].map(({ index, 0: word }) => ({ start: index, end: index + word.length }));

const mostWords = 4;
/** Reading a time passes over these, but none begins or ends one. */
const edge = /^(?:the|and|to|about|for|it|please)\b|\b(?:the|and|to|about|for|a|an|it|of|please)$/i;

/** The longest time around a place in the words that takes no word of another value. */
function wholeTime(text: string, [from, to]: Span, taken: readonly Span[]): Span {
  const isFree = ({ start, end }: Word): boolean => !taken.some(([a, b]) => start < b && end > a);
  const words = wordsIn(text).filter(isFree);
  const before = words.filter(({ end }) => end <= from).slice(-mostWords);
  const after = words.filter(({ start }) => start >= to).slice(0, mostWords);
  for (let length = before.length + after.length; length > 0; length -= 1) {
    for (let left = Math.min(length, before.length); left >= Math.max(0, length - after.length); left -= 1) {
      const start = left === 0 ? from : (before.at(-left)?.start ?? from);
      const end = after[length - left - 1]?.end ?? to;
      const said = text.slice(start, end);
      if (!edge.test(said) && isTime(said)) return [start, end];
    }
  }
  return [from, to];
}

const refuse = (call: Call, code: Refusal["code"], message: string): Call => ({ ...call, problem: { code, message } });

function withWhen(text: string, call: Call, span: Span): Call {
  const when = text.slice(...span);
  return { ...call, arguments: { ...call.arguments, when }, spans: { ...call.spans, when: span } };
}

const onlyNow = (said: string): string =>
  `I can do that only now, not ${said}. What I can do later is turn on, turn off, open and close.`;

const onlyOnce = "I cannot do something again and again. Say it for one time, such as: tomorrow at half past seven.";

const condition =
  /\b(?:when|whenever|if|unless|as soon as|once)\s+(?:i|we|he|she|they|it|the|my|our|there|some(?:body|one)|any(?:body|one)|every(?:body|one)|no(?:body| one))\b/i;
const politeness = /\bif (?:it|that)['’]?s? (?:is )?(?:possible|ok|okay|all ?right|fine|not too much)\b/i;

/** A time that no value holds, and whether it can be read. */
function looseTime(
  text: string,
  spans: readonly Span[],
  taken: readonly Span[],
): { span: Span; isRead: boolean } | undefined {
  const isTaken = (start: number): boolean => spans.some(([from, to]) => from <= start && start < to);
  const found = [...text.matchAll(opener)].find(({ index, 0: said }) => !isTaken(index) && isTime(said));
  const at: Span | undefined = found ? [found.index, found.index + found[0].length] : timeSaid(text, spans);
  if (at === undefined) return undefined;
  const span = wholeTime(text, at, taken);
  return { span, isRead: isTime(text.slice(...span)) };
}

/** "Lamp at night" is the lamp, and the night is when. */
export function cutTime(text: string, call: Call, names: Names | undefined): Call {
  const { name } = call.arguments;
  const span = call.spans?.name;
  if (names === undefined || typeof name !== "string" || span === undefined || names.isKnown(name)) return call;
  const from = timeWithin(text, span);
  const left = from === undefined ? "" : text.slice(span[0], from).trimEnd();
  return left !== "" && names.isKnown(left) ? withText(call, "name", left, [span[0], span[0] + left.length]) : call;
}

/** `calls`: all of the sentence; a time is filled in only where it can belong to one call. */
export function mendTime(text: string, call: Call, calls: readonly Call[]): Call {
  const spans = calls.flatMap(({ spans: all }) => Object.values(all ?? {}));
  const given = call.spans?.when;
  const taken = spans.filter((span) => span !== given);
  if (given !== undefined && call.name === "set_reminder") return withWhen(text, call, wholeTime(text, given, taken));
  if (free.test(call.name)) return call;
  const isLater = later.has(call.name);
  const numbers = calls.flatMap(({ spans: all, arguments: args }) =>
    Object.entries(all ?? {}).flatMap(([key, span]) => (typeof args[key] === "number" ? [span] : [])),
  );
  const end = endingSaid(text, spans, numbers);
  if (end) return { ...call, problem: onlyForAWhile(end.word, end.time, isLater) };
  if (habitSaid(text, taken)) return refuse(call, "unsupported", onlyOnce);
  if (given !== undefined && isLater) return withWhen(text, call, wholeTime(text, given, taken));
  if (condition.test(text) && !politeness.test(text))
    return refuse(call, "unsupported", "I cannot wait for something to happen. Say when, as a time, or say it then.");
  const found = looseTime(text, spans, taken);
  // "Overnight" is how the alarm is armed.
  if (found === undefined || call.arguments.mode === "night") return call;
  const said = text.slice(...found.span);
  if (!isLater) return refuse(call, "unsupported", onlyNow(said));
  if (calls.length > 1)
    return refuse(call, "unsupported", `I heard "${said}", but not what it is for. Say one thing at a time.`);
  if (found.isRead) return withWhen(text, call, found.span);
  return refuse(
    call,
    "unsupported",
    `I heard "${said}", and cannot tell when that is. Say a time, such as: at half past seven.`,
  );
}
