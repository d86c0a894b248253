import assert from "node:assert/strict";
import { test } from "node:test";
import { approve } from "../call.ts";
import { openBench } from "./bench.ts";
import { OFFLINE_DEVICE, REFUSING_DEVICE } from "./demo-home.ts";

const ORDERS: [string, Record<string, unknown>][] = [
  ["turn_on", {}],
  ["turn_off", {}],
  ["turn_on", {}],
  ["set_brightness", { level: 33 }],
  ["change_brightness", { direction: "up" }],
  ["set_color", { color: "teal" }],
  ["set_color_temperature", { tone: "cool" }],
  ["set_temperature", { degrees: 19.5 }],
  ["change_temperature", { direction: "down" }],
  ["set_climate_mode", { mode: "eco" }],
  ["set_climate_mode", { mode: "off" }],
  ["unlock", {}],
  ["lock", {}],
  ["open", {}],
  ["stop_moving", {}],
  ["close", {}],
  ["set_position", { percent: 55 }],
  ["set_fan_speed", { speed: "low" }],
  ["set_fan_speed", { speed: "auto" }],
  ["play_media", { what: "jazz" }],
  ["control_media", { action: "next" }],
  ["control_media", { action: "pause" }],
  ["control_media", { action: "resume" }],
  ["set_volume", { level: 12 }],
  ["change_volume", { direction: "mute" }],
  ["vacuum", { action: "start" }],
  ["vacuum", { action: "locate" }],
  ["vacuum", { action: "dock" }],
];

test("every device proves every order it can be given", async () => {
  const { house, clock } = await openBench();
  let proven = 0;
  for (const [name, args] of ORDERS) {
    for (const device of house.home.devices) {
      if (device.id === OFFLINE_DEVICE || device.id === REFUSING_DEVICE) continue;
      const made = house.bind({ name, arguments: { ...args, name: device.name } }, {});
      if (!made.ok) {
        assert.equal(made.refusal.code, "unsupported", `${name} ${device.name}: ${made.refusal.message}`);
        continue;
      }
      const acting = house.act(approve(made.call));
      await clock.advance(1000);
      const outcome = await acting;
      assert.equal(outcome.status, "done", `${name} ${device.name}`);
      proven += 1;
    }
  }
  assert.ok(proven > 100, `${proven}`);
});

test("the same seed gives the same delays, another seed others", async () => {
  const delays = async (seed: number): Promise<number[]> => {
    const { ask } = await openBench({ seed });
    return (await ask("turn_on", { name: "all lights" })).devices.map(({ ms }) => ms);
  };
  assert.deepEqual(await delays(5), await delays(5));
  assert.notDeepEqual(await delays(5), await delays(6));
});
