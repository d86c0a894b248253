import assert from "node:assert/strict";
import { test } from "node:test";
import { mendCalls } from "./mend.ts";
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

const mend = (text: string, ...calls: Step["call"][]) => mendCalls(text, calls, { unit: "C" });

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
] as const) {
  test(`in "${text}" the name "${name}" becomes ${expected}`, () => {
    assert.equal(nameAfter(text, "turn_off", name), expected);
  });
}

test("what comes after but and is done itself is no exception", () => {
  const text = "turn everything on but the kitchen lights off";
  const calls = [call(text, "turn_on", { name: "everything" }), call(text, "turn_off", { name: "kitchen lights" })];
  assert.deepEqual(
    mend(text, ...calls).map(({ arguments: args }) => args.name),
    ["everything", "kitchen lights"],
  );
});

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
  assert.equal(mendCalls(warm, [set], { unit: "F" })[0]?.arguments.degrees, 72);
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
  const text = "add eggs to the shopping list and bread to the to-do list";
  const two = [call(text, "add_to_list", { item: "eggs" }), call(text, "add_to_list", { item: "bread" })];
  assert.deepEqual(
    mend(text, ...two).map(({ arguments: args }) => args.item),
    ["eggs", "bread"],
  );
});

test("all timers are all of them", () => {
  const text = "cancel all my timers";
  assert.equal(mend(text, call(text, "cancel_timer", {}))[0]?.arguments.label, "all timers");
  assert.equal(mend("cancel the timer", call("cancel the timer", "cancel_timer", {}))[0]?.arguments.label, undefined);
});

test("a call without spans was understood before, and stays as it is", () => {
  const due = { name: "turn_off", arguments: { name: "lights" } };
  assert.deepEqual(mend("turn off all the lights", due), [due]);
});
