import assert from "node:assert/strict";
import { test } from "node:test";
import { loadHome, simulatedHome } from "@needled/devices";
import { mendCalls } from "./mend.ts";
import { namesOf } from "./names.ts";
import type { Step } from "./turn.ts";

/** A call as the model makes it: values that stand in the words have their spans. */
function call(text: string, name: string, args: Record<string, string | number>, said: Record<string, string> = {}) {
  const spans = Object.entries(args).flatMap(([key, value]) => {
    const words = said[key] ?? String(value);
    const at = text.lastIndexOf(words);
    return at < 0 ? [] : [[key, [at, at + words.length]] as const];
  });
  return { name, arguments: args, spans: Object.fromEntries(spans) } as unknown as Step["call"];
}

const home = loadHome(simulatedHome());
const names = namesOf(() => home);
const fahrenheit = namesOf(() => loadHome({ ...simulatedHome(), unit: "F" }));
const mend = (text: string, ...calls: Step["call"][]) => mendCalls(text, calls, names);

function nameAfter(text: string, tool: string, name: string): unknown {
  const [only, ...more] = mend(text, call(text, tool, { name }));
  assert.equal(more.length, 0);
  return only?.problem?.code ?? only?.arguments.name;
}

for (const [text, name, expected] of [
  ["lock all the doors", "doors", "all the doors"],
  ["close both of the blinds", "blinds", "both of the blinds"],
  ["all lights downstairs on", "lights downstairs", "all lights downstairs"],
  ["turn off the lights", "lights", "lights"],
  ["turn off all lights but the bedside lamp", "bedside lamp", "all lights except bedside lamp"],
  ["turn off all lights but the bedside lamp", "all lights", "all lights except the bedside lamp"],
  ["turn everything off except for the tv please", "tv", "everything except tv"],
  ["turn all the lights off apart from the desk lamp", "lights", "all the lights except the desk lamp"],
  ["turn on the kitchen light, not the bedroom light", "bedroom light", "low_confidence"],
  ["nothing but the floor lamp", "floor lamp", "floor lamp"],
  ["turn everything off in the kitchen", "everything", "everything in the kitchen"],
  ["blinds down in the bedroom please", "blinds", "blinds in the bedroom"],
  ["are any lights on upstairs", "lights", "lights upstairs"],
  ["close the blinds everywhere", "blinds", "all blinds in the house"],
  ["put the lights out in the hall", "lights out in the hall", "lights in the hall"],
  ["turn off the kitchen light in the bedroom", "kitchen light", "kitchen light"],
  ["turn off the fan in the meantime", "fan", "fan"],
  ["lock the front door right now", "front door right", "front door"],
  ["turn the lights off in the kitchen and the hall", "lights", "lights in the kitchen and lights in the hall"],
  ["turn all the lights off upstairs and in the hall", "lights", "all the lights upstairs and lights in the hall"],
  [
    "turn everything off in the kitchen, the hall and the bedroom",
    "everything",
    "everything in the kitchen and in the hall and in the bedroom",
  ],
  ["turn the lights off in the kitchen and open the blinds", "lights", "lights in the kitchen"],
  ["turn the lights off, but not in the bedroom", "lights", "low_confidence"],
  ["turn the lights off everywhere except in the hall", "lights", "all lights in the house except in the hall"],
  ["turn off the fan when it is cool", "fan", "unsupported"],
  ["if the sun shines close the blinds", "blinds", "unsupported"],
  ["if it's ok turn off the fan", "fan", "fan"],
  ["are any lights on upstairs", "upstairs", "lights upstairs"],
  ["lights off in the bedroom", "bedroom", "lights in the bedroom"],
  ["turn off the bedroom", "bedroom", "bedroom"],
  ["make it dark in the bedroom", "bedroom", "bedroom"],
] as const) {
  test(`in "${text}" the name "${name}" becomes ${expected}`, () => {
    assert.equal(nameAfter(text, "turn_off", name), expected);
  });
}

test("what is left out and gets another value stops the sentence, unless it is a call of its own", () => {
  const text = "set all lights to 20 percent but the hall to 50";
  const all = call(text, "set_brightness", { name: "all lights", level: 20 });
  const hall = call(text, "set_brightness", { name: "hall", level: 50 });
  assert.equal(mend(text, all)[0]?.problem?.code, "low_confidence");
  assert.equal(mend(text, hall)[0]?.problem?.code, "low_confidence");
  assert.deepEqual(
    mend(text, all, hall).map(({ arguments: args, problem }) => [args.name, problem]),
    [
      ["all lights except hall", undefined],
      ["hall", undefined],
    ],
  );
});

test("a word that is no thing is no name to ask after", () => {
  const text = "what is still on";
  assert.deepEqual(mend(text, call(text, "get_state", { name: "still", property: "state" }))[0]?.arguments, {
    property: "state",
  });
});

test("what comes after but and is done itself is no exception", () => {
  const text = "turn everything on but the kitchen lights off";
  const calls = [call(text, "turn_on", { name: "everything" }), call(text, "turn_off", { name: "kitchen lights" })];
  assert.deepEqual(
    mend(text, ...calls).map(({ arguments: args }) => args.name),
    ["everything", "kitchen lights"],
  );
});

for (const [text, said, expected] of [
  ["everything off but the tv and the floor lamp", ["tv", "floor lamp"], ["everything except tv and the floor lamp"]],
  [
    "everything off but the tv and the floor lamp",
    ["everything", "floor lamp"],
    ["everything except the tv and the floor lamp"],
  ],
  ["turn off all lights but the hall and turn off the tv", ["all lights", "tv"], ["all lights except the hall", "tv"]],
  ["lights off downstairs but not the hall", ["lights"], ["lights downstairs except the hall"]],
  ["lights off downstairs but not the hall", ["downstairs"], ["lights downstairs except the hall"]],
  ["turn off the lights but not too fast", ["lights"], ["lights"]],
] as const) {
  test(`of "${text}", heard as ${said.join(" and ")}, nothing that was left out is touched`, () => {
    const calls = said.map((name) => call(text, "turn_off", { name }));
    assert.deepEqual(
      mend(text, ...calls).map(({ arguments: args }) => args.name),
      expected,
    );
  });
}

test("two calls made of a group and its exception become one", () => {
  const text = "turn off all lights but the bedside lamp";
  const calls = [call(text, "turn_off", { name: "all lights" }), call(text, "turn_off", { name: "bedside lamp" })];
  assert.deepEqual(
    mend(text, ...calls).map(({ arguments: args }) => args.name),
    ["all lights except bedside lamp"],
  );
});

test("minus and the other unit of temperature count", () => {
  const minus = "set the desk lamp to minus 10 percent";
  assert.equal(mend(minus, call(minus, "set_brightness", { level: 10 }))[0]?.arguments.level, -10);
  const warm = "set it to seventy two degrees fahrenheit";
  const set = call(warm, "set_temperature", { degrees: 72 }, { degrees: "seventy two" });
  assert.equal(mend(warm, set)[0]?.arguments.degrees, 22);
  assert.equal(mendCalls(warm, [set], fahrenheit)[0]?.arguments.degrees, 72);
  const cooler = "make it minus 2 degrees colder";
  const change = call(cooler, "change_temperature", { direction: "down", by: 2 });
  assert.equal(mend(cooler, change)[0]?.arguments.by, 2);
});

test("a list gets all that was said, and nothing that was to come off it", () => {
  const add = (text: string, item: string) => mend(text, call(text, "add_to_list", { item, list: "shopping list" }))[0];
  assert.equal(add("add eggs and bread to the shopping list", "eggs")?.arguments.item, "eggs and bread");
  assert.equal(add("add milk to the shopping list", "milk")?.arguments.item, "milk");
  assert.equal(add("remove milk from the shopping list", "milk")?.problem?.code, "unsupported");
  assert.equal(add("take milk off the shopping list", "milk")?.problem?.code, "unsupported");
  const three = "put milk, eggs and flour on the shopping list";
  const some = [call(three, "add_to_list", { item: "milk" }), call(three, "add_to_list", { item: "flour" })];
  assert.deepEqual(
    mend(three, ...some).map(({ arguments: args }) => args.item),
    ["milk, eggs and flour"],
  );
  const text = "add eggs to the shopping list and bread to the to-do list";
  const two = [call(text, "add_to_list", { item: "eggs" }), call(text, "add_to_list", { item: "bread" })];
  assert.deepEqual(
    mend(text, ...two).map(({ arguments: args }) => args.item),
    ["eggs", "bread"],
  );
});

test("a door that is to open a little does not open wide", () => {
  const code = (text: string) => mend(text, call(text, "open", { name: "blinds" }))[0]?.problem?.code;
  for (const text of ["open the blinds a little", "open the blinds slightly", "open the blinds half way"])
    assert.equal(code(text), "unsupported", text);
  for (const text of ["open the blinds", "open the blinds all the way"]) assert.equal(code(text), undefined, text);
});

test("what is asked of a place is not part of its name", () => {
  const text = "what's the temperature outside";
  const asked = call(text, "get_state", { name: "temperature outside", property: "temperature" });
  assert.equal(mend(text, asked)[0]?.arguments.name, "outside");
});

test("all timers are all of them", () => {
  const text = "cancel all my timers";
  assert.equal(mend(text, call(text, "cancel_timer", {}))[0]?.arguments.label, "all timers");
  assert.equal(mend("cancel the timer", call("cancel the timer", "cancel_timer", {}))[0]?.arguments.label, undefined);
});

test("a place belongs to the call that it stands beside", () => {
  const text = "turn everything off in the kitchen and lock the front door";
  const calls = [call(text, "turn_off", { name: "everything" }), call(text, "lock", { name: "front door" })];
  assert.deepEqual(
    mend(text, ...calls).map(({ arguments: args }) => args.name),
    ["everything in the kitchen", "front door"],
  );
  const radio = "play some jazz in the kitchen";
  assert.deepEqual(mend(radio, call(radio, "play_media", { what: "some jazz in the kitchen" }))[0]?.arguments, {
    what: "some jazz",
    name: "the kitchen",
  });
});

test("a time that was said is when it happens, or why it does not", () => {
  const when = (text: string, tool: string, args: Record<string, string | number>) => {
    const made = mend(text, call(text, tool, args))[0];
    return made?.problem?.code ?? made?.arguments.when;
  };
  assert.equal(
    when("turn on the lamp at 7:30 tomorrow", "turn_on", { name: "lamp", when: "tomorrow" }),
    "at 7:30 tomorrow",
  );
  assert.equal(when("turn off the fan at ten pm", "turn_off", { name: "fan" }), "at ten pm");
  assert.equal(when("close the blinds in half an hour", "close", { name: "blinds" }), "in half an hour");
  assert.equal(
    when("set the bedroom to 17 degrees at ten pm", "set_temperature", { name: "bedroom", degrees: 17 }),
    "unsupported",
  );
  assert.equal(when("set the bedroom to 17 degrees", "set_temperature", { name: "bedroom", degrees: 17 }), undefined);
  assert.equal(when("turn on the fan", "turn_on", { name: "fan" }), undefined);
  assert.equal(when("set the lamp at 30", "set_brightness", { name: "lamp", level: 30 }), undefined);
  assert.equal(
    when("remind me on friday at nine", "set_reminder", { text: "x", when: "on friday" }),
    "on friday at nine",
  );
});

test("a time takes no word that is none", () => {
  const text = "remind me on friday about the dentist";
  const made = mend(text, call(text, "set_reminder", { text: "dentist", when: "on friday" }))[0];
  assert.equal(made?.arguments.when, "on friday");
});

test("a call without spans was understood before, and stays as it is", () => {
  const due = { name: "turn_off", arguments: { name: "lights" } };
  assert.deepEqual(mend("turn off all the lights", due), [due]);
});
