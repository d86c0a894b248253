// A time that stands in the words and that the model left out, or took only half of; and what is to happen only when something else does.
import { readTime } from "@needled/devices";
import type { Refusal, Span } from "./protocol.ts";
import type { Step } from "./turn.ts";

type Call = Step["call"];

/** What begins a time of its own; a bare number might be a level. */
const opener =
  /(?<=^|\s)(?:at (?:noon|midnight|(?:a |half |quarter )?[\w:]+ ?(?:am|pm|a\.m|p\.m|o'?clock)\b|\d{1,2}:\d{2})|(?:at|by|around) \d{1,2}:\d{2}|in (?:an?|half an?|\d+|[a-z]+(?:[ -][a-z]+)?) (?:seconds?|minutes?|hours?|days?)\b|tomorrow\b|\d{1,2}(?::\d{2})? ?(?:am|pm)\b)/gi;

const later = new Set(["turn_on", "turn_off", "open", "close"]);
const wholes = new Set([...later, "set_reminder"]);
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

const condition =
  /\b(?:when|whenever|if|unless|as soon as|once)\s+(?:i|we|he|she|they|it|the|my|our|there|some(?:body|one)|any(?:body|one)|every(?:body|one)|no(?:body| one))\b/i;
const politeness = /\bif (?:it|that)['’]?s? (?:is )?(?:possible|ok|okay|all ?right|fine|not too much)\b/i;

/** `calls`: all of the sentence; a time is filled in only where it can belong to one call. */
export function mendTime(text: string, call: Call, calls: readonly Call[]): Call {
  const spans = calls.flatMap(({ spans: all }) => Object.entries(all ?? {}).map(([key, span]) => ({ key, span })));
  const taken = spans.filter(({ span }) => span !== call.spans?.when).map(({ span }) => span);
  const given = call.spans?.when;
  if (given !== undefined && wholes.has(call.name)) return withWhen(text, call, wholeTime(text, given, taken));
  if (free.test(call.name)) return call;
  if (condition.test(text) && !politeness.test(text))
    return refuse(call, "unsupported", "I cannot wait for something to happen. Say when, as a time, or say it then.");
  if (calls.length > 1) return call;
  const isTaken = (start: number): boolean => spans.some(({ span: [from, to] }) => from <= start && start < to);
  const found = [...text.matchAll(opener)].find(({ index, 0: said }) => !isTaken(index) && isTime(said));
  if (found === undefined) return call;
  const span = wholeTime(text, [found.index, found.index + found[0].length], taken);
  if (later.has(call.name)) return withWhen(text, call, span);
  const message = `I can do that only now, not ${text.slice(...span)}. What I can do later is turn on, turn off, open and close.`;
  return refuse(call, "unsupported", message);
}
