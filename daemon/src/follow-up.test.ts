import assert from "node:assert/strict";
import { test } from "node:test";
import { loadHome, simulatedHome } from "@needled/devices";
import { type Before, completed, isSameDeed } from "./follow-up.ts";
import { namesOf } from "./names.ts";

const home = loadHome(simulatedHome());
const names = namesOf(() => home);

function before(text: string, name: string | undefined, devices: string[], more: Partial<Before> = {}): Before {
  const at = name === undefined ? -1 : text.indexOf(name);
  const span = name === undefined ? {} : { name: [at, at + name.length] as const };
  return { text, tool: "turn_on", arguments: {}, devices, ...span, ...more };
}

const lights = before("turn on the kitchen lights", "kitchen lights", ["kitchen_ceiling", "kitchen_counter"]);
const warm = before("set the bedroom to 20", "bedroom", ["bedroom_thermostat"]);
const fan = before("turn on the bedroom fan please", "bedroom fan", ["bedroom_fan"]);
const blinds = before("close the bedroom blinds", "bedroom blinds", ["bedroom_blinds"]);
const reading = before("turn on the reading lamp", "reading lamp", ["reading_lamp"]);
const loud = before("volume up", undefined, ["tv"]);

for (const [last, said, whole] of [
  [lights, "and the bedroom too", "turn on the bedroom lights"],
  [lights, "do the same in the hall", "turn on the hall lights"],
  [lights, "the office too, please", "turn on the office lights"],
  [loud, "and the kitchen radio too", "volume up on the kitchen radio"],
  [lights, "And upstairs as well.", "turn on the upstairs lights"],
  [lights, "what about the TV", "turn on the TV"],
  [warm, "same for the living room", "set the living room to 20"],
  [warm, "and the office", "set the office to 20"],
  [fan, "and the living room", "turn on the living room fans please"],
  [blinds, "now the same in the living room", "close the living room blinds"],
  [loud, "and in the kitchen", "volume up in the kitchen"],
  [lights, "no, the reading lamp", "turn on the reading lamp"],
  [lights, "no I meant the bedroom", "turn on the bedroom lights"],
  [lights, "no the TV I meant", "turn on the TV"],
  [reading, "not that one, the ceiling one", "turn on the ceiling"],
  [blinds, "no the other one", "close the other blind"],
  [lights, "no, the other ones", "turn on the other lights"],
] as const) {
  test(`after "${last.text}", "${said}" is read as "${whole}"`, () => {
    assert.equal(completed(said, last, names), whole);
  });
}

for (const said of [
  "turn on the bedroom light",
  "and turn on the bedroom light too",
  "and the flux capacitor too",
  "what about lunch",
  "the office",
  "no lights",
  "no, turn off the bedroom light",
  "yes",
  "and",
  "me too",
]) {
  test(`"${said}" is not made of the turn before`, () => assert.equal(completed(said, lights, names), undefined));
}

test("nothing is made whole without a turn before", () => {
  assert.equal(completed("and the bedroom too", undefined, names), undefined);
});

test("a name answers the question which one", () => {
  const asked = before("set the heating to 21", "heating", ["living_thermostat", "bedroom_thermostat"], {
    isAsked: true,
  });
  assert.equal(completed("the bedroom one", asked, names), "set the bedroom thermostats to 21");
  assert.equal(completed("Living room thermostat", asked, names), "set the Living room thermostat to 21");
  assert.equal(completed("both of them", asked, names), "set all the thermostats to 21");
  assert.equal(completed("something else", asked, names), undefined);
});

test("yes answers the question whether that was meant", () => {
  const meant = "turn on the hallway light";
  const asked = before("hall on or so", "hall", ["hall_light"], { meant });
  assert.equal(completed("Yes please.", asked, names), meant);
  assert.equal(completed("no", asked, names), undefined);
});

test("yes takes the name that was offered", () => {
  const asked = before("turn on the kichen lights", "kichen lights", [], { isAsked: true, offered: "kitchen lights" });
  assert.equal(completed("yes", asked, names), "turn on kitchen lights");
  assert.equal(completed("the hall lights", asked, names), "turn on the hall lights");
});

test("what the model makes of the whole sentence must be the deed of the one before", () => {
  const last = before("set the bedroom to 20", "bedroom", [], {
    tool: "set_temperature",
    arguments: { name: "bedroom", degrees: 20 },
  });
  const call = (name: string, args: Record<string, string | number>) => ({ name, arguments: args });
  assert.ok(isSameDeed(last, [call("set_temperature", { degrees: 20, name: "office" })]));
  assert.ok(!isSameDeed(last, [call("set_temperature", { degrees: 21, name: "office" })]));
  assert.ok(!isSameDeed(last, [call("turn_on", { name: "office" })]));
  assert.ok(!isSameDeed(last, []));
});
