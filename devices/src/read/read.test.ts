import assert from "node:assert/strict";
import { test } from "node:test";
import { DeviceError } from "../errors.ts";
import { COLOR_NAMES, readColor } from "./color.ts";
import { readDuration } from "./duration.ts";
import { readNumber } from "./number.ts";
import { readTime } from "./time.ts";

const throws = (code: string, words: string) => (error: unknown) =>
  error instanceof DeviceError && error.code === code && error.message.includes(words);

test("reads numbers as said", () => {
  const cases: [string, number][] = [
    ["twenty five", 25],
    ["twenty-five", 25],
    ["a hundred", 100],
    ["one hundred and five", 105],
    ["two thousand seven hundred", 2700],
    ["21.5", 21.5],
    ["twenty one point five", 21.5],
    ["twenty one and a half", 21.5],
    ["50%", 50],
    ["half", 0.5],
    ["three quarters", 0.75],
    ["zero", 0],
    ["nineteen", 19],
    ["a dozen", 12],
  ];
  for (const [words, value] of cases) assert.equal(readNumber(words), value, words);
});

test("reads lengths of time as said", () => {
  const cases: [string, number][] = [
    ["ten minutes", 600],
    ["an hour and a half", 5400],
    ["one and a half hours", 5400],
    ["90 sec", 90],
    ["1:30", 90],
    ["1:30 hours", 5400],
    ["1:05:00", 3900],
    ["half an hour", 1800],
    ["a half hour", 1800],
    ["a quarter of an hour", 900],
    ["three quarters of an hour", 2700],
    ["2h30m", 9000],
    ["45s", 45],
    ["a minute", 60],
    ["a couple of minutes", 120],
    ["two hours and ten minutes", 7800],
    ["1 hour 5 minutes 3 seconds", 3903],
    ["for twenty five minutes", 1500],
    ["a minute and a half", 90],
    ["three days", 259200],
    ["ten-minute", 600],
  ];
  for (const [words, seconds] of cases) assert.equal(readDuration(words), seconds * 1000, words);
});

test("names the words it cannot read as a length of time", () => {
  for (const words of ["soon", "five", "a few minutes", "", "minutes", "0 minutes", "ten bananas"]) {
    assert.throws(() => readDuration(words), throws("request.duration", words), words);
  }
});

test("reads points in time as said", () => {
  const day = (offset: number, hour: number, minute = 0): number =>
    new Date(2026, 10, 20 + offset, hour, minute).getTime();
  const now = day(0, 12, 10); // a Friday, ten past noon
  const cases: [string, number][] = [
    ["in ten minutes", day(0, 12, 20)],
    ["ten minutes from now", day(0, 12, 20)],
    ["in an hour and a half", day(0, 13, 40)],
    ["after 2 hours", day(0, 14, 10)],
    ["at 7 pm", day(0, 19)],
    ["7pm", day(0, 19)],
    ["at 7 p.m.", day(0, 19)],
    ["at 7", day(0, 19)],
    ["at seven thirty", day(0, 19, 30)],
    ["at 11", day(0, 23)],
    ["at 7 am", day(1, 7)],
    ["at 6:45", day(0, 18, 45)],
    ["18:45", day(0, 18, 45)],
    ["06:45", day(1, 6, 45)],
    ["half past six", day(0, 18, 30)],
    ["quarter to nine", day(0, 20, 45)],
    ["ten past five in the afternoon", day(0, 17, 10)],
    ["noon", day(1, 12)],
    ["midnight", day(1, 0)],
    ["tomorrow at noon", day(1, 12)],
    ["tomorrow at 7", day(1, 7)],
    ["tomorrow at 3", day(1, 15)],
    ["tomorrow morning", day(1, 8)],
    ["tomorrow morning at 6", day(1, 6)],
    ["at 8 tomorrow evening", day(1, 20)],
    ["tonight", day(0, 20)],
    ["tonight at 9", day(0, 21)],
    ["tonight at midnight", day(1, 0)],
    ["this evening at 8", day(0, 20)],
    ["on monday at 5 pm", day(3, 17)],
    ["friday at 9 am", day(7, 9)],
    ["at 5 o'clock", day(0, 17)],
    ["now", now],
  ];
  for (const [words, at] of cases)
    assert.equal(new Date(readTime(words, now)).toString(), new Date(at).toString(), words);
});

test("refuses what is no point in time, and lengths that are none", () => {
  const now = new Date(2026, 10, 20, 12, 10).getTime();
  for (const words of [
    "for ten minutes",
    "until 7",
    "at sunset",
    "at 25:00",
    "sometime",
    "",
    "when I am home",
    "at 13 pm",
  ]) {
    assert.throws(() => readTime(words, now), throws("request.time", words), words);
  }
});

test("reads colors and whites, with their shades", () => {
  assert.deepEqual(readColor("red"), { hex: "#ff0000" });
  assert.deepEqual(readColor("Light Blue"), { hex: "#8080ff" });
  assert.deepEqual(readColor("the color purple"), { hex: "#800080" });
  assert.deepEqual(readColor("warm white"), { hex: "#ffffff", kelvin: 2700 });
  assert.deepEqual(readColor("#12ab34"), { hex: "#12ab34" });
  assert.ok(COLOR_NAMES.length >= 55);
  for (const words of ["octarine", "light", "", "blue-ish thing"]) {
    assert.throws(() => readColor(words), throws("request.color", words), words);
  }
});
