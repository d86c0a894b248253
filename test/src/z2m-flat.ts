// Devices of the Zigbee2MQTT peer, as its list describes them; written by hand after its documentation.

export type Payload = Record<string, unknown>;

export interface PeerDevice {
  ieee: string;
  name: string;
  exposes: object[];
  state: Payload;
  /** What stands in the bridge's list besides, or instead. */
  entry?: object;
  /** Its state is not kept by the broker: it tells it when asked. */
  isForgotten?: true;
  /** How it takes a command, when not by doing at once what it says. */
  react?(this: PeerDevice, payload: Payload, answer: { tell(): void; fail(why: string): void }): void;
}

export const state = {
  type: "binary",
  name: "state",
  property: "state",
  access: 7,
  value_on: "ON",
  value_off: "OFF",
  value_toggle: "TOGGLE",
};
export const brightness = {
  type: "numeric",
  name: "brightness",
  property: "brightness",
  access: 7,
  value_min: 0,
  value_max: 254,
};
export const colorTemp = {
  type: "numeric",
  name: "color_temp",
  property: "color_temp",
  access: 7,
  value_min: 153,
  value_max: 500,
  unit: "mired",
};
const colorXy = { type: "composite", name: "color_xy", property: "color", access: 7, features: [] };
export const light = (...features: object[]): object[] => [
  { type: "light", features: [state, ...features] },
  { type: "numeric", name: "linkquality", property: "linkquality", access: 1 },
];
export const lock = [
  {
    type: "lock",
    features: [{ type: "binary", name: "state", property: "state", access: 7, value_on: "LOCK", value_off: "UNLOCK" }],
  },
  { type: "numeric", name: "battery", property: "battery", access: 1, unit: "%" },
];
export const cover = [
  {
    type: "cover",
    features: [
      { type: "enum", name: "state", property: "state", access: 3, values: ["OPEN", "CLOSE", "STOP"] },
      { type: "numeric", name: "position", property: "position", access: 7, value_min: 0, value_max: 100 },
    ],
  },
];
export const climate = [
  {
    type: "climate",
    features: [
      {
        type: "numeric",
        name: "occupied_heating_setpoint",
        property: "occupied_heating_setpoint",
        access: 7,
        value_min: 5,
        value_max: 30,
      },
      { type: "numeric", name: "local_temperature", property: "local_temperature", access: 5 },
      { type: "enum", name: "system_mode", property: "system_mode", access: 7, values: ["off", "auto", "heat"] },
    ],
  },
];
const plugs = [1, 2].map((n) => ({
  type: "switch",
  endpoint: `l${n}`,
  features: [{ ...state, property: `state_l${n}`, endpoint: `l${n}` }],
}));
const climateSensor = [
  { type: "numeric", name: "temperature", property: "temperature", access: 1, unit: "°C" },
  { type: "numeric", name: "humidity", property: "humidity", access: 1, unit: "%" },
  { type: "numeric", name: "battery", property: "battery", access: 1, unit: "%" },
];

/** A small flat: what the doors and words are tried on. */
export const flat: PeerDevice[] = [
  {
    ieee: "0x0000000000000001",
    name: "Kitchen ceiling light",
    exposes: light(brightness, colorTemp),
    state: { state: "OFF", brightness: 254, color_temp: 370 },
  },
  {
    ieee: "0x0000000000000002",
    name: "Kitchen table lamp",
    exposes: light(brightness),
    state: { state: "OFF", brightness: 100 },
  },
  {
    ieee: "0x0000000000000003",
    name: "Bedroom lamp",
    exposes: light(brightness, colorTemp, colorXy),
    state: { state: "OFF", brightness: 254, color: { x: 0.31, y: 0.33 } },
  },
  { ieee: "0x0000000000000004", name: "Hallway lamp", exposes: light(), state: { state: "OFF" } },
  { ieee: "0x0000000000000005", name: "Front door lock", exposes: lock, state: { state: "LOCK", battery: 71 } },
  { ieee: "0x0000000000000006", name: "Shed lock", exposes: lock, state: { state: "UNLOCK", battery: 3 } },
  { ieee: "0x0000000000000007", name: "Living room/blind", exposes: cover, state: { state: "OPEN", position: 100 } },
  {
    ieee: "0x0000000000000008",
    name: "Bedroom thermostat",
    exposes: climate,
    state: { occupied_heating_setpoint: 18, local_temperature: 17.5, system_mode: "heat" },
  },
  { ieee: "0x0000000000000009", name: "Office strip", exposes: plugs, state: { state_l1: "OFF", state_l2: "OFF" } },
  {
    ieee: "0x000000000000000a",
    name: "Bathroom sensor",
    exposes: climateSensor,
    state: { temperature: 22.4, humidity: 61, battery: 88 },
  },
];

export interface PeerGroup {
  id: number;
  friendly_name: string;
  members: { ieee_address: string; endpoint: number }[];
  scenes: { id: number; name: string }[];
}

export const flatGroups: PeerGroup[] = [
  {
    id: 1,
    friendly_name: "Kitchen all",
    members: flat.slice(0, 2).map(({ ieee }) => ({ ieee_address: ieee, endpoint: 1 })),
    scenes: [],
  },
];
