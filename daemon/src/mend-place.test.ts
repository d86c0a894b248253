import assert from "node:assert/strict";
import { test } from "node:test";
import { loadHome, simulatedHome } from "@needled/devices";
import { mendCalls } from "./mend.ts";
import { namesOf } from "./names.ts";
import type { Step } from "./turn.ts";

const home = loadHome(simulatedHome());

/** The name, or why there is none, after a call as the model makes it: its values stand in the words. */
function nameAfter(text: string, args: Record<string, string | number>): unknown {
  const spans = Object.entries(args).map(([key, value]) => {
    const at = text.lastIndexOf(String(value));
    assert.ok(at >= 0, `"${value}" is not in "${text}"`);
    return [key, [at, at + String(value).length]];
  });
  const call = { name: "change_temperature", arguments: args, spans: Object.fromEntries(spans) };
  const [only] = mendCalls(
    text,
    [call as unknown as Step["call"]],
    namesOf(() => home),
  );
  return only?.problem?.code ?? only?.arguments.name;
}

for (const [text, name, expected] of [
  ["turn the heating down two degrees in the living room", "heating", "heating in the living room"],
  ["living room: heating two degrees down", "heating", "heating in living room"],
  [
    "turn the heating down two degrees in the bedroom and the hall",
    "heating",
    "heating in the bedroom and heating in the hall",
  ],
  ["turn the heating down two degrees in the bedroom or the living room", "heating", "heating"],
  ["I'm in the kitchen, turn the desk lamp down two steps", "desk lamp", "desk lamp"],
  ["turn the heating down two degrees in the morning", "heating", "unsupported"],
  ["turn the heating down two degrees everywhere", "heating", "all heating in the house"],
  ["turn the heating down two degrees in the office please", "heating", "heating in the office"],
  ["turn the lamps down, kitchen and bedroom", "lamps", "lamps in kitchen and lamps in bedroom"],
  ["kitchen and bedroom: lamps down", "lamps", "lamps in kitchen and lamps in bedroom"],
  [
    "turn the lamps down two steps in the kitchen, the hall and the bedroom",
    "lamps",
    "lamps in the kitchen and lamps in the hall and lamps in the bedroom",
  ],
  ["in the office, turn the heating down", "heating", "heating in the office"],
  ["nobody is in the bedroom, turn the heating down", "heating", "heating in the bedroom"],
  ["I'm not in the bedroom, turn the heating down", "heating", "heating"],
  ["I'm at home, turn the lamp down", "lamp", "lamp"],
  ["we are leaving the house, turn the heating down", "heating", "heating"],
  ["the baby is asleep in the bedroom, turn the music down", "music", "music"],
  ["it's cold in the bedroom, turn it up two degrees", "it", "it"],
  ["turn the heating down two degrees, but not in the bedroom", "heating", "low_confidence"],
] as const) {
  test(`of several things called "${name}", "${text}" means ${expected}`, () => {
    assert.equal(nameAfter(text, { name }), expected);
  });
}

test("what is left out stands behind a value, too, and must be something here", () => {
  const name = "all the lights";
  const after = (end: string) => nameAfter(`set all the lights to 30 percent ${end}`, { name, by: 30 });
  assert.equal(after("except the bedroom"), "all the lights except the bedroom");
  assert.equal(after("but not in the hall please"), "all the lights except in the hall");
  assert.equal(after("without delay"), name);
});
