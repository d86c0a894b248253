// Home Assistant's entities as devices, and wishes as its services.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { State } from "../home.ts";
import { findDomain } from "./domains.ts";
import type { Attributes, Call, Domain, Entity, View } from "./entity.ts";
import { exposureOf } from "./exposure.ts";

const view: View = { isFahrenheit: false, asked: {} };
const entity = (entity_id: string, state: string, attributes: Attributes = {}): Entity => ({
  entity_id,
  state,
  attributes,
});
const domainFor = ({ entity_id }: Entity): Domain => {
  const domain = findDomain(entity_id);
  assert.ok(domain, entity_id);
  return domain;
};
const factsOf = (one: Entity, words = "") => domainFor(one).facts(one, words);
const read = (one: Entity, more: Partial<View> = {}): State => domainFor(one).read(one, { ...view, ...more });
const set = (one: Entity, wish: State, more: Partial<View> = {}): Call[] =>
  domainFor(one).calls({ device: "d", address: "a", set: wish, expect: wish }, one, { ...view, ...more });
const verb = (one: Entity, said: "play" | "stop" | "locate", text = ""): Call[] =>
  domainFor(one).calls({ device: "d", address: "a", verb: said, text, expect: {} }, one, view);

test("a light can what its colour modes say", () => {
  const all = { supported_color_modes: ["color_temp", "hs"] };
  assert.deepEqual(factsOf(entity("light.a", "on", all))?.capabilities, [
    "onoff",
    "brightness",
    "color",
    "color_temperature",
  ]);
  assert.deepEqual(factsOf(entity("light.a", "on", { supported_color_modes: ["onoff"] }))?.capabilities, ["onoff"]);
});

test("brightness is percent here and 255 steps there, white and colour exclude each other", () => {
  const lamp = { brightness: 102, color_mode: "color_temp", color_temp_kelvin: 2700, rgb_color: [255, 167, 87] };
  assert.deepEqual(read(entity("light.a", "on", lamp)), { on: true, brightness: 40, kelvin: 2700 });
  assert.deepEqual(read(entity("light.a", "on", { brightness: 1, color_mode: "brightness" })), {
    on: true,
    brightness: 1,
  });
  assert.deepEqual(read(entity("light.a", "off", { brightness: null })), { on: false });
  assert.deepEqual(set(entity("light.a", "off"), { on: true, brightness: 40 }), [
    { service: "turn_on", data: { brightness_pct: 40 } },
  ]);
});

test("a colour that the lamp tells lighter is the one that was asked", () => {
  const lamp = entity("light.a", "on", { color_mode: "hs", rgb_color: [255, 0, 0] });
  assert.equal(read(lamp, { asked: { color: "#800000" } }).color, "#800000");
  assert.equal(read(lamp, { asked: { color: "#0000ff" } }).color, "#ff0000");
});

test("a white outside what the lamp can is asked as its nearest", () => {
  const lamp = entity("light.a", "on", { min_color_temp_kelvin: 2202, max_color_temp_kelvin: 4000 });
  assert.deepEqual(set(lamp, { on: true, kelvin: 2000 }), [{ service: "turn_on", data: { color_temp_kelvin: 2202 } }]);
});

test("covers open and close by their own services, and are what their class says", () => {
  const garage = entity("cover.a", "closed", { supported_features: 3, device_class: "garage" });
  assert.deepEqual(factsOf(garage), { kind: "garage_door", capabilities: ["cover"] });
  assert.deepEqual(set(garage, { position: 100 }), [{ service: "open_cover" }]);
  assert.deepEqual(set(garage, { position: 40 }), []);
  const blind = entity("cover.b", "opening", { supported_features: 15, current_position: 30 });
  assert.deepEqual(set(blind, { position: 40 }), [{ service: "set_cover_position", data: { position: 40 } }]);
  assert.deepEqual(read(blind), { position: 30, moving: "opening" });
  assert.deepEqual(verb(blind, "stop"), [{ service: "stop_cover" }]);
  const kindOf = (words: string, device_class?: string) =>
    factsOf(entity("cover.c", "open", { supported_features: 3, device_class }), words)?.kind;
  assert.deepEqual(
    [kindOf("Front door"), kindOf("Kitchen window"), kindOf("Window blind", "blind"), kindOf("Garage", "shutter")],
    ["gate", "window", "blind", "garage_door"],
  );
});

test("a lock that is jammed or on its way is not locked", () => {
  assert.deepEqual(read(entity("lock.a", "locked")), { locked: true });
  assert.deepEqual(read(entity("lock.a", "jammed")), { locked: false });
  assert.deepEqual(read(entity("lock.a", "locking")), {});
  assert.deepEqual(set(entity("lock.a", "locked"), { locked: false }), [{ service: "unlock" }]);
});

test("a house in Fahrenheit is read and told in Celsius", () => {
  const hvac = entity("climate.a", "heat_cool", {
    hvac_modes: ["off", "heat_cool", "cool"],
    temperature: 68,
    current_temperature: 71.6,
  });
  const told = read(hvac, { isFahrenheit: true });
  assert.deepEqual(told, { on: true, mode: "auto", target: 20, temperature: 22 });
  assert.deepEqual(set(hvac, { mode: "auto", target: 20 }, { isFahrenheit: true }), [
    { service: "set_hvac_mode", data: { hvac_mode: "heat_cool" } },
    { service: "set_temperature", data: { temperature: 68 } },
  ]);
});

test("a fan of three speeds that says 66 has done the 50 that it was asked", () => {
  const fan = entity("fan.a", "on", { supported_features: 1, percentage: 66, percentage_step: 33.33 });
  assert.deepEqual(read(fan, { asked: { percent: 50 } }), { on: true, percent: 50 });
  assert.deepEqual(read(fan), { on: true, percent: 66 });
});

test("a volume is heard: what is muted is unmuted, what cannot be muted is left", () => {
  const muted = entity("media_player.a", "playing", {
    supported_features: 12,
    volume_level: 0.2,
    is_volume_muted: true,
  });
  assert.deepEqual(
    set(muted, { volume: 35, muted: false }).map(({ service }) => service),
    ["volume_set", "volume_mute"],
  );
  const plain = entity("media_player.b", "playing", { supported_features: 4, volume_level: 0.35 });
  assert.deepEqual(set(plain, { volume: 35, muted: false }), [{ service: "volume_set", data: { volume_level: 0.35 } }]);
  assert.equal(read(plain).muted, false);
});

test("a player takes the name of a source, and no other words", () => {
  const tv = entity("media_player.a", "on", { source_list: ["Netflix", "HDMI 1"], device_class: "tv" });
  assert.deepEqual(verb(tv, "play", "netflix"), [{ service: "select_source", data: { source: "Netflix" } }]);
  assert.deepEqual(verb(tv, "play", "some jazz"), []);
});

test("sensors tell the readings that we know, in our units", () => {
  const outside = { device_class: "temperature", unit_of_measurement: "°F" };
  assert.deepEqual(read(entity("sensor.a", "50", outside)), { temperature: 10 });
  assert.deepEqual(read(entity("sensor.a", "unknown", outside)), {});
  assert.equal(factsOf(entity("sensor.b", "3", { device_class: "frequency" })), undefined);
  assert.deepEqual(read(entity("binary_sensor.a", "on", { device_class: "window" })), { open: true });
});

test("what can do nothing that we know is left out", () => {
  assert.equal(factsOf(entity("media_player.a", "on", { supported_features: 131_072 })), undefined);
  assert.equal(factsOf(entity("vacuum.a", "docked", { supported_features: 16 })), undefined);
  assert.equal(factsOf(entity("cover.a", "open", { supported_features: 16 })), undefined);
});

test("scripts and buttons are nothing to us, and nothing is toggled", () => {
  for (const id of ["script.a", "button.a", "automation.a", "alarm_control_panel.a"]) {
    assert.equal(findDomain(id), undefined, id);
  }
  assert.deepEqual(set(entity("switch.a", "on"), {}), []);
});

test("what the owner chose for Assist counts, else Home Assistant's rule", () => {
  const lamp = entity("light.a", "on");
  const chosen = (should_expose: boolean) => ({ entity_id: "light.a", options: { conversation: { should_expose } } });
  const rule = { exposed: undefined, exposesNew: undefined };
  assert.deepEqual(exposureOf(rule, lamp, chosen(false)), { isExposed: false, by: "assist" });
  assert.deepEqual(exposureOf(rule, lamp, { entity_id: "light.a" }), { isExposed: true, by: "rule" });
  assert.equal(exposureOf(rule, entity("lock.a", "locked"), undefined).isExposed, false);
  assert.equal(exposureOf(rule, lamp, { entity_id: "light.a", entity_category: "config" }).isExposed, false);
  assert.equal(exposureOf({ ...rule, exposesNew: false }, lamp, undefined).isExposed, false);
  const exposed = { "light.a": {}, "lock.a": { conversation: true } };
  assert.equal(exposureOf({ ...rule, exposed }, lamp, undefined).isExposed, false);
  assert.equal(exposureOf({ ...rule, exposed }, entity("lock.a", "locked"), undefined).isExposed, true);
});
