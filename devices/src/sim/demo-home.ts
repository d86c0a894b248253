// The simulated home as plain data: seven rooms, two floors, one lamp that never answers and one heater that refuses.

const light = (id: string, name: string, area: string, extra: object = {}): object => ({
  id,
  name,
  area,
  kind: "light",
  capabilities: ["onoff", "brightness"],
  state: { on: false, brightness: 80 },
  ...extra,
});

const COLOR = ["onoff", "brightness", "color", "color_temperature"];
const WHITE = ["onoff", "brightness", "color_temperature"];

const LIGHTS = [
  light("kitchen_ceiling", "Kitchen ceiling light", "kitchen", {
    capabilities: WHITE,
    state: { on: true, brightness: 100, kelvin: 4000 },
  }),
  light("kitchen_counter", "Counter light", "kitchen", { state: { on: true, brightness: 60 } }),
  light("kitchen_table", "Kitchen table lamp", "kitchen", { aliases: ["Lamp over the table"] }),
  light("floor_lamp", "Floor lamp", "living_room", {
    aliases: ["Lamp by the couch", "Couch lamp"],
    capabilities: COLOR,
    state: { on: true, brightness: 40, kelvin: 2700, color: "#ffb46b" },
  }),
  light("reading_lamp", "Reading lamp", "living_room", { capabilities: WHITE }),
  light("living_ceiling", "Living room ceiling light", "living_room", { capabilities: COLOR }),
  light("bedside_lamp", "Bedside lamp", "bedroom", { capabilities: COLOR }),
  light("bedroom_ceiling", "Bedroom ceiling light", "bedroom"),
  light("office_desk", "Desk lamp", "office", { capabilities: WHITE }),
  light("bathroom_light", "Bathroom light", "bathroom", { state: { on: false, brightness: 100 } }),
  light("hall_light", "Hallway light", "hallway", { aliases: ["Hall light"] }),
  light("garage_lamp", "Garage lamp", "garage"),
];

const COVERS_AND_LOCKS = [
  {
    id: "front_door_lock",
    name: "Front door lock",
    area: "hallway",
    kind: "lock",
    state: { locked: true, battery: 78 },
    capabilities: ["lock", "sensor"],
  },
  {
    id: "back_door_lock",
    name: "Back door lock",
    area: "kitchen",
    kind: "lock",
    state: { locked: false, battery: 12 },
    capabilities: ["lock", "sensor"],
  },
  {
    id: "garage_door",
    name: "Garage door",
    area: "garage",
    kind: "garage_door",
    state: { position: 0, moving: "stopped" },
  },
  {
    id: "living_blinds",
    name: "Living room blinds",
    area: "living_room",
    kind: "blind",
    state: { position: 100, moving: "stopped" },
  },
  {
    id: "bedroom_blinds",
    name: "Bedroom blinds",
    aliases: ["Bedroom shutters"],
    area: "bedroom",
    kind: "blind",
    state: { position: 30, moving: "stopped" },
  },
];

const COMFORT = [
  {
    id: "living_thermostat",
    name: "Living room thermostat",
    aliases: ["Downstairs heating"],
    area: "living_room",
    kind: "thermostat",
    state: { on: true, mode: "heat", target: 21, temperature: 20.4, humidity: 45 },
  },
  {
    id: "bedroom_thermostat",
    name: "Bedroom thermostat",
    area: "bedroom",
    kind: "thermostat",
    state: { on: true, mode: "heat", target: 18, temperature: 18.2 },
  },
  {
    id: "bathroom_heater",
    name: "Bathroom heater",
    area: "bathroom",
    kind: "thermostat",
    capabilities: ["onoff", "climate"],
    state: { on: false, mode: "off", target: 20 },
  },
  { id: "bedroom_fan", name: "Bedroom fan", area: "bedroom", kind: "fan", state: { on: false, percent: 0 } },
  {
    id: "coffee_machine",
    name: "Coffee machine",
    area: "kitchen",
    kind: "plug",
    state: { on: false, power: 0 },
    capabilities: ["onoff", "sensor"],
  },
  {
    id: "freezer",
    name: "Freezer plug",
    aliases: ["Freezer"],
    area: "garage",
    kind: "plug",
    essential: true,
    state: { on: true, power: 85 },
    capabilities: ["onoff", "sensor"],
  },
  {
    id: "robot",
    name: "Robot vacuum",
    aliases: ["Rosie"],
    area: "hallway",
    kind: "vacuum",
    state: { activity: "docked", battery: 100 },
  },
];

const MEDIA = [
  {
    id: "tv",
    name: "TV",
    area: "living_room",
    kind: "tv",
    state: { on: false, playback: "stopped", volume: 25, muted: false },
  },
  {
    id: "living_speaker",
    name: "Living room speaker",
    area: "living_room",
    kind: "speaker",
    state: { on: true, playback: "playing", title: "Jazz Radio", volume: 30, muted: false },
  },
  {
    id: "kitchen_speaker",
    name: "Kitchen radio",
    area: "kitchen",
    kind: "speaker",
    state: { on: true, playback: "stopped", volume: 20, muted: false },
  },
];

const SENSORS = [
  {
    id: "front_door",
    name: "Front door sensor",
    area: "hallway",
    kind: "contact",
    state: { open: false, battery: 90 },
  },
  {
    id: "office_sensor",
    name: "Office sensor",
    area: "office",
    kind: "sensor",
    state: { temperature: 22.6, humidity: 41, air_quality: 620, battery: 64 },
  },
  {
    id: "outdoor_sensor",
    name: "Outdoor sensor",
    aliases: ["Outside"],
    kind: "sensor",
    state: { temperature: 7.5, humidity: 81, battery: 55 },
  },
  { id: "alarm", name: "Alarm", area: "hallway", kind: "alarm", state: { armed: "off" } },
];

const SCENES = [
  {
    id: "movie",
    name: "Movie night",
    aliases: ["Movie time", "Cinema"],
    area: "living_room",
    set: { living_ceiling: { on: false }, floor_lamp: { on: true, brightness: 20 }, living_blinds: { position: 0 } },
  },
  {
    id: "goodnight",
    name: "Good night",
    aliases: ["Bedtime"],
    set: {
      kitchen_ceiling: { on: false },
      kitchen_counter: { on: false },
      floor_lamp: { on: false },
      front_door_lock: { locked: true },
    },
  },
];

/** The device that hears nothing, and the one that says no; tests and the README speak of them. */
export const OFFLINE_DEVICE = "garage_lamp";
export const REFUSING_DEVICE = "bathroom_heater";

/** The simulated home, ready for `loadHome`. */
export function simulatedHome(): Record<string, unknown> {
  return {
    name: "Simulated home",
    unit: "C",
    floors: [
      { id: "ground", name: "Ground floor", level: 0, aliases: ["Downstairs"] },
      { id: "upper", name: "First floor", level: 1, aliases: ["Upstairs"] },
    ],
    areas: [
      { id: "kitchen", name: "Kitchen", floor: "ground" },
      { id: "living_room", name: "Living room", floor: "ground", aliases: ["Lounge", "Front room"] },
      { id: "hallway", name: "Hallway", floor: "ground", aliases: ["Hall"] },
      { id: "garage", name: "Garage", floor: "ground" },
      { id: "bedroom", name: "Bedroom", floor: "upper" },
      { id: "office", name: "Office", floor: "upper", aliases: ["Study"] },
      { id: "bathroom", name: "Bathroom", floor: "upper", aliases: ["Bath"] },
    ],
    devices: [...LIGHTS, ...COVERS_AND_LOCKS, ...COMFORT, ...MEDIA, ...SENSORS],
    scenes: SCENES,
    people: [
      { id: "anna", name: "Anna" },
      { id: "ben", name: "Ben" },
    ],
    lists: [
      { id: "shopping", name: "Shopping list", aliases: ["Shopping", "Groceries"] },
      { id: "todo", name: "To-do list", aliases: ["Todo", "Tasks"] },
    ],
  };
}
