// Where a thing is, as said beside its name or apart from it: "… off in the hall", "living room: heating two degrees down".
import type { Names } from "./ports.ts";
import type { Span } from "./protocol.ts";

type Said = readonly [string, Span];

const ending =
  "(?=\\s*(?:[,.!?;]|$)|\\s+(?:and|please|to|by|for|at|in|then|but|except|on|off|too|as well|right now|now)\\b)";
const placeAfter = new RegExp(
  `^(?:\\s+(?:on|off|up|down|out))?(\\s+(?:in|at|on|of))?\\s+((?:the\\s+|my\\s+|our\\s+)?[\\p{L}\\d'’ -]+?)${ending}`,
  "iu",
);
const nextPlace = new RegExp(
  `^(?:\\s*,(?:\\s+and)?|\\s+and)\\s+(?:in\\s+)?((?:(?:the|my|our)\\s+)?[\\p{L}\\d'’ -]+?)${ending}`,
  "iu",
);
const quantifier = /^(?:all|every|each|both)\s+(?:(?:of|the|my|our)\s+)*/i;

const overlaps = (spans: readonly Span[], [from, to]: Span): boolean =>
  spans.some(([start, stop]) => start < to && stop > from);

/** Each room gets the thing by its name: of "the fan in the den and the hall" the hall's share is its fan, not its lights. */
export function inEach(name: string, places: readonly string[]): string {
  const again = /^everything\b/i.test(name) ? "" : `${name.replace(quantifier, "")} `;
  return places.map((place, i) => `${i === 0 ? `${name} ` : again}${place}`).join(" and ");
}

/** "… everything off in the kitchen and the hall": the name with its places, and where the last of them ends. */
export function besideName(
  text: string,
  { name, end }: { name: string; end: number },
  others: readonly Span[],
  names: Names,
): [string, number] | undefined {
  const found = placeAfter.exec(text.slice(end));
  const place = found?.[2];
  if (found === null || place === undefined || !names.isPlace(place)) return undefined;
  let to = end + found[0].length;
  if (overlaps(others, [end, to])) return undefined;
  const isAll = /^(?:everywhere|every room)$/i.test(place) && !/^(?:all|every|each|both)/i.test(name);
  if (isAll) return [`all ${name} in the house`, to];
  // "Upstairs" has its "in" within.
  const places = [found[1] ? `in ${place}` : place];
  for (let next = nextPlace.exec(text.slice(to)); next?.[1]; next = nextPlace.exec(text.slice(to))) {
    const after = to + next[0].length;
    if (!names.isPlace(next[1]) || overlaps(others, [to, after])) break;
    places.push(`in ${next[1]}`);
    to = after;
  }
  return [inEach(name, places), to];
}

const words = /[\p{L}\d'’-]+/gu;
const MOST_PLACE_WORDS = 4;
const before = /\b(?:in|inside|at|and|or)\s+(?:(?:the|my|our)\s+)?$/i;
const listed = [/(?:^|,)\s*(?:(?:the|my|our)\s+)?$/i, /^(?:\s+and\b|\s*[.!?]*$)/i] as const;
/** In these one is anywhere. */
const vague = /^(?:(?:the|my|our)\s+)?(?:house|home|apartment|flat|place)$/i;
const everywhere = /^(?:everywhere|(?:the\s+)?whole house|every room|all rooms)$/i;

/** "in the den", "den, …", "…, den and hall" */
function isSaid(text: string, [from, to]: Span): boolean {
  const [left, right] = [text.slice(0, from), text.slice(to)];
  return before.test(left) || /^\s*[,:]/.test(right) || (listed[0].test(left) && listed[1].test(right));
}

/** Places that are said anywhere, each outside of all values. */
function placesSaid(text: string, spans: readonly Span[], names: Names): Said[] {
  const found: Said[] = [];
  const all = [...text.matchAll(words)].map((word) => [word.index, word.index + word[0].length] as const);
  for (let i = 0; i < all.length; i++) {
    for (let n = Math.min(MOST_PLACE_WORDS, all.length - i); n > 0; n--) {
      const span: Span = [all[i]?.[0] ?? 0, all[i + n - 1]?.[1] ?? 0];
      const place = text.slice(...span);
      if (!isSaid(text, span) && !everywhere.test(place)) continue;
      if (/\bplease$/i.test(place) || !names.isPlace(place) || overlaps(spans, span)) continue;
      if (!vague.test(place)) found.push([place, span]);
      i += n - 1;
      break;
    }
  }
  return found;
}

const leftOut =
  /(?<!(?:\b(?:am|is|are|was|were)|['’](?:m|re|s))\s+)\b(?:but(?: not)?|except(?: for)?|excluding|apart from|other than|besides|not)\s+(?:(?:the|my|our|in|one|ones)\s+)*$/i;
const absence = /(?:\b(?:am|is|are|was|were)|['’](?:m|re|s))\s+(?:not|never)\s+(?:(?:the|my|our|in|at)\s+)*$/i;
const joint = /^\s*(?:,|,?\s*and)\s+(?:in\s+)?(?:(?:the|my|our)\s+)?$/i;
const opening = /^\W*(?:(?:in|inside|at)\s+)?(?:(?:the|my|our)\s+)?$/i;

/** "The baby sleeps in the bedroom, turn the music down": another clause, which may have nothing to do with the wish. */
function isAside(text: string, [start, end]: Span, [from, to]: Span): boolean {
  const between = from < start ? text.slice(to, start) : text.slice(end, from);
  return /[,.;!?]/.test(between) && !opening.test(text.slice(0, from));
}

/**
 * "Turn the heating down a little in the den": where several are called that, the rooms that were said tell which.
 * Undefined: they tell nothing. "left out": a room that is not meant, and nothing can tell which are.
 */
export function apartFromName(
  text: string,
  { name, at, spans }: { name: string; at: Span; spans: readonly Span[] },
  names: Names,
): string | undefined {
  const said = placesSaid(text, spans, names).filter(([, [from]]) => !absence.test(text.slice(0, from)));
  if (said.length === 0 || !names.isUnclear(name)) return undefined;
  if (said.some(([, [from]]) => leftOut.test(text.slice(0, from)))) return "left out";
  const [first] = said;
  if (first === undefined) return undefined;
  const isOne = said.every(([, [from]], i) => i === 0 || joint.test(text.slice(said[i - 1]?.[1][1], from)));
  if (!isOne) return undefined;
  const aside = isAside(text, at, first[1]);
  if (everywhere.test(first[0])) return aside ? undefined : `all ${name} in the house`;
  const made = inEach(
    name,
    said.map(([place]) => `in ${place}`),
  );
  return aside && !names.isKnown(made) ? undefined : made;
}
