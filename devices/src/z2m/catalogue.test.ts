// What lists of Zigbee2MQTT become: parts, kinds, names, rooms. How devices behave is in test/src/zigbee-odd.test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BridgeDevice, Known } from "./bridge-device.ts";
import { catalogued } from "./catalogue.ts";
import type { Expose } from "./codecs.ts";
import { readPayload, writePayload } from "./exposes.ts";

const onOff: Expose = { name: "state", property: "state", access: 7, value_on: "ON", value_off: "OFF" };
const toggle: Expose = { type: "switch", features: [onOff] };
const outlet = (endpoint: string): Expose => ({
  type: "switch",
  endpoint,
  features: [{ ...onOff, property: `state_${endpoint}`, endpoint }],
});
const numeric = (name: string, more: Expose = {}): Expose => ({
  type: "numeric",
  name,
  property: name,
  access: 1,
  ...more,
});

const entryOf = (exposes: readonly Expose[], more: BridgeDevice = {}): BridgeDevice => ({
  ieee_address: "0x0000000000000001",
  type: "Router",
  friendly_name: "Thing",
  definition: { exposes: [...exposes], description: "" },
  ...more,
});
const partsOf = (exposes: readonly Expose[], more?: BridgeDevice): Known[] => [
  ...catalogued([entryOf(exposes, more)], [], []).known,
];
const namesOf = (exposes: readonly Expose[]): string[] => partsOf(exposes).map(({ device }) => device.name);

test("outlets are called by their endpoint, and the switch of all of them by the device", () => {
  assert.deepEqual(namesOf([toggle, outlet("l1"), outlet("l2")]), ["Thing", "Thing 1", "Thing 2"]);
  assert.deepEqual(namesOf([outlet("top_left"), outlet("right")]), ["Thing top left", "Thing right"]);
  assert.deepEqual(namesOf([toggle, { type: "light", features: [onOff] }]), ["Thing plug", "Thing light"]);
});

test("two thermometers in one device are two sensors", () => {
  const probes = ["1", "2"].map((endpoint) =>
    numeric("temperature", { property: `temperature_${endpoint}`, endpoint }),
  );
  const parts = partsOf(probes);
  const told = parts.map(({ shape }) => readPayload(shape, { temperature_1: 4, temperature_2: 21 }).temperature);
  assert.deepEqual(
    [parts.map(({ device }) => device.name), told],
    [
      ["Thing 1", "Thing 2"],
      [4, 21],
    ],
  );
});

test("a valve with a bare state opens and closes, and is where it says it is", () => {
  const state: Expose = { type: "binary", ...onOff, value_on: "OPEN", value_off: "CLOSE" };
  const [valve] = partsOf([state, numeric("position", { access: 7 })]);
  assert.ok(valve);
  assert.deepEqual([valve.device.kind, valve.device.capabilities], ["valve", ["cover"]]);
  assert.deepEqual(writePayload(valve.shape, { position: 100 }), { state: "OPEN" });
  assert.equal(readPayload(valve.shape, { state: "OPEN", position: 100 }).position, 100);
});

test("what people call a thing goes before what its maker does", () => {
  const kindOf = (friendly_name: string, description: string): string | undefined =>
    partsOf([toggle], { friendly_name, definition: { exposes: [toggle], description } })[0]?.device.kind;
  assert.equal(kindOf("Thing", "Smart water valve"), "valve");
  assert.equal(kindOf("Hall lamp", "Smart plug"), "light");
  assert.equal(kindOf("Boiler", "Light switch module"), "appliance");
});

test("a siren is an appliance; a smoke detector that can howl is a smoke detector", () => {
  const warning: Expose = { type: "composite", name: "warning", property: "warning", access: 2, features: [] };
  const smoke: Expose = {
    type: "binary",
    name: "smoke",
    property: "smoke",
    access: 1,
    value_on: true,
    value_off: false,
  };
  const [siren] = partsOf([warning, numeric("battery")]);
  assert.deepEqual([siren?.device.kind, siren?.device.capabilities], ["appliance", ["onoff", "sensor"]]);
  const [detector] = partsOf([warning, smoke]);
  assert.deepEqual([detector?.device.kind, detector?.device.capabilities], ["smoke", ["sensor"]]);
});

test("an air conditioner that is listed in pieces is one device", () => {
  const parts = partsOf([
    toggle,
    numeric("current_temperature"),
    numeric("target_temperature", { access: 7 }),
    { type: "enum", name: "system_mode", property: "system_mode", access: 7, values: ["off", "cool", "heat", "dry"] },
  ]);
  const [only] = parts;
  assert.ok(only && parts.length === 1);
  assert.deepEqual([only.device.kind, only.device.capabilities], ["air_conditioner", ["climate", "onoff", "sensor"]]);
  assert.deepEqual(writePayload(only.shape, { mode: "cool", target: 21 }), {
    system_mode: "cool",
    target_temperature: 21,
  });
});

test("heating and cooling have each their own temperature, and the mode says which counts", () => {
  const setpoint = (name: string): Expose => numeric(name, { access: 7, value_min: 5, value_max: 30 });
  const mode: Expose = {
    type: "enum",
    name: "system_mode",
    property: "system_mode",
    access: 7,
    values: ["heat", "cool"],
  };
  const features = [setpoint("occupied_heating_setpoint"), setpoint("occupied_cooling_setpoint"), mode];
  const [one] = partsOf([{ type: "climate", features }]);
  assert.ok(one);
  const told = { occupied_heating_setpoint: 19, occupied_cooling_setpoint: 25, system_mode: "cool" };
  assert.equal(readPayload(one.shape, told).target, 25);
  assert.deepEqual(writePayload(one.shape, { target: 24 }), { occupied_cooling_setpoint: 24 });
});

test("rooms in any script stay apart, and the part next to the name is the room", () => {
  const names = ["Кухня/лампа", "Спальня/лампа", "first floor/Küche/lamp", "kuche/lamp"];
  const list = names.map((friendly_name, n) => entryOf([toggle], { friendly_name, ieee_address: `0x${n}` }));
  const { areas, known } = catalogued(list, [], []);
  assert.deepEqual(
    areas.map(({ name }) => name),
    ["Кухня", "Спальня", "Küche", "kuche"],
  );
  assert.equal(new Set(known.map(({ device }) => device.area)).size, 4);
});

test("two hundred devices, one of them broken in every way, are two hundred less that one", () => {
  const list = Array.from({ length: 200 }, (_, n) =>
    entryOf([toggle], { friendly_name: `d${n}`, ieee_address: `0x${n}` }),
  );
  const broken = [null, 7, {}, { ...list[0], definition: { exposes: [{ type: "light", features: 3 }] } }];
  for (const one of broken) {
    const { known, left } = catalogued([...list.slice(1), one as BridgeDevice], [], []);
    assert.deepEqual([known.length, left.length], [199, 1], JSON.stringify(one));
  }
});
