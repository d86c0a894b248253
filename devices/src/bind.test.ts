import assert from "node:assert/strict";
import { test } from "node:test";
import { type Binding, bindPhrase, type Need } from "./bind.ts";
import type { Speaker } from "./call.ts";
import { loadHome } from "./load.ts";
import { NEEDS } from "./needs.ts";
import { simulatedHome } from "./sim/demo-home.ts";
import { openRandom } from "./sim/simulator.ts";

const home = loadHome(simulatedHome());

function show(binding: Binding): string {
  switch (binding.status) {
    case "bound":
      return binding.devices
        .map((device) => device.id)
        .sort()
        .join(" ");
    case "ambiguous":
      return `? ${binding.candidates
        .map((device) => device.id)
        .sort()
        .join(" ")}`.trim();
    case "no_capability":
      return `cannot ${binding.devices
        .map((device) => device.id)
        .sort()
        .join(" ")}`;
    default:
      return binding.status;
  }
}

const KITCHEN = "kitchen_ceiling kitchen_counter kitchen_table";
const LIVING = "floor_lamp living_ceiling reading_lamp";
const BEDROOM = "bedroom_ceiling bedside_lamp";
const UPSTAIRS = "bathroom_light bedroom_ceiling bedside_lamp office_desk";
const DOWNSTAIRS =
  "floor_lamp garage_lamp hall_light kitchen_ceiling kitchen_counter kitchen_table living_ceiling reading_lamp";
const sorted = (...ids: string[]): string => ids.join(" ").split(" ").sort().join(" ");
const ALL = sorted(UPSTAIRS, DOWNSTAIRS);

// [need, phrase, speaker's room, expected]
const TABLE: [keyof typeof NEEDS, string | undefined, string, string][] = [
  ["onoff", "kitchen lights", "", KITCHEN],
  ["onoff", "the kitchen lights", "bedroom", KITCHEN],
  ["onoff", "Kitchen Light", "", KITCHEN],
  ["onoff", "lights in the kitchen", "", KITCHEN],
  ["onoff", "the lights in the bedroom", "", BEDROOM],
  ["onoff", "all the lights in the bedroom", "", BEDROOM],
  ["onoff", "bedroom", "", BEDROOM],
  ["onoff", "the whole bedroom", "kitchen", sorted(BEDROOM, "bedroom_fan")],
  ["onoff", "livingroom lights", "", LIVING],
  ["onoff", "livingroomlights", "", LIVING],
  ["onoff", "lounge lights", "", LIVING],
  ["onoff", "the living room's lights", "", LIVING],
  ["onoff", "lamp by the couch", "", "floor_lamp"],
  ["onoff", "the couch lamp", "", "floor_lamp"],
  ["onoff", "the lamp over the table", "", "kitchen_table"],
  ["onoff", "living room lamps", "", "floor_lamp reading_lamp"],
  ["onoff", "the lamp in the living room", "", "? floor_lamp reading_lamp"],
  ["onoff", "bedroom lamp", "", "bedside_lamp"],
  ["onoff", "ceiling light", "bedroom", "bedroom_ceiling"],
  ["onoff", "kitchen ceiling light", "", "kitchen_ceiling"],
  ["onoff", "the ceiling light in the kitchen", "", "kitchen_ceiling"],
  ["onoff", "counter lamp", "", "kitchen_counter"],
  ["onoff", "kitchen counter light", "", "kitchen_counter"],
  ["onoff", "desk light", "", "office_desk"],
  ["onoff", "study lamp", "", "office_desk"],
  ["onoff", "lights", "kitchen", KITCHEN],
  ["onoff", "the light", "kitchen", KITCHEN],
  ["onoff", "the light", "office", "office_desk"],
  ["onoff", "lights", "", `? ${ALL}`],
  ["onoff", "all lights", "", ALL],
  ["onoff", "all the lights", "kitchen", ALL],
  ["onoff", "every light", "", ALL],
  ["onoff", "all of the lights", "", ALL],
  ["onoff", "all the lights in the house", "", ALL],
  ["onoff", "every light upstairs", "", UPSTAIRS],
  ["onoff", "any lamp in the living room", "", "? floor_lamp reading_lamp"],
  ["onoff", "any lights in the bedroom", "", BEDROOM],
  ["onoff", "lights in every room", "", ALL],
  ["onoff", "each lamp in the living room", "", "floor_lamp reading_lamp"],
  ["onoff", "lights in the conservatory", "", "unknown"],
  ["onoff", "lights downstairs", "", DOWNSTAIRS],
  ["onoff", "upstairs lights", "", UPSTAIRS],
  ["onoff", "the lights on the first floor", "", UPSTAIRS],
  ["onoff", "upstairs", "", UPSTAIRS],
  ["onoff", "everything upstairs", "", sorted(UPSTAIRS, "bedroom_fan")],
  ["onoff", "everything in the kitchen", "", sorted(KITCHEN, "coffee_machine kitchen_speaker")],
  ["onoff", "everything", "", sorted(ALL, "bedroom_fan coffee_machine kitchen_speaker living_speaker tv")],
  ["onoff", "here", "kitchen", KITCHEN],
  ["onoff", "in here", "office", "office_desk"],
  ["onoff", "the lights in here", "bedroom", BEDROOM],
  ["onoff", "this room", "bedroom", BEDROOM],
  ["onoff", "all but the kitchen lights", "", sorted(UPSTAIRS, LIVING, "garage_lamp hall_light")],
  ["onoff", "all lights except the bedroom", "", sorted(DOWNSTAIRS, "bathroom_light office_desk")],
  ["onoff", "all the lights apart from the desk lamp", "", ALL.replace("office_desk ", "")],
  ["onoff", "everything except the flux capacitor", "", "unknown"],
  ["onoff", "kitchen and bedroom lights", "", sorted(KITCHEN, BEDROOM)],
  ["onoff", "lights in the kitchen and bedroom", "", sorted(KITCHEN, BEDROOM)],
  ["onoff", "desk lamp and bedside lamp", "", "bedside_lamp office_desk"],
  ["onoff", "the desk and bedside lamps", "", "bedside_lamp office_desk"],
  ["onoff", "the kitchen lights and the TV", "", sorted(KITCHEN, "tv")],
  ["onoff", "both lamps", "living_room", "floor_lamp reading_lamp"],
  ["onoff", "telly", "", "tv"],
  ["onoff", "the television", "bedroom", "tv"],
  ["onoff", "the fan", "", "bedroom_fan"],
  ["onoff", "fan", "kitchen", "bedroom_fan"],
  ["onoff", "coffee machine", "", "coffee_machine"],
  ["onoff", "freezer", "", "freezer"],
  ["onoff", "garage", "", "garage_lamp"],
  ["onoff", "garage light", "", "garage_lamp"],
  ["onoff", "hall lamp", "", "hall_light"],
  ["onoff", "bathroom heating", "", "bathroom_heater"],
  ["onoff", "radio", "living_room", "kitchen_speaker"],
  ["onoff", "aquarium", "", "unknown"],
  ["onoff", "kitchen fan", "", "absent"],
  ["onoff", "attic lights", "", "unknown"],
  ["onoff", "kichen lights", "", "unknown"],
  ["onoff", "front door", "", "cannot front_door front_door_lock"],
  ["onoff", undefined, "office", "office_desk"],
  ["brightness", undefined, "living_room", LIVING],
  ["color", "kitchen lights", "", "cannot kitchen_ceiling kitchen_counter kitchen_table"],
  ["color", "living room", "", "floor_lamp living_ceiling"],
  ["lock", "front door", "", "front_door_lock"],
  ["lock", "the back door", "", "back_door_lock"],
  ["lock", "the door", "hallway", "front_door_lock"],
  ["lock", "the doors", "", "? back_door_lock front_door_lock"],
  ["lock", "all doors", "", "back_door_lock front_door_lock"],
  ["lock", "garage door", "", "cannot garage_door"],
  ["cover", "garage", "", "garage_door"],
  ["cover", "the window", "", "unknown"],
  ["cover", "the garage door", "", "garage_door"],
  ["cover", "blinds", "bedroom", "bedroom_blinds"],
  ["cover", "bedroom curtains", "", "bedroom_blinds"],
  ["cover", "shutters", "", "bedroom_blinds"],
  ["cover", "all the blinds", "", "bedroom_blinds living_blinds"],
  ["cover", "everything", "", "bedroom_blinds living_blinds"],
  ["cover", "living room shades", "", "living_blinds"],
  ["climate", undefined, "bedroom", "bedroom_thermostat"],
  ["climate", "the thermostat", "living_room", "living_thermostat"],
  ["climate", "bedroom", "", "bedroom_thermostat"],
  ["climate", "thermostat", "", "? bathroom_heater bedroom_thermostat living_thermostat"],
  ["climate", "downstairs heating", "", "living_thermostat"],
  ["climate", "kitchen", "", "absent"],
  ["vacuum", undefined, "kitchen", "robot"],
  ["vacuum", "Rosie the robot", "", "robot"],
  ["vacuum", "rosie vacuum", "", "robot"],
  ["vacuum", "hoover", "", "robot"],
  ["vacuum", "Rosie", "", "robot"],
  ["volume", undefined, "living_room", "living_speaker"],
  ["volume", "speaker", "", "living_speaker"],
  ["volume", "the kitchen speaker", "", "kitchen_speaker"],
  ["alarm", undefined, "", "alarm"],
];

for (const [need, phrase, area, expected] of TABLE) {
  test(`binds ${need} "${phrase ?? "(nothing)"}" said in ${area || "no room"}`, () => {
    const speaker = area === "" ? {} : { area };
    assert.equal(show(bindPhrase(home, phrase, NEEDS[need] as Need, speaker)), expected);
  });
}

test("binds it and them to what the last turn touched", () => {
  const speaker = { last: ["office_desk", "bedside_lamp"] };
  assert.equal(show(bindPhrase(home, "them", NEEDS.onoff, speaker)), "bedside_lamp office_desk");
  assert.equal(show(bindPhrase(home, "it", NEEDS.lock, speaker)), "cannot bedside_lamp office_desk");
});

test("binds both and all of them to what the last turn touched, when it was two", () => {
  const two = { last: ["office_desk", "bedside_lamp"] };
  for (const said of ["both", "them both", "both of them", "all of them", "those two"])
    assert.equal(show(bindPhrase(home, said, NEEDS.onoff, two)), "bedside_lamp office_desk", said);
  const three = { last: KITCHEN.split(" ") };
  assert.equal(show(bindPhrase(home, "them all", NEEDS.onoff, three)), KITCHEN);
  assert.equal(show(bindPhrase(home, "both", NEEDS.onoff, three)), `? ${KITCHEN}`);
});

test("with no name said, what was touched last settles what nothing else does", () => {
  const last = ["bedroom_thermostat"];
  const climate = (speaker: Speaker) => show(bindPhrase(home, undefined, NEEDS.climate, speaker));
  assert.equal(climate({ last }), "bedroom_thermostat");
  assert.equal(climate({ last: ["tv"] }), "? bathroom_heater bedroom_thermostat living_thermostat");
  assert.equal(climate({ last, area: "living_room" }), "living_thermostat", "where one stands comes first");
  assert.equal(climate({ last, area: "living_room", refers: "it" }), "bedroom_thermostat");
  assert.equal(climate({ last: ["floor_lamp"], area: "living_room", refers: "it" }), "living_thermostat");
  assert.equal(climate({ last: ["floor_lamp"], area: "living_room", refers: "them" }), "?", "lamps get no warmer");
});

test("there is the room of what was touched last, here the speaker's, and the dark it of a room is the room", () => {
  const last = ["bedroom_blinds"];
  const on = (said: string | undefined, speaker: Speaker) => show(bindPhrase(home, said, NEEDS.onoff, speaker));
  assert.equal(on("light", { last, refers: "there" }), BEDROOM);
  assert.equal(on("the lights there", { last, area: "office", refers: "there" }), BEDROOM);
  assert.equal(on("light", { last: ["bedroom_fan", "tv"], refers: "there" }), `? ${ALL}`);
  assert.equal(on("it", { last: ["bedroom_fan"], area: "office", refers: "here" }), "office_desk");
  assert.equal(on("it", { last: ["bedroom_fan"], area: "office", refers: "nothing" }), "office_desk");
});

test("asks what it means when the last turn was about no device of the home", () => {
  assert.equal(show(bindPhrase(home, "it", NEEDS.onoff, { last: [], area: "kitchen" })), "?");
});

test("asks what it means when nothing was touched before", () => {
  assert.equal(bindPhrase(home, "it", NEEDS.onoff, {}).status, "ambiguous");
});

test("offers no person for a device", () => {
  const found = bindPhrase(home, "sauna", NEEDS.onoff, {});
  assert.ok(found.status === "unknown" && !found.nearest.some((name) => /anna/i.test(name)));
});

test("both are the two of this room, else the two of the home, else a question", () => {
  const asked = (said: string, area: string, need: Need): string => show(bindPhrase(home, said, need, { area }));
  assert.equal(asked("both blinds", "living_room", NEEDS.cover), "bedroom_blinds living_blinds");
  assert.equal(asked("both blinds", "kitchen", NEEDS.cover), "bedroom_blinds living_blinds");
  assert.match(asked("both lamps", "kitchen", NEEDS.onoff), /^[?]/);
});

test("leaves the devices just touched out of the other lamp", () => {
  const speaker = { area: "living_room", last: ["floor_lamp"] };
  assert.equal(show(bindPhrase(home, "the other lamp", NEEDS.onoff, speaker)), "reading_lamp");
  assert.equal(show(bindPhrase(home, "the other light", NEEDS.onoff, speaker)), "? living_ceiling reading_lamp");
  assert.equal(show(bindPhrase(home, "the other lights", NEEDS.onoff, speaker)), "living_ceiling reading_lamp");
});

test("names near words of an unknown phrase in the message only", () => {
  const binding = bindPhrase(home, "kichen lights", NEEDS.onoff, {});
  assert.equal(binding.status, "unknown");
  assert.deepEqual(binding.status === "unknown" && binding.nearest, ["kitchen lights"]);
  const place = bindPhrase(home, "lights in the batroom", NEEDS.onoff, {});
  assert.ok(place.status === "unknown" && place.phrase === "batroom");
  assert.equal(place.nearest[0], "Bathroom");
});

test("names without their kind, and names turned round, are still names", () => {
  const area = "k";
  const light = (id: string, name: string): object => ({ id, name, kind: "light", area });
  const other = loadHome({
    areas: [{ id: area, name: "Kitchen" }],
    devices: [
      light("ceiling", "Kitchen ceiling"),
      light("counter", "Kitchen countertop"),
      { id: "left", name: "Curtain left", kind: "blind" },
      { id: "right", name: "Curtain right", kind: "blind" },
    ],
  });
  assert.equal(show(bindPhrase(other, "kitchen ceiling light", NEEDS.onoff, {})), "ceiling");
  assert.equal(show(bindPhrase(other, "countertop lights", NEEDS.onoff, {})), "counter");
  assert.equal(show(bindPhrase(other, "the left curtain", NEEDS.cover, {})), "left");
  assert.equal(show(bindPhrase(other, "the curtain", NEEDS.cover, {})), "? left right");
});

test("every device answers to each of its own names, alone and with its room", () => {
  const any: Need = { able: () => true, first: new Set(), wide: false };
  for (const device of home.devices) {
    const area = home.areas.find(({ id }) => id === device.area);
    for (const name of [device.name, ...device.aliases]) {
      const ways = [name, name.toUpperCase(), `the ${name.toLowerCase()}`, name.replaceAll(" ", "-")];
      if (area) ways.push(`${name} in the ${area.name}`, `the ${area.name}'s ${name}`);
      for (const way of ways) assert.equal(show(bindPhrase(home, way, any, {})), device.id, way);
    }
  }
});

test("no phrase of noise ever binds", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const random = openRandom(11);
  const pick = (most: number): number => Math.floor(random() * most);
  for (let i = 0; i < 800; i++) {
    const word = (): string => Array.from({ length: 4 + pick(6) }, () => letters[pick(26)]).join("");
    const phrase = `${word()} ${["", "light", "lamp", "in the", "and", "by"][pick(6)]} ${word()}`;
    assert.notEqual(bindPhrase(home, phrase, NEEDS.onoff, { area: "kitchen" }).status, "bound", phrase);
  }
});
