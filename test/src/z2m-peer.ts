// A Zigbee2MQTT that is a process of its own: real MQTT, its own idea of lamps, imports nothing of ours.
// argv: broker url, base topic. Prints "ready". One lamp never answers, one lock refuses. Lines on stdin: {"rename":[a,b]}
// {"offline":name} {"online":name} {"bridge":"online"|"offline"}; a bridge that comes online says again what it last knew of all.
import { createInterface } from "node:readline";
import mqtt from "mqtt";

type Payload = Record<string, unknown>;

const [url = "mqtt://127.0.0.1:1883", base = "zigbee2mqtt"] = process.argv.slice(2);
const client = mqtt.connect(url);

const state = {
  type: "binary",
  name: "state",
  property: "state",
  access: 7,
  value_on: "ON",
  value_off: "OFF",
  value_toggle: "TOGGLE",
};
const brightness = {
  type: "numeric",
  name: "brightness",
  property: "brightness",
  access: 7,
  value_min: 0,
  value_max: 254,
};
const colorTemp = {
  type: "numeric",
  name: "color_temp",
  property: "color_temp",
  access: 7,
  value_min: 153,
  value_max: 500,
  unit: "mired",
};
const colorXy = { type: "composite", name: "color_xy", property: "color", access: 7, features: [] };
const light = (...features: object[]): object[] => [
  { type: "light", features: [state, ...features] },
  { type: "numeric", name: "linkquality", property: "linkquality", access: 1 },
];
const lock = [
  {
    type: "lock",
    features: [{ type: "binary", name: "state", property: "state", access: 7, value_on: "LOCK", value_off: "UNLOCK" }],
  },
  { type: "numeric", name: "battery", property: "battery", access: 1, unit: "%" },
];
const cover = [
  {
    type: "cover",
    features: [
      { type: "enum", name: "state", property: "state", access: 3, values: ["OPEN", "CLOSE", "STOP"] },
      { type: "numeric", name: "position", property: "position", access: 7, value_min: 0, value_max: 100 },
    ],
  },
];
const climate = [
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

const devices: { ieee: string; name: string; exposes: object[]; state: Payload }[] = [
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
const silent = "Hallway lamp";
const stubborn = "Shed lock";

const retained = { retain: true, qos: 1 as const };
const publish = (topic: string, payload: unknown, options = {}): void =>
  void client.publish(`${base}/${topic}`, JSON.stringify(payload), options);

function publishList(): void {
  const coordinator = {
    ieee_address: "0x00124b0000000000",
    type: "Coordinator",
    friendly_name: "Coordinator",
    definition: null,
  };
  const list = devices.map(({ ieee, name, exposes }) => ({
    ieee_address: ieee,
    type: "Router",
    supported: true,
    disabled: false,
    friendly_name: name,
    definition: { model: "drill", vendor: "peer", description: "", exposes, options: [] },
  }));
  publish("bridge/devices", [coordinator, ...list], retained);
  const members = list.slice(0, 2).map(({ ieee_address }) => ({ ieee_address, endpoint: 1 }));
  publish("bridge/groups", [{ id: 1, friendly_name: "Kitchen all", members, scenes: [] }], retained);
}

function onSet(name: string, payload: Payload): void {
  const device = devices.find((one) => one.name === name);
  const members = name === "Kitchen all" ? devices.slice(0, 2) : device ? [device] : [];
  if (name === "Kitchen all") publish(name, payload);
  for (const one of members) {
    if (one.name === silent) continue;
    if (one.name === stubborn) {
      const message = `Publish 'set' 'state' to '${one.name}' failed: 'ZCL command 0x06 failed (Timeout)'`;
      publish("bridge/logging", { level: "error", message, namespace: "z2m" });
      continue;
    }
    setTimeout(() => {
      Object.assign(one.state, payload);
      const { color } = payload as { color?: { hex?: string } };
      // Lamps report xy; red is all this peer knows to convert.
      if (color?.hex === "#ff0000") Object.assign(one.state, { color: { x: 0.64, y: 0.33 }, color_mode: "xy" });
      if (payload.state === "OPEN" && "position" in one.state) one.state.position = 100;
      if (payload.state === "CLOSE" && "position" in one.state) one.state.position = 0;
      publish(one.name, one.state);
    }, 15);
  }
}

client.on("connect", () => {
  client.subscribe([`${base}/+/set`, `${base}/+/get`, `${base}/+/+/set`, `${base}/+/+/get`], () => {
    publish("bridge/state", { state: "online" }, retained);
    publishList();
    for (const { name, state: now } of devices) {
      publish(`${name}/availability`, { state: "online" }, retained);
      publish(name, now, retained);
    }
    process.stdout.write("ready\n");
  });
});
client.on("message", (topic, bytes) => {
  const rest = topic.slice(base.length + 1);
  const name = rest.replace(/\/(set|get)$/, "");
  if (rest.endsWith("/set")) onSet(name, JSON.parse(bytes.toString()) as Payload);
  const device = devices.find((one) => one.name === name);
  if (rest.endsWith("/get") && device) publish(device.name, device.state);
});
createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line) as { rename?: [string, string]; offline?: string; online?: string; bridge?: string };
  const renamed = devices.find((one) => one.name === order.rename?.[0]);
  if (renamed && order.rename) {
    renamed.name = order.rename[1];
    publishList();
    publish(renamed.name, renamed.state, retained);
  }
  if (order.offline) publish(`${order.offline}/availability`, { state: "offline" }, retained);
  if (order.online) publish(`${order.online}/availability`, { state: "online" }, retained);
  if (order.bridge) publish("bridge/state", { state: order.bridge }, retained);
  if (order.bridge === "online") for (const { name, state: now } of devices) publish(name, now, retained);
});
