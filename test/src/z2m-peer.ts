// A Zigbee2MQTT that is a process of its own: real MQTT, its own idea of lamps, imports nothing of ours.
// argv: broker url, base topic, home ("flat", "odd"). Prints "ready". One lamp never answers, one lock refuses. Lines on stdin: {"rename":[a,b]}
// {"offline":name} {"online":name} {"bridge":"online"|"offline"}; a bridge that comes online says again what it last knew of all.
import { createInterface } from "node:readline";
import mqtt from "mqtt";
import { flat, flatGroups, type Payload, type PeerDevice } from "./z2m-flat.ts";
import { odd, oddGroups } from "./z2m-odd.ts";

const [url = "mqtt://127.0.0.1:1883", base = "zigbee2mqtt", home = "flat"] = process.argv.slice(2);
const { devices, groups } =
  home === "odd" ? { devices: odd, groups: oddGroups } : { devices: flat, groups: flatGroups };
const client = mqtt.connect(url);

const silent = "Hallway lamp";
const stubborn = "Shed lock";

const retained = { retain: true, qos: 1 as const };
const publish = (topic: string, payload: unknown, options = {}): void =>
  // No broker takes a message to such a topic.
  void (topic.includes("#") || client.publish(`${base}/${topic}`, JSON.stringify(payload), options));

function publishList(): void {
  const coordinator = {
    ieee_address: "0x00124b0000000000",
    type: "Coordinator",
    friendly_name: "Coordinator",
    definition: null,
  };
  const list = devices.map(({ ieee, name, exposes, entry }) => ({
    ieee_address: ieee,
    type: "Router",
    supported: true,
    disabled: false,
    friendly_name: name,
    definition: { model: "drill", vendor: "peer", description: "", exposes, options: [] },
    ...entry,
  }));
  publish("bridge/devices", [coordinator, ...list], retained);
  publish("bridge/groups", groups, retained);
}

const fail = (name: string, why: string): void =>
  publish("bridge/logging", {
    level: "error",
    message: `Publish 'set' 'state' to '${name}' failed: '${why}'`,
    namespace: "z2m",
  });

function obey(one: PeerDevice, payload: Payload): void {
  Object.assign(one.state, payload);
  const { color } = payload as { color?: { hex?: string } };
  // Lamps report xy; red is all this peer knows to convert.
  if (color?.hex === "#ff0000") Object.assign(one.state, { color: { x: 0.64, y: 0.33 }, color_mode: "xy" });
  if (payload.state === "OPEN" && "position" in one.state) one.state.position = 100;
  if (payload.state === "CLOSE" && "position" in one.state) one.state.position = 0;
  publish(one.name, one.state);
}

function onSet(name: string, payload: Payload): void {
  const group = groups.find((one) => one.friendly_name === name);
  const ieees = group?.members.map(({ ieee_address }) => ieee_address);
  const members = devices.filter((one) => (ieees ? ieees.includes(one.ieee) : one.name === name));
  if (group !== undefined && payload.scene_recall === undefined) publish(name, payload);
  for (const one of members) {
    if (one.name === silent) continue;
    if (one.name === stubborn) fail(one.name, "ZCL command 0x06 failed (Timeout)");
    else if (one.react)
      one.react(payload, { tell: () => publish(one.name, one.state), fail: (why) => fail(one.name, why) });
    else setTimeout(() => obey(one, payload.scene_recall === undefined ? payload : {}), 15);
  }
}

client.on("connect", () => {
  const depths = ["+", "+/+", "+/+/+"].flatMap((name) => [`${base}/${name}/set`, `${base}/${name}/get`]);
  client.subscribe(depths, () => {
    publish("bridge/state", { state: "online" }, retained);
    publishList();
    for (const { name, state: now, isForgotten } of devices) {
      publish(`${name}/availability`, { state: "online" }, retained);
      if (!isForgotten) publish(name, now, retained);
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
