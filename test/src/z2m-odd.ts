// Devices as they really come: outlets, blinds that take their time, fans and heating with modes of their own, names in any
// script, and entries that are of no use. Written by hand after Zigbee2MQTT's documentation.
import { brightness, colorTemp, light, type Payload, type PeerDevice, type PeerGroup, state } from "./z2m-flat.ts";

const at = (n: number): string => `0x${(0x100 + n).toString(16).padStart(16, "0")}`;
const numeric = (name: string, access = 1, more: object = {}): object => ({
  type: "numeric",
  name,
  property: name,
  access,
  ...more,
});
const binary = (name: string, on: unknown = true, off: unknown = false, access = 1): object => ({
  type: "binary",
  name,
  property: name,
  access,
  value_on: on,
  value_off: off,
});
const mode = (name: string, values: string[], access = 7): object => ({
  type: "enum",
  name,
  property: name,
  access,
  values,
});
const toggle = { type: "switch", features: [state] };

/** Moves a fifth of the way every 120 ms and tells each step; takes 400 ms to tell that it stands. */
function roll(this: PeerDevice, payload: Payload, { tell }: { tell(): void }): void {
  clearInterval(this.state.timer as NodeJS.Timeout | undefined);
  const { timer: _, ...plain } = this.state;
  this.state = plain;
  if (payload.state === "STOP") {
    setTimeout(tell, 400);
    return;
  }
  const target = typeof payload.position === "number" ? payload.position : payload.state === "OPEN" ? 100 : 0;
  const timer = setInterval(() => {
    const now = Number(this.state.position);
    this.state.position = now + Math.sign(target - now) * Math.min(20, Math.abs(target - now));
    if (this.state.position === target) clearInterval(timer);
    tell();
  }, 120);
  Object.defineProperty(this.state, "timer", { value: timer, enumerable: false, configurable: true });
}

const blind: PeerDevice = {
  ieee: at(1),
  name: "Wohnzimmer/Rollo Süd",
  exposes: [
    {
      type: "cover",
      features: [mode("state", ["OPEN", "CLOSE", "STOP"], 3), numeric("position", 7, { value_min: 0, value_max: 100 })],
    },
  ],
  state: { state: "CLOSE", position: 0 },
  react: roll,
};

/** State and mode have one converter, and it takes the first of the two. */
const fan: PeerDevice = {
  ieee: at(2),
  name: "Küche/Ventilator",
  exposes: [
    {
      type: "fan",
      features: [
        { ...state, name: "state", property: "fan_state" },
        mode("mode", ["off", "low", "medium", "high", "on", "auto"]),
      ].map((one) => ("values" in one ? { ...one, property: "fan_mode" } : one)),
    },
  ],
  state: { fan_state: "OFF", fan_mode: "off" },
  react(payload, { tell }) {
    const [[key, value] = ["", ""]] = Object.entries(payload);
    const word = key === "fan_state" ? String(value).toLowerCase() : value;
    Object.assign(this.state, { fan_mode: word, fan_state: word === "off" ? "OFF" : "ON" });
    setTimeout(tell, 15);
  },
};

const radiator: PeerDevice = {
  ieee: at(3),
  name: "Bad/Heizkörper 🔥 (links)",
  exposes: [
    {
      type: "climate",
      features: [
        numeric("current_heating_setpoint", 7, { value_min: 5, value_max: 28, value_step: 0.5 }),
        numeric("local_temperature", 1),
        mode("system_mode", ["off", "heat"]),
        mode("preset", ["manual", "eco"]),
      ],
    },
    // As older versions list settings.
    { type: "switch", features: [{ ...state, property: "window_detection" }] },
    { type: "lock", features: [{ ...state, value_on: "LOCK", value_off: "UNLOCK", property: "child_lock" }] },
  ],
  state: {
    current_heating_setpoint: 18,
    local_temperature: 17.5,
    system_mode: "heat",
    preset: "manual",
    child_lock: "LOCK",
  },
};

const outlets: PeerDevice = {
  ieee: at(4),
  name: "Desk strip",
  exposes: ["l1", "l2"].flatMap((endpoint) => [
    { type: "switch", endpoint, features: [{ ...state, property: `state_${endpoint}`, endpoint }] },
    { ...numeric("power"), property: `power_${endpoint}`, endpoint, unit: "W" },
  ]),
  state: { state_l1: "OFF", state_l2: "ON", power_l1: 0, power_l2: 42 },
};

const lock: PeerDevice = {
  ieee: at(5),
  name: "Cellar lock",
  exposes: [
    {
      type: "lock",
      features: [
        { ...state, value_on: "LOCK", value_off: "UNLOCK" },
        mode("lock_state", ["not_fully_locked", "locked", "unlocked"], 1),
      ],
    },
  ],
  state: { state: "UNLOCK", lock_state: "not_fully_locked" },
  // Its converter tells nothing; the bolt does, when it has moved.
  react(payload, { tell }) {
    setTimeout(() => {
      Object.assign(this.state, { state: payload.state, lock_state: payload.state === "LOCK" ? "locked" : "unlocked" });
      tell();
    }, 200);
  },
};

const lamp = (n: number, name: string, more: Partial<PeerDevice> = {}): PeerDevice => ({
  ieee: at(n),
  name,
  exposes: light(brightness),
  state: { state: "OFF", brightness: 254 },
  ...more,
});

const described = (description: string, exposes: object[]): object => ({
  definition: { model: "drill", vendor: "peer", description, exposes, options: [] },
});

const useful: PeerDevice[] = [
  blind,
  fan,
  radiator,
  outlets,
  lock,
  lamp(6, "Кухня/Лампа"),
  lamp(7, "Спальня/Лампа"),
  lamp(8, "ground floor/Studio/reading_lamp", { isForgotten: true, state: { state: "ON", brightness: 127 } }),
  lamp(9, "Shelf lamp", {
    exposes: light({ ...colorTemp, value_min: 153, value_max: 350 }),
    state: { state: "OFF", color_temp: 200, color_mode: "color_temp" },
  }),
  {
    ieee: at(10),
    name: "Ceiling unit",
    exposes: [
      ...light(brightness),
      {
        type: "fan",
        features: [{ ...state, property: "fan_state" }, numeric("speed", 7, { value_min: 1, value_max: 5 })],
      },
    ],
    state: { state: "OFF", brightness: 254, fan_state: "OFF", speed: 1 },
  },
  {
    ieee: at(11),
    name: "Lawn",
    exposes: [toggle],
    entry: described("Smart water valve", [toggle]),
    state: { state: "OFF" },
  },
  { ieee: at(12), name: "Freezer", exposes: [toggle], state: { state: "ON" } },
  {
    ieee: at(13),
    name: "Sink sensor",
    exposes: [binary("water_leak"), binary("battery_low"), numeric("battery")],
    entry: { type: "EndDevice", power_source: "Battery" },
    state: { water_leak: true, battery_low: false, battery: 71 },
  },
  {
    ieee: at(14),
    name: "Attic thermostat",
    exposes: radiator.exposes.slice(0, 1),
    entry: { type: "EndDevice", power_source: "Battery" },
    isForgotten: true,
    state: { current_heating_setpoint: 20, system_mode: "heat" },
  },
];

const useless: PeerDevice[] = [
  { ieee: at(30), name: "Wall remote", exposes: [mode("action", ["on", "off"], 1)], state: {} },
  lamp(31, "Spare lamp", { entry: { disabled: true } }),
  lamp(32, "New lamp", { entry: { definition: null, interview_completed: false } }),
  lamp(37, "Newer lamp", { entry: { definition: null, interview_state: "IN_PROGRESS" } }),
  lamp(33, "Strange thing", { entry: { definition: null, interview_completed: true } }),
  lamp(34, "Lamp #4"),
  lamp(35, "Broken entry", { entry: { definition: { exposes: [null] } } }),
  { ieee: at(36), name: "Meter", exposes: [numeric("tariff"), numeric("linkquality")], state: {} },
];

export const odd: PeerDevice[] = [...useful, ...useless];

const members = (...devices: PeerDevice[]): PeerGroup["members"] =>
  devices.map(({ ieee }) => ({ ieee_address: ieee, endpoint: 1 }));
const byName = (name: string): PeerDevice => odd.find((one) => one.name === name) as PeerDevice;

export const oddGroups: PeerGroup[] = [
  { id: 1, friendly_name: "Desk all", members: members(outlets), scenes: [] },
  {
    id: 2,
    friendly_name: "Evening lights",
    members: members(byName("Shelf lamp"), byName("Кухня/Лампа")),
    scenes: [
      { id: 3, name: "Movie night" },
      { id: 4, name: "Scene 4" },
    ],
  },
  { id: 5, friendly_name: "Way out", members: members(lock), scenes: [{ id: 1, name: "Leaving" }] },
];
