// Opposite words must never be mixed up: for every pair, what is sent, and that the safe direction is free while the other is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bound, loadHome, openHouse, type Risk, type State, simulatedAdapter, simulatedHome } from "./index.ts";

const plain = simulatedHome() as { devices: object[] };
const extra = [
  { id: "gate", name: "Driveway gate", kind: "gate", area: "garage", state: {} },
  { id: "skylight", name: "Skylight", kind: "window", area: "office", state: {} },
  { id: "camera", name: "Porch camera", kind: "camera", area: "hallway", state: { on: true } },
  { id: "valve", name: "Water valve", kind: "valve", area: "kitchen", state: {} },
];
const home = loadHome({ ...plain, devices: [...plain.devices, ...extra] });
const house = openHouse({ home, adapters: [simulatedAdapter(home)] });

type Row = readonly [tool: string, args: Record<string, unknown>, set: State, risk: Risk];

const table: readonly Row[] = [
  ["lock", { name: "front door lock" }, { locked: true }, 1],
  ["unlock", { name: "front door lock" }, { locked: false }, 3],
  ["open", { name: "garage door" }, { position: 100 }, 3],
  ["close", { name: "garage door" }, { position: 0 }, 1],
  ["open", { name: "driveway gate" }, { position: 100 }, 3],
  ["close", { name: "driveway gate" }, { position: 0 }, 1],
  ["open", { name: "skylight" }, { position: 100 }, 3],
  ["close", { name: "skylight" }, { position: 0 }, 1],
  ["set_position", { name: "garage door", percent: 10 }, { position: 10 }, 3],
  ["set_position", { name: "garage door", percent: 0 }, { position: 0 }, 1],
  ["open", { name: "bedroom blinds" }, { position: 100 }, 1],
  ["close", { name: "bedroom blinds" }, { position: 0 }, 1],
  ["open", { name: "water valve" }, { position: 100 }, 2],
  ["close", { name: "water valve" }, { position: 0 }, 1],
  ["arm_alarm", { mode: "away" }, { armed: "away" }, 1],
  ["arm_alarm", { mode: "night" }, { armed: "night" }, 1],
  ["disarm_alarm", {}, { armed: "off" }, 3],
  ["turn_on", { name: "porch camera" }, { on: true }, 1],
  ["turn_off", { name: "porch camera" }, { on: false }, 3],
  ["turn_on", { name: "floor lamp" }, { on: true }, 1],
  ["turn_off", { name: "floor lamp" }, { on: false }, 1],
  ["turn_on", { name: "bathroom heater" }, { on: true }, 2],
  ["turn_off", { name: "bathroom heater" }, { on: false }, 1],
  ["turn_off", { name: "freezer" }, { on: false }, 2],
];

function commandsOf(bound: Bound): readonly { set?: State }[] {
  assert.ok(bound.ok, bound.ok ? "" : bound.refusal.message);
  assert.equal(bound.call.plan.do, "command");
  return bound.call.plan.do === "command" ? bound.call.plan.commands : [];
}

for (const [tool, args, set, risk] of table) {
  test(`${tool} ${JSON.stringify(args)} sends ${JSON.stringify(set)} at risk ${risk}`, () => {
    const bound = house.bind({ name: tool, arguments: args }, {});
    const commands = commandsOf(bound);
    assert.equal(commands.length, 1);
    assert.deepEqual(commands[0]?.set, set);
    assert.equal(bound.ok && bound.call.risk, risk);
  });
}

test("turning a lock on or off is refused: nobody agrees which way that is", () => {
  for (const tool of ["turn_on", "turn_off"])
    assert.equal(house.bind({ name: tool, arguments: { name: "front door lock" } }, {}).ok, false);
});
