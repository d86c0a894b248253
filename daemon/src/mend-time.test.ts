import assert from "node:assert/strict";
import { test } from "node:test";
import { loadHome, simulatedHome } from "@needled/devices";
import { mendCalls } from "./mend.ts";
import { namesOf } from "./names.ts";
import type { Step } from "./turn.ts";

const home = loadHome(simulatedHome());
const names = namesOf(() => home);

type Values = Record<string, string | number>;

/** Values have spans where they stand in the words, as the model's have. */
function call(text: string, name: string, args: Values): Step["call"] {
  const spans = Object.entries(args).flatMap(([key, value]) => {
    const said = value === 10 ? "ten" : String(value);
    const at = text.lastIndexOf(said);
    return at < 0 ? [] : [[key, [at, at + said.length]] as const];
  });
  return { name, arguments: args, spans: Object.fromEntries(spans) } as unknown as Step["call"];
}

/** When it happens: a time, "now", or the reason why it does not. */
function when(text: string, tool: string, args: Values): unknown {
  const [made] = mendCalls(text, [call(text, tool, args)], names);
  return made?.problem?.code ?? made?.arguments.when ?? "now";
}

const fan = { name: "fan" };
for (const [text, tool, args, expected] of [
  ["turn on the fan at night", "turn_on", fan, "at night"],
  ["close the blinds in the evening", "close", { name: "blinds in the evening" }, "in the evening"],
  ["turn on the fan in the morning at seven", "turn_on", fan, "in the morning at seven"],
  ["turn on the fan tomorrow morning", "turn_on", fan, "tomorrow morning"],
  ["turn on the fan after ten minutes", "turn_on", fan, "after ten minutes"],
  ["turn on every light at 7 pm", "turn_on", { name: "light" }, "at 7 pm"],
  ["turn on the fan at sunrise", "turn_on", fan, "unsupported"],
  ["turn on the fan before dinner", "turn_on", fan, "unsupported"],
  ["turn off the fan in a bit", "turn_off", fan, "unsupported"],
  ["turn off the fan later", "turn_off", fan, "unsupported"],
  ["turn on the fan every morning at seven", "turn_on", fan, "unsupported"],
  ["turn on the fan on weekdays at 7 am", "turn_on", { ...fan, when: "on weekdays at 7 am" }, "unsupported"],
  ["turn on the fan for ten minutes", "turn_on", { ...fan, when: "in ten minutes" }, "unsupported"],
  ["turn on the fan at 7 pm for ten minutes", "turn_on", { ...fan, when: "at 7 pm" }, "unsupported"],
  ["fan on until ten", "set_fan_speed", { ...fan, percent: 10 }, "unsupported"],
  ["water the roses until 9 pm", "water_roses", { end: "9 pm" }, "now"],
  ["lock the front door at night", "lock", { name: "front door" }, "unsupported"],
  ["set the bedroom to 18 degrees in the evening", "set_temperature", { name: "bedroom", degrees: 18 }, "unsupported"],
  ["arm the alarm overnight", "arm_alarm", { mode: "night" }, "now"],
  ["turn on the fan as soon as possible", "turn_on", fan, "now"],
  ["turn off the fan now, not later", "turn_off", fan, "now"],
  ["turn on every light", "turn_on", { name: "light" }, "now"],
  ["turn on the lamp by the couch", "turn_on", { name: "lamp by the couch" }, "now"],
  ["brighten the fan by ten", "change_brightness", { ...fan, direction: "up" }, "now"],
  ["dim the desk lamp until 20 percent", "set_brightness", { name: "desk lamp", level: 20 }, "now"],
  ["activate movie night", "activate_scene", { name: "movie night" }, "now"],
  ["play the morning show", "play_media", { what: "the morning show" }, "now"],
] as const) {
  test(`"${text}" happens: ${expected}`, () => assert.equal(when(text, tool, args), expected));
}

test("a time that the model took into a name leaves it", () => {
  const text = "turn off the lights in the evening";
  const [made] = mendCalls(text, [call(text, "turn_off", { name: "lights in the evening" })], names);
  assert.equal(made?.arguments.name, "lights");
});

test("of two wishes and a time that neither has, none happens now", () => {
  const text = "turn off the tv and open the bedroom blinds in the morning";
  const calls = [call(text, "turn_off", { name: "tv" }), call(text, "open", { name: "bedroom blinds" })];
  assert.deepEqual(
    mendCalls(text, calls, names).map(({ problem }) => problem?.code),
    ["unsupported", "unsupported"],
  );
});

test("a time that is one wish's own stops not the other", () => {
  const text = "turn off the tv and open the bedroom blinds tomorrow at 7 am";
  const open = call(text, "open", { name: "bedroom blinds", when: "tomorrow at 7 am" });
  const made = mendCalls(text, [call(text, "turn_off", { name: "tv" }), open], names);
  assert.deepEqual(
    made.map(({ problem, arguments: args }) => [problem, args.when]),
    [
      [undefined, undefined],
      [undefined, "tomorrow at 7 am"],
    ],
  );
});
