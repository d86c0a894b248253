import assert from "node:assert/strict";
import { test } from "node:test";
import { approve } from "../call.ts";
import { openHouse } from "../house.ts";
import { loadHome } from "../load.ts";
import { reply } from "../reply.ts";
import { simulatedHome } from "./demo-home.ts";
import { simulatedProcess } from "./spawned.ts";

test("the home in a process of its own answers, refuses, stays silent and ends", async (t) => {
  const home = loadHome(simulatedHome());
  const house = openHouse({ home, adapters: [simulatedProcess(home, { seed: 3 })] });
  t.after(() => house.stop());
  await house.start();
  const ask = async (tool: string, name: string): Promise<string> => {
    const made = house.bind({ name: tool, arguments: { name } }, {});
    assert.ok(made.ok);
    const outcome = await house.act(approve({ ...made.call, timeoutMs: 400 }));
    return `${outcome.status}: ${reply([outcome], { home: house.home, now: 0 })}`;
  };
  assert.equal(await ask("turn_off", "kitchen lights"), "done: Turned off the kitchen lights.");
  assert.match(await ask("turn_on", "bathroom heater"), /^failed: .*overheating protection/);
  assert.match(await ask("turn_on", "garage lamp"), /^unknown: .*did not answer/);
  assert.equal(await ask("open", "garage door"), "done: Opening the garage door.");
  await house.stop();
  assert.match(await ask("turn_on", "desk lamp"), /^failed: .*not running/);
});

test("a start cancelled before or while it runs leaves no process behind", async (t) => {
  const adapter = simulatedProcess(loadHome(simulatedHome()));
  t.after(() => adapter.stop());
  await assert.rejects(adapter.start(AbortSignal.abort()), /cancelled/);
  const cancel = new AbortController();
  const starting = adapter.start(cancel.signal);
  cancel.abort();
  await assert.rejects(starting, /cancelled/);
});
