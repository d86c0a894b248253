// Points in time as said: "in ten minutes", "at 7 pm", "tomorrow at noon", "half past six".
import { DeviceError } from "../errors.ts";
import { DAY, durationOf, HOUR } from "./duration.ts";
import { numberFrom, splitNumberWords } from "./number.ts";

interface Hour {
  readonly hour: number;
  readonly minute: number;
  /** False: "at 7" may be morning or evening. */
  readonly fixed: boolean;
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

// What a part of the day means when no hour is said, and whether its hours are after noon.
const PARTS: Readonly<Record<string, { hour: number; afternoon: boolean }>> = {
  morning: { hour: 8, afternoon: false },
  afternoon: { hour: 15, afternoon: true },
  evening: { hour: 19, afternoon: true },
  tonight: { hour: 20, afternoon: true },
  night: { hour: 21, afternoon: true },
};

function hourAndMinute(hour: number, minute: number, half: string | undefined): Hour | undefined {
  if (!Number.isInteger(hour) || !Number.isInteger(minute) || minute < 0 || minute > 59) return undefined;
  if (half)
    return hour < 1 || hour > 12 ? undefined : { hour: (hour % 12) + (half === "p" ? 12 : 0), minute, fixed: true };
  return hour < 0 || hour > 24 ? undefined : { hour: hour % 24, minute, fixed: hour === 0 || hour > 12 };
}

function readPast(words: readonly string[], half: string | undefined): Hour | undefined {
  const at = words.findIndex((word) => /^(past|after|to|before|till)$/.test(word));
  if (at < 1) return undefined;
  const said = words.slice(0, at).filter((word) => !/^(an?|minutes?)$/.test(word));
  const minutes = { half: 30, quarter: 15 }[said[0] ?? ""] ?? numberFrom(said)?.value;
  const hour = readHour(words.slice(at + 1), half);
  if (minutes === undefined || !hour || hour.minute !== 0) return undefined;
  if (/past|after/.test(words[at] ?? "")) return { ...hour, minute: minutes };
  const before = (hour.hour + 23) % 24;
  return { hour: !hour.fixed && before === 0 ? 12 : before, minute: 60 - minutes, fixed: hour.fixed };
}

function readHour(words: readonly string[], half: string | undefined): Hour | undefined {
  const [first = "", second] = words;
  if (words.length === 1 && (first === "noon" || first === "midday")) return { hour: 12, minute: 0, fixed: true };
  if (words.length === 1 && first === "midnight") return { hour: 0, minute: 0, fixed: true };
  const clock = /^(\d{1,2})[:.](\d{2})$/.exec(first);
  if (clock && words.length === 1) {
    const read = hourAndMinute(Number(clock[1]), Number(clock[2]), half);
    return read && first.startsWith("0") ? { ...read, fixed: true } : read;
  }
  const hour = numberFrom(words.slice(0, 1));
  if (!hour || /^(an?|half|quarter|couple|dozen)$/.test(first)) return undefined;
  if (second === undefined) return hourAndMinute(hour.value, 0, half);
  const rest = words.slice(second === "oh" || second === "o" ? 2 : 1);
  const minute = numberFrom(rest);
  return minute && minute.used === rest.length ? hourAndMinute(hour.value, minute.value, half) : undefined;
}

interface Day {
  readonly start: Date;
  readonly words: readonly string[];
  readonly part: string | undefined;
  readonly said: boolean;
}

/** Takes the day and the part of the day out of the words. */
function readDay(words: readonly string[], now: Date): Day {
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const rest: string[] = [];
  let said = false;
  let part: string | undefined;
  for (const word of words) {
    const weekday = WEEKDAYS.indexOf(word.replace(/s$/, ""));
    if (word === "tomorrow" || word === "tonight" || word === "today" || weekday >= 0) {
      if (word === "tomorrow") start.setDate(start.getDate() + 1);
      if (weekday >= 0) start.setDate(start.getDate() + ((weekday - start.getDay() + 7) % 7 || 7));
      if (word === "tonight") part = "tonight";
      said = true;
    } else if (PARTS[word]) part = word;
    else if (!/^(at|on|in|this|the|next|by|around|about|oclock)$/.test(word)) rest.push(word);
  }
  return { start, words: rest, part, said };
}

function atHour(day: Date, hour: number, minute: number): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour, minute).getTime();
}

/** "at 7" is the next seven o'clock; on another day an early hour is meant after noon. */
function place(day: Day, time: Hour, now: number): number {
  const { start, part, said } = day;
  const at = (hour: number, later = 0): number => {
    const date = new Date(start);
    date.setDate(date.getDate() + later);
    return atHour(date, hour, time.minute);
  };
  if (time.fixed && part === "tonight" && time.hour === 0) return at(0, 1);
  if (time.fixed) return said || at(time.hour) > now ? at(time.hour) : at(time.hour, 1);
  const morning = time.hour % 12;
  if (part) {
    const late = PARTS[part]?.afternoon === true && !(part === "night" && morning === 0);
    const when = at(morning + (late ? 12 : 0));
    return said || when > now ? when : at(morning + (late ? 12 : 0), 1);
  }
  if (said && start.getTime() > now) return at(morning < 6 ? morning + 12 : morning);
  const next = [at(morning), at(morning + 12), at(morning, 1)].find((when) => when > now);
  return next ?? at(morning, 1);
}

function readPoint(text: string, now: number): number | undefined {
  const plain = text
    .toLowerCase()
    .replace(/\b([ap])\.? ?m\b\.?/g, " $1m ")
    .replace(/o'?clock/g, " ")
    .replace(/(\d)([ap]m)/g, "$1 $2");
  const all = splitNumberWords(plain);
  const half = all.find((word) => word === "am" || word === "pm")?.[0];
  const bare = all.filter((word) => word !== "am" && word !== "pm");
  const day = readDay(bare, new Date(now));
  if (day.words.length === 0) {
    if (half || (!day.part && !day.said)) return undefined;
    return place(day, { hour: PARTS[day.part ?? "morning"]?.hour ?? 8, minute: 0, fixed: true }, now);
  }
  const time = readPast(day.words, half) ?? readHour(day.words, half);
  return time && place(day, time, now);
}

/** Milliseconds since 1970, in the home's time zone; throws `request.time` naming the words. */
export function readTime(text: string, now: number): number {
  const said = text.trim().toLowerCase();
  const fail = (): never => {
    throw new DeviceError("request.time", { words: text });
  };
  if (/^(now|right now|immediately|straight away|at once)$/.test(said)) return now;
  // "for ten minutes" says how long, not when; read as a delay it would do the opposite of what was meant.
  if (/^(for|until|till|while|every|each)\b/.test(said)) return fail();
  const delay = durationOf(said.replace(/^(in|after|within)\s+/, "").replace(/\s+(from now|later|time)$/, ""));
  const isClock = /^\d{1,2}:\d{2}$/.test(said);
  const at = delay !== undefined && !isClock ? now + delay : readPoint(said, now);
  if (at === undefined || at < now - HOUR || at > now + 366 * DAY) return fail();
  return at <= now ? fail() : at;
}
