import assert from "node:assert/strict";
import { test } from "node:test";
import { loadHome, type Speaker, simulatedHome } from "@needled/devices";
import { factsOf } from "./facts.ts";

const home = loadHome(simulatedHome());
const lastOf = (speaker: Speaker) => factsOf(home, speaker).find(({ name }) => name === "last");

test("what the last turn touched is told with its tool: one thing, or all that a room has of a kind", () => {
  const one = lastOf({ last: ["floor_lamp"], lastTool: "turn_on" });
  assert.deepEqual(one, { name: "last", text: "turn_on", fields: { device: "floor lamp" } });
  const room = lastOf({ last: ["kitchen_table", "kitchen_ceiling", "kitchen_counter"], lastTool: "turn_off" });
  assert.equal(room?.fields?.device, "kitchen lights");
  const heat = lastOf({ last: ["bedroom_thermostat"], lastTool: "set_temperature", area: "bedroom" });
  assert.equal(heat?.fields?.device, "bedroom thermostat");
});

test("what has no one name is not told, nor what is no device", () => {
  assert.equal(lastOf({ last: ["kitchen_ceiling", "floor_lamp"], lastTool: "turn_on" }), undefined);
  assert.equal(lastOf({ last: ["kitchen_ceiling", "kitchen_counter"], lastTool: "turn_on" }), undefined);
  assert.equal(lastOf({ last: [], lastTool: "feed_cat" }), undefined);
  assert.equal(lastOf({}), undefined);
});

test("the speaker's room and its devices are told", () => {
  const facts = factsOf(home, { area: "office" });
  assert.deepEqual(
    facts.map(({ name }) => name),
    ["speaker", "device desk lamp", "device office sensor"],
  );
});
