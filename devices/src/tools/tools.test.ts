import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bound, BoundCall, Risk, Speaker } from "../call.ts";
import { catalogue } from "../catalogue.ts";
import { openHistory } from "../history.ts";
import type { State } from "../home.ts";
import { loadHome } from "../load.ts";
import { bindCall } from "../plan.ts";
import { simulatedHome } from "../sim/demo-home.ts";
import { openRandom } from "../sim/simulator.ts";
import { SERVICE_TOOLS } from "./services.ts";
import { DEVICE_TOOLS } from "./table.ts";

const home = loadHome(simulatedHome());
const fahrenheit = loadHome({ ...simulatedHome(), unit: "F" });
const kept = { timers: [], reminders: [], scheduled: [], lists: {} };
const now = new Date(2026, 10, 20, 12).getTime();

function bind(name: string, args: Record<string, unknown>, at = home): Bound {
  return bindCall({ home: at, now, history: openHistory(), kept }, { name, arguments: args }, { area: "living_room" });
}

function bound(name: string, args: Record<string, unknown>, at = home): BoundCall {
  const made = bind(name, args, at);
  assert.ok(made.ok, made.ok ? "" : made.refusal.message);
  return made.call;
}

function refusal(name: string, args: Record<string, unknown>, at = home): string {
  const made = bind(name, args, at);
  assert.ok(!made.ok, "should have been refused");
  return made.refusal.code;
}

const sets = ({ plan }: BoundCall): (State | undefined)[] =>
  plan.do === "command" ? plan.commands.map(({ set }) => set) : [];

test("every tool of the catalogue has a handler and no handler is without a tool", () => {
  const handled = [...Object.keys(DEVICE_TOOLS), ...Object.keys(SERVICE_TOOLS), "get_state", "activate_scene", "undo"];
  assert.deepEqual(
    handled.sort(),
    catalogue()
      .map(({ name }) => name)
      .sort(),
  );
});

// The polarity of every pair: the worst mistake a home can make is the opposite.
const POLARITY: [string, Record<string, unknown>, State][] = [
  ["turn_on", { name: "desk lamp" }, { on: true }],
  ["turn_off", { name: "desk lamp" }, { on: false }],
  ["turn_on", { name: "tv" }, { on: true }],
  ["turn_off", { name: "tv" }, { on: false }],
  ["turn_on", { name: "robot vacuum" }, { activity: "cleaning" }],
  ["turn_off", { name: "robot vacuum" }, { activity: "returning" }],
  ["lock", { name: "front door" }, { locked: true }],
  ["unlock", { name: "front door" }, { locked: false }],
  ["open", { name: "garage door" }, { position: 100 }],
  ["close", { name: "garage door" }, { position: 0 }],
  ["open", { name: "bedroom blinds" }, { position: 100 }],
  ["close", { name: "bedroom blinds" }, { position: 0 }],
  ["set_position", { name: "bedroom blinds", percent: 0 }, { position: 0 }],
  ["set_position", { name: "bedroom blinds", percent: 100 }, { position: 100 }],
  ["arm_alarm", {}, { armed: "away" }],
  ["arm_alarm", { mode: "home" }, { armed: "home" }],
  ["arm_alarm", { mode: "night" }, { armed: "night" }],
  ["disarm_alarm", {}, { armed: "off" }],
  ["set_brightness", { name: "desk lamp", level: 0 }, { on: false }],
  ["set_brightness", { name: "desk lamp", level: 1 }, { on: true, brightness: 1 }],
  ["change_brightness", { name: "floor lamp", direction: "up", by: 10 }, { on: true, brightness: 50 }],
  ["change_brightness", { name: "floor lamp", direction: "down", by: 10 }, { on: true, brightness: 30 }],
  ["change_brightness", { name: "floor lamp", direction: "down", by: 90 }, { on: true, brightness: 1 }],
  ["change_temperature", { name: "bedroom", direction: "up" }, { target: 19 }],
  ["change_temperature", { name: "bedroom", direction: "down" }, { target: 17 }],
  ["change_volume", { name: "living room speaker", direction: "up" }, { volume: 40, muted: false }],
  ["change_volume", { name: "living room speaker", direction: "down" }, { volume: 20, muted: false }],
  ["change_volume", { name: "living room speaker", direction: "mute" }, { muted: true }],
  ["change_volume", { name: "living room speaker", direction: "unmute" }, { muted: false }],
  ["control_media", { action: "pause" }, { playback: "paused" }],
  ["control_media", { action: "resume" }, { playback: "playing" }],
  ["control_media", { action: "stop" }, { playback: "stopped" }],
  ["vacuum", { action: "start" }, { activity: "cleaning" }],
  ["vacuum", { action: "dock" }, { activity: "returning" }],
  ["set_climate_mode", { name: "bedroom", mode: "off" }, { mode: "off" }],
  ["set_climate_mode", { name: "bedroom", mode: "heat" }, { mode: "heat" }],
  ["set_color_temperature", { name: "desk lamp", tone: "warm" }, { on: true, kelvin: 2700 }],
  ["set_color_temperature", { name: "desk lamp", tone: "daylight" }, { on: true, kelvin: 6500 }],
  ["set_color", { name: "floor lamp", color: "red" }, { on: true, color: "#ff0000" }],
  ["set_color", { name: "desk lamp", color: "warm white" }, { on: true, kelvin: 2700 }],
  ["set_fan_speed", { speed: "high" }, { on: true, percent: 100 }],
  ["set_fan_speed", { percent: 0 }, { on: false }],
  ["set_temperature", { name: "bathroom heater", degrees: 22 }, { mode: "heat", target: 22 }],
];

for (const [tool, args, set] of POLARITY) {
  test(`${tool} ${JSON.stringify(args)} means ${JSON.stringify(set)}`, () => {
    assert.deepEqual(sets(bound(tool, args)), [set]);
  });
}

test("an essential device is switched off only after a yes", () => {
  assert.equal(bound("turn_off", { name: "freezer" }).asksFirst, true);
  assert.equal(bound("turn_on", { name: "freezer" }).asksFirst, undefined);
  assert.equal(bound("turn_off", { name: "coffee machine" }).asksFirst, undefined);
  const history = openHistory();
  const add = (on: boolean, device = "freezer") => {
    const commands = [{ device, address: device, set: { on }, expect: { on } }];
    history.add({ tool: "turn_on", deed: "turn on the freezer", at: now, commands });
    const made = bindCall({ home, now, history, kept }, { name: "undo", arguments: {} }, {});
    return made.ok && made.call.asksFirst;
  };
  assert.equal(add(false), true);
  assert.equal(add(true), undefined);
  assert.equal(add(false, "gone since"), undefined);
});

test("a device that carries the very name of a scene is meant before the scene, if it can be turned on", () => {
  const devices = [
    { id: "fire", name: "Fireplace", kind: "plug" },
    { id: "tv", name: "TV", kind: "tv" },
    { id: "button", name: "Good night", kind: "sensor", state: { battery: 90 } },
  ];
  const scenes = ["Fireplace", "Good night"].map((name, n) => ({ id: `scene_${n}`, name, set: { tv: { on: true } } }));
  const small = loadHome({ devices, scenes });
  assert.deepEqual(bound("turn_on", { name: "the fireplace" }, small).targets, ["fire"]);
  assert.deepEqual(bound("turn_on", { name: "fireplace scene" }, small).targets, ["tv"]);
  assert.deepEqual(bound("turn_on", { name: "good night" }, small).targets, ["tv"]);
});

test("a refusal says what can be, in words of the home, and asks for no choice that cannot help", () => {
  const says = (name: string, args: Record<string, unknown>, speaker: Speaker = {}): string => {
    const made = bindCall({ home, now, history: openHistory(), kept }, { name, arguments: args }, speaker);
    return made.ok ? `bound ${made.call.deed}` : made.refusal.message;
  };
  assert.equal(says("set_brightness", { name: "desk lamp", level: 130 }), "The level can be 0 to 100 %, not 130.");
  assert.equal(says("set_temperature", { name: "oven", degrees: 300 }), "I can set 5 to 35 °C, not 300.");
  assert.equal(says("set_temperature", { name: "heating", degrees: 50 }), "I can set 5 to 35 °C, not 50.");
  assert.match(says("set_color", { name: "lamp", color: "cozy" }), /cozy/);
  const lamp = (area: string) => ({ id: `lamp_${area}`, name: "Reading lamp", area, kind: "light" });
  const areas = ["hall", "den"].map((id) => ({ id, name: id }));
  const twins = loadHome({ areas, devices: [lamp("hall"), lamp("den")] });
  const which = bind("turn_on", { name: "reading lamp" }, twins);
  assert.match(which.ok ? "" : which.refusal.message, /reading lamp in the hall or reading lamp in the den/);
  assert.equal(says("open", { name: "front door" }), "I cannot open the front door.");
  assert.match(says("open", { name: "window" }), /^I know no "window"/);
  assert.match(says("get_state", { property: "state" }), /^bound/);
  assert.match(says("get_state", { property: "state" }, { area: "office" }), /^bound/);
  assert.equal(
    says("add_to_list", { item: "butter", list: "holiday list" }),
    "I know no list called holiday list. I keep the shopping list and the to-do list.",
  );
});

test("the risk is that of the effect on the device, not of the tool's name", () => {
  const risks: [string, Record<string, unknown>, Risk][] = [
    ["get_state", { name: "front door" }, 0],
    ["turn_off", { name: "desk lamp" }, 1],
    ["open", { name: "bedroom blinds" }, 1],
    ["open", { name: "garage door" }, 3],
    ["set_position", { name: "garage door", percent: 20 }, 3],
    ["close", { name: "garage door" }, 1],
    ["lock", { name: "front door" }, 1],
    ["unlock", { name: "front door" }, 3],
    ["arm_alarm", {}, 1],
    ["disarm_alarm", {}, 3],
    ["turn_off", { name: "freezer" }, 2],
    ["turn_on", { name: "bedroom thermostat" }, 2],
    ["set_temperature", { degrees: 20 }, 2],
  ];
  for (const [tool, args, risk] of risks) assert.equal(bound(tool, args).risk, risk, tool);
});

test("a scene answers to its name, its alias, and its name with its room", () => {
  for (const name of [
    "movie night",
    "Movie Night scene",
    "cinema mode",
    "living room movie night",
    "movie night in the lounge",
  ]) {
    assert.equal(bound("activate_scene", { name }).said, "movie night", name);
  }
  assert.equal(bound("turn_on", { name: "movie night" }).said, "movie night");
  assert.equal(refusal("activate_scene", { name: "kitchen movie night" }), "unknown_device");
  assert.equal(refusal("activate_scene", { name: "mode" }), "unknown_device");
});

test("a scene that opens a way in is as risky as opening it", () => {
  const plain = simulatedHome();
  const risky = loadHome({
    ...plain,
    scenes: [{ id: "s", name: "Welcome", set: { front_door_lock: { locked: false } } }],
  });
  assert.equal(bound("activate_scene", { name: "welcome" }, risky).risk, 3);
});

test("degrees are read in the unit of the home and refused when nobody could mean them", () => {
  assert.deepEqual(sets(bound("set_temperature", { name: "bedroom", degrees: 70 }, fahrenheit)), [{ target: 21.11 }]);
  assert.equal(refusal("set_temperature", { name: "bedroom", degrees: 70 }), "out_of_range");
  assert.equal(refusal("set_temperature", { name: "bedroom", degrees: 21 }, fahrenheit), "out_of_range");
  assert.deepEqual(sets(bound("change_temperature", { name: "bedroom", direction: "up" }, fahrenheit)), [
    { target: 19.11 },
  ]);
});

test("wrong arguments are refused, never bent into range", () => {
  assert.equal(refusal("set_brightness", { name: "desk lamp", level: 500 }), "out_of_range");
  assert.equal(refusal("set_brightness", { name: "desk lamp", level: 50.5 }), "invalid_arguments");
  assert.equal(refusal("set_brightness", { name: "desk lamp" }), "invalid_arguments");
  assert.equal(refusal("set_brightness", { name: "desk lamp", level: "50" }), "invalid_arguments");
  assert.equal(refusal("turn_on", {}), "invalid_arguments");
  assert.equal(refusal("turn_on", { name: "desk lamp", toggle: true }), "invalid_arguments");
  assert.equal(refusal("turn_on", { name: "desk lamp", constructor: "x" }), "invalid_arguments");
  assert.equal(refusal("change_volume", { direction: "sideways" }), "invalid_arguments");
  assert.equal(refusal("set_color", { name: "floor lamp", color: "octarine" }), "invalid_arguments");
  assert.equal(refusal("turn_off", { name: "desk lamp", when: "for ten minutes" }), "invalid_arguments");
  assert.equal(refusal("set_color_temperature", { name: "desk lamp" }), "invalid_arguments");
  assert.equal(refusal("set_reminder", { text: "call mom" }), "invalid_arguments");
  assert.equal(refusal("turn_off", { name: "aquarium" }), "unknown_device");
  assert.equal(refusal("turn_off", { name: "kitchen fan" }), "unknown_device");
  assert.equal(refusal("turn_off", { name: "the lamp" }), "ambiguous");
  assert.equal(refusal("lock", { name: "garage door" }), "unsupported");
  assert.equal(refusal("permit_join", {}), "unsupported");
});

test("a call for later is planned as one, bound now so that faults show at once", () => {
  const call = bound("turn_off", { name: "desk lamp", when: "at 7 pm" });
  assert.deepEqual(call.plan, {
    do: "schedule",
    at: new Date(2026, 10, 20, 19).getTime(),
    call: { name: "turn_off", arguments: { name: "desk lamp" } },
  });
  assert.deepEqual(call.targets, ["office_desk"]);
  assert.equal(call.deed, "turn off the desk lamp at 7:00 pm");
  assert.equal(refusal("turn_off", { name: "aquarium", when: "at 7 pm" }), "unknown_device");
});

test("a bound call is plain data that a journal can keep", () => {
  const call = bound("turn_off", { name: "kitchen lights" });
  assert.deepEqual(JSON.parse(JSON.stringify(call)), call);
});

test("no call a hostile model can make throws, or binds outside its schema", () => {
  const random = openRandom(5);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const names = [
    ...home.devices.map(({ name }) => name),
    "all lights",
    "it",
    "",
    "everything but",
    "and",
    "in the",
    "ünï ☃",
  ];
  const values = [
    ...names,
    0,
    -1,
    50,
    1e9,
    Number.NaN,
    null,
    true,
    {},
    [],
    "up",
    "at 7",
    "red",
    "x".repeat(600),
    undefined,
  ];
  for (let i = 0; i < 4000; i++) {
    const tool = pick(catalogue());
    const keys = [...Object.keys(tool.parameters.properties), "__proto__", "toString"];
    const args = Object.fromEntries(keys.filter(() => random() < 0.6).map((key) => [key, pick(values)]));
    const made = bind(tool.name, args);
    if (!made.ok) assert.ok(made.refusal.message.length > 3 && made.refusal.message.length < 800);
    else
      for (const command of made.call.plan.do === "command" ? made.call.plan.commands : []) assert.ok(command.address);
  }
});
