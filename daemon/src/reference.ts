// What a sentence points at without a name: the last turn ("it", "there") or the room it was said in ("here").
import type { Speaker } from "@needled/devices";

const here = /\b(?:in |over )?here\b|\bthis room\b/i;
const there = /\b(?:in|over|up|down|out) there\b|\bthere(?: too| as well| again| please| now)?\s*[.!?]*$/i;
const exists = /\b(?:is|are|was|were|['’]s) there\b|\bthere (?:is|are|was|were)\b/i;
const plural = /\b(?:them|those|these|they)\b/i;
const pronoun = /\b(?:it|this|that)\b/i;
// Said of a room or of the weather: "it's dark", "how warm is it".
const air = "(?:cold|warm|hot|dark|bright|chilly|freezing|cool|stuffy|loud|humid|dim|late|early|boiling|gloomy)";
const ofTheAir = new RegExp(
  `\\bit(?:['’]?s| is| was| feels| gets| got| seems| looks)\\b(?: \\S+){0,3}? ${air}|\\b(?:is|was) it (?:\\S+ ){0,2}?${air}|\\bhow ${air} (?:is|was) it\\b`,
  "i",
);

const several = /\b(?:them|those|these|they|both|all)\b/i;

/** "Them" is more than the last thing, where one thing after the other was named. */
export const pointsAtSeveral = (text: string): boolean => several.test(text);

const pointer = /^(?:it|that|this|them|those|these|they|both|(?:both|all) of (?:it|them|those|these))$/i;

/** What plays is meant before what was just switched on: "turn on the TV and pause the music". */
const playing = /_media$/;

interface Said {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
}

/** In "turn on the TV and set the volume to 12" the volume is the TV's: what a wish names is meant by the next that names nothing. */
export function pointingWithin(
  speaker: Speaker,
  { name: tool, arguments: { name } }: Said,
  last: readonly string[] | undefined,
): Speaker {
  const { refers = "nothing" } = speaker;
  const points = typeof name === "string" ? pointer.test(name.trim()) : !playing.test(tool);
  if (!points || !last?.length || refers === "here" || refers === "there") return speaker;
  return { ...speaker, last, refers: refers === "nothing" ? "it" : refers };
}

export function referenceOf(text: string): NonNullable<Speaker["refers"]> {
  if (here.test(text)) return "here";
  if (there.test(text) && !exists.test(text)) return "there";
  if (plural.test(text)) return "them";
  return pronoun.test(text.replace(new RegExp(ofTheAir, "gi"), " ")) ? "it" : "nothing";
}
