// Zigbee devices as they really come, from a bridge in another process over a real mosquitto: what needled makes of each.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually, type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import {
  approve,
  type Device,
  type House,
  loadHome,
  type Outcome,
  openHouse,
  reply,
  zigbee2mqttAdapter,
} from "@needled/devices";
import mqtt, { type MqttClient } from "mqtt";

const skip = whyNoMosquitto;
let mosquitto: Mosquitto;
let peer: ChildProcess;
let house: House;
let client: MqttClient;
const left: { name: string; why: string }[] = [];
/** What was sent to devices: topic below the base, payload. */
const sent: [string, Record<string, unknown>][] = [];

before(async () => {
  if (skip) return;
  mosquitto = await startMosquitto();
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const program = fileURLToPath(new URL("./z2m-peer.js", import.meta.url));
  peer = spawn(process.execPath, [program, url, "zigbee2mqtt", "odd"], { stdio: ["pipe", "pipe", "inherit"] });
  await once(peer.stdout as NodeJS.ReadableStream, "data");
  client = await mqtt.connectAsync(url);
  client.on(
    "message",
    (topic, bytes) => void sent.push([topic.slice("zigbee2mqtt/".length), JSON.parse(bytes.toString())]),
  );
  await client.subscribeAsync(
    ["set", "get"].flatMap((end) => ["+", "+/+", "+/+/+"].map((name) => `zigbee2mqtt/${name}/${end}`)),
  );
  const log = (_: string, { left_out = [] }: Record<string, unknown> = {}): void =>
    void left.push(...(left_out as typeof left));
  house = openHouse({ home: loadHome({ name: "odd" }), adapters: [zigbee2mqttAdapter({ url, log, graceMs: 60_000 })] });
  await house.start();
  await eventually(() => deviceOf("Freezer").state.on === true, "the first reports");
});

after(async () => {
  await house?.stop();
  await client?.endAsync();
  peer?.kill("SIGKILL");
  await mosquitto?.stop();
});

const deviceOf = (name: string): Device => {
  const device = house.home.devices.find((one) => one.name === name);
  assert.ok(device, `no device called ${name}`);
  return device;
};
const say = (outcome: Outcome): string => reply([outcome], { home: house.home, now: Date.now() });
/** What the bridge was told to set: all of it has come when a mark sent after it has. */
async function toSet(): Promise<[string, Record<string, unknown>][]> {
  await client.publishAsync("zigbee2mqtt/mark/set", "{}", { qos: 1 });
  await eventually(() => sent.some(([topic]) => topic === "mark/set"), "the mark");
  return sent.filter(([topic]) => topic.endsWith("/set") && topic !== "mark/set");
}

async function call(name: string, args: object): Promise<Outcome> {
  const bound = house.bind({ name, arguments: { ...args } }, {});
  assert.ok(bound.ok, JSON.stringify(bound));
  sent.length = 0;
  return house.act(approve(bound.call));
}

test("what is of no use is left out, with the reason", { skip }, () => {
  const why = Object.fromEntries(left.map((one) => [one.name, one.why]));
  assert.match(why["Wall remote"] ?? "", /only tells which button/);
  assert.match(why["Spare lamp"] ?? "", /disabled/);
  assert.match(why["New lamp"] ?? "", /interview is not complete/);
  assert.match(why["Newer lamp"] ?? "", /interview is not complete/);
  assert.match(why["Strange thing"] ?? "", /no definition/);
  assert.match(why["Lamp #4"] ?? "", /rename it/);
  assert.match(why["Broken entry"] ?? "", /malformed/);
  assert.match(why.Meter ?? "", /only tariff/);
  assert.equal(left.length, 8, JSON.stringify(left));
});

test("every part of a device has a name to say, a room and a kind", { skip }, () => {
  const rooms = new Map(house.home.areas.map(({ id, name }) => [id, name]));
  const seen = house.home.devices.map(({ name, kind, area }) => [name, kind, rooms.get(area ?? "") ?? ""].join(", "));
  for (const one of [
    "Rollo Süd, blind, Wohnzimmer",
    "Heizkörper links, thermostat, Bad",
    "Desk strip 1, plug, ",
    "Desk strip 2, plug, ",
    "Ceiling unit light, light, ",
    "Ceiling unit fan, fan, ",
    "Лампа, light, Кухня",
    "Лампа, light, Спальня",
    "reading lamp, light, Studio",
    "Lawn, valve, ",
  ])
    assert.ok(seen.includes(one), `${one} is none of\n${seen.join("\n")}`);
});

test("settings that older lists call switches and locks are none", { skip }, () => {
  const parts = house.home.devices.filter(({ address }) => address.startsWith("0x0000000000000103"));
  assert.deepEqual(
    parts.map(({ kind }) => kind),
    ["thermostat"],
  );
});

test("water and what must stay on are not among everything", { skip }, async () => {
  const bound = house.bind({ name: "turn_off", arguments: { name: "everything" } }, {});
  assert.ok(bound.ok, JSON.stringify(bound));
  const names = bound.call.targets.map((id) => house.home.devices.find((one) => one.id === id)?.name);
  assert.ok(names.includes("Desk strip 2") && !names.includes("Freezer") && !names.includes("Lawn"), names.join());
  const open = house.bind({ name: "open", arguments: { name: "lawn" } }, {});
  assert.ok(open.ok && open.call.risk === 2, JSON.stringify(open));
});

test("a blind on its way is told as moving, and stops when it says so", { skip }, async () => {
  const opened = await call("open", { name: "rollo süd" });
  assert.deepEqual([opened.status, opened.devices[0]?.moving], ["done", true], JSON.stringify(opened));
  const stopped = await call("stop_moving", { name: "rollo süd" });
  assert.equal(stopped.status, "done", JSON.stringify(stopped));
  const { position, moving } = deviceOf("Rollo Süd").state;
  assert.ok(moving === "stopped" && Number(position) > 0 && Number(position) < 100, `${position} ${moving}`);
});

test("a blind is closed when it is, not when it has heard of it", { skip }, async () => {
  await call("close", { name: "rollo süd" });
  await eventually(() => deviceOf("Rollo Süd").state.position === 0, "the blind to be down");
  assert.equal(deviceOf("Rollo Süd").state.moving, "stopped");
});

test("a fan is sent its speed alone, in its own word", { skip }, async () => {
  const outcome = await call("set_fan_speed", { name: "ventilator", percent: 60 });
  assert.deepEqual([outcome.status, await toSet()], ["done", [["Küche/Ventilator/set", { fan_mode: "medium" }]]]);
  assert.equal((await call("turn_off", { name: "ventilator" })).status, "done");
});

test("a fan of five numbered speeds takes the one nearest to the wish", { skip }, async () => {
  const outcome = await call("set_fan_speed", { name: "ceiling unit fan", percent: 50 });
  assert.equal(outcome.status, "done", JSON.stringify(outcome));
  assert.equal((await toSet())[0]?.[1].speed, 3);
});

test("a mode or a temperature that the heating does not have is refused in its own words, and not sent", {
  skip,
}, async () => {
  const auto = await call("set_climate_mode", { name: "heizkörper links", mode: "auto" });
  assert.match(say(auto), /knows no mode "auto", only off, heat, eco/);
  const hot = await call("set_temperature", { name: "heizkörper links", degrees: 30 });
  assert.match(say(hot), /from 5 to 28/);
  assert.deepEqual(await toSet(), []);
});

test("a mode that is a preset is set as one", { skip }, async () => {
  const outcome = await call("set_climate_mode", { name: "heizkörper links", mode: "eco" });
  assert.deepEqual([outcome.status, (await toSet())[0]?.[1]], ["done", { preset: "eco" }]);
});

test("each outlet has its own power", { skip }, () => {
  assert.deepEqual([deviceOf("Desk strip 1").state.power, deviceOf("Desk strip 2").state.power], [0, 42]);
});

test("a group of outlets is switched without their endpoints", { skip }, async () => {
  const outcome = await call("turn_on", { name: "desk all" });
  assert.deepEqual([outcome.status, await toSet()], ["done", [["Desk all/set", { state: "ON" }]]]);
});

test("a lock whose bolt tells late is locked when the bolt says so", { skip }, async () => {
  assert.equal(deviceOf("Cellar lock").state.locked, false);
  assert.equal((await call("lock", { name: "cellar lock" })).status, "done");
});

test("a lamp that goes no warmer has done what it can", { skip }, async () => {
  const outcome = await call("set_color_temperature", { name: "shelf lamp", tone: "warm" });
  assert.deepEqual([outcome.status, (await toSet())[0]?.[1].color_temp], ["done", 350], JSON.stringify(outcome));
});

test("a wet floor is said", { skip }, async () => {
  assert.match(say(await call("get_state", { name: "sink sensor", property: "state" })), /wet/);
});

test("a named scene of a group is recalled and done when a lamp of it speaks; one that moves locks is none", {
  skip,
}, async () => {
  assert.deepEqual(
    house.home.scenes.map(({ name }) => name),
    ["Movie night"],
  );
  const outcome = await call("activate_scene", { name: "movie night" });
  assert.deepEqual(
    [outcome.status, await toSet()],
    ["done", [["Evening lights/set", { scene_recall: 3 }]]],
    JSON.stringify(outcome),
  );
});

test("what the broker has not kept is asked for, but of nothing that sleeps", { skip }, async () => {
  await eventually(() => deviceOf("reading lamp").state.brightness === 50, "the lamp that was asked");
  const peerAsked = sent.filter(([topic]) => topic.endsWith("/get")).map(([topic]) => topic);
  assert.ok(!peerAsked.some((topic) => topic.startsWith("Attic")), peerAsked.join());
});

test("availability comes as JSON or as a bare word", { skip }, async () => {
  for (const [word, there] of [
    ["offline", false],
    ["online", true],
    ['{"state":"offline"}', false],
    ['{"state":"online"}', true],
  ] as const) {
    await client.publishAsync("zigbee2mqtt/Freezer/availability", word, { retain: true });
    await eventually(() => deviceOf("Freezer").reachable === there, `${word} to count`);
  }
});
