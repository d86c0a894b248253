import assert from "node:assert/strict";
import { test } from "node:test";
import { DeviceError } from "./errors.ts";
import { lexicon } from "./lexicon.ts";
import { loadHome } from "./load.ts";
import { simulatedHome } from "./sim/demo-home.ts";

function fault(change: (plain: Record<string, never[]>) => void): string {
  const plain = structuredClone(simulatedHome()) as Record<string, never[]>;
  change(plain);
  try {
    loadHome(plain);
  } catch (error) {
    assert.ok(error instanceof DeviceError && error.code === "config.home");
    return error.message;
  }
  return assert.fail("was accepted");
}

test("loads the simulated home: 31 devices, 7 rooms, 2 floors", () => {
  const home = loadHome(simulatedHome());
  assert.deepEqual([home.devices.length, home.areas.length, home.floors.length], [31, 7, 2]);
});

test("names the place of a fault and the nearest valid word", () => {
  const set = (list: string, index: number, key: string, value: unknown) => (plain: Record<string, object[]>) => {
    Object.assign(plain[list]?.[index] ?? {}, { [key]: value });
    // Ids are named from the scenes too; their own faults are not the matter here.
    if (list === "devices") plain.scenes = [];
  };
  const change = (list: string, index: number, key: string, value: unknown): string =>
    fault(set(list, index, key, value) as (plain: Record<string, never[]>) => void);
  assert.match(change("devices", 3, "kind", "ligth"), /^home: devices\[3\]\.kind: "ligth" .*did you mean light\?/);
  assert.match(change("devices", 0, "area", "kichen"), /devices\[0\]\.area: .*did you mean kitchen\?/);
  assert.match(change("devices", 0, "colour", 1), /devices\[0\]\.colour: is not known here/);
  assert.match(change("devices", 0, "name", "<script>"), /devices\[0\]\.name: .*is no name/);
  assert.match(change("devices", 0, "state", { on: null }), /devices\[0\]\.state\.on: must be/);
  assert.match(change("devices", 1, "id", "kitchen_ceiling"), /devices: the id "kitchen_ceiling" is used twice/);
  assert.match(change("areas", 0, "floor", "cellar"), /areas\[0\]\.floor/);
  assert.match(change("scenes", 0, "set", { lamp: { on: true } }), /scenes\[0\]\.set\.lamp: is not known here/);
  assert.match(
    fault((plain) => Object.assign(plain, { unit: "K" })),
    /unit: "K" is none of C, F/,
  );
});

test("the lexicon holds names, aliases, rooms and their groups, and no duplicates", () => {
  const names = lexicon(loadHome(simulatedHome()));
  for (const name of [
    "floor lamp",
    "Couch lamp",
    "kitchen",
    "lounge",
    "kitchen lights",
    "upstairs",
    "movie night",
    "all lights",
    "blinds",
  ]) {
    assert.ok(names.includes(name), name);
  }
  assert.equal(new Set(names).size, names.length);
});
