import assert from "node:assert/strict";
import { test } from "node:test";
import type { Adapter } from "./adapter.ts";
import { approve } from "./call.ts";
import type { ManualClock } from "./clock.ts";
import { loadHome } from "./load.ts";
import type { DeviceOutcome } from "./outcome.ts";
import { reply } from "./reply.ts";
import { openBench } from "./sim/bench.ts";
import { simulatedHome } from "./sim/demo-home.ts";
import { simulatedAdapter } from "./sim/in-process.ts";

test("done means that every device has reported it", async () => {
  const { ask, say, state } = await openBench();
  const outcome = await ask("turn_off", { name: "kitchen lights" });
  assert.equal(outcome.status, "done");
  assert.ok(outcome.devices.every(({ ms }) => ms >= 5 && ms <= 60));
  assert.equal(state("kitchen_ceiling").on, false);
  assert.equal(say(outcome), "Turned off the kitchen lights.");
});

test("a silent device is unknown, and marked unreachable", async () => {
  const { ask, say, house } = await openBench();
  const outcome = await ask("turn_on", { name: "garage lamp" });
  assert.equal(outcome.status, "unknown");
  assert.equal(outcome.ms, 1500);
  assert.equal(say(outcome), "The garage lamp did not answer; I do not know whether it turned on.");
  assert.equal(house.home.devices.find(({ id }) => id === "garage_lamp")?.reachable, false);
});

test("a refusing device is failed, in its own words", async () => {
  const { ask, say } = await openBench();
  const outcome = await ask("turn_on", { name: "bathroom heater" });
  assert.equal(outcome.status, "failed");
  assert.equal(say(outcome), "The bathroom heater did not do it: its overheating protection is active.");
});

test("mixed results are told device by device", async () => {
  const { ask, say } = await openBench();
  const outcome = await ask("turn_on", { name: "desk lamp, bathroom heater and garage lamp" });
  assert.equal(outcome.status, "unknown");
  assert.deepEqual(outcome.devices.map(({ status }) => status).sort(), ["done", "failed", "unknown"]);
  assert.equal(
    say(outcome),
    "Turned on the desk lamp. The garage lamp did not answer; I do not know whether it turned on. " +
      "The bathroom heater did not do it: its overheating protection is active.",
  );
});

test("undo brings back what each device had said before", async () => {
  const { ask, say, state } = await openBench();
  await ask("set_brightness", { name: "floor lamp", level: 90 });
  assert.equal(state("floor_lamp").brightness, 90);
  const undone = await ask("undo");
  assert.equal(state("floor_lamp").brightness, 40);
  assert.equal(say(undone), "Took back: set the floor lamp to 90 %.");
});

test("undo takes back one deed after the other and then has nothing left", async () => {
  const { ask, state, house } = await openBench();
  await ask("turn_on", { name: "desk lamp" });
  await ask("turn_on", { name: "bedside lamp" });
  await ask("undo");
  assert.deepEqual([state("office_desk").on, state("bedside_lamp").on], [true, false]);
  await ask("undo");
  assert.equal(state("office_desk").on, false);
  assert.equal(house.bind({ name: "undo", arguments: {} }, {}).ok, false);
});

test("undoing a lock is as risky as unlocking", async () => {
  const { ask, bind } = await openBench();
  await ask("lock", { name: "back door" });
  assert.equal(bind("undo").risk, 3);
});

test("what cannot be taken back says so and leaves older deeds alone", async () => {
  const { ask, house } = await openBench();
  await ask("turn_on", { name: "desk lamp" });
  await ask("send_message", { message: "dinner" });
  const undo = house.bind({ name: "undo", arguments: {} }, {});
  assert.ok(!undo.ok && undo.refusal.message.startsWith("I cannot take that back"));
});

test("undo forgets what was done long ago", async () => {
  const { ask, clock, house } = await openBench();
  await ask("turn_on", { name: "desk lamp" });
  await clock.advance(11 * 60_000);
  assert.equal(house.bind({ name: "undo", arguments: {} }, {}).ok, false);
});

test("a cover that has only started is said to be opening", async () => {
  const { house, bind, clock, say, state } = await openBench();
  const acting = house.act(approve(bind("open", { name: "garage door" })));
  await clock.advance(100);
  const outcome = await acting;
  assert.equal(outcome.devices[0]?.moving, true);
  assert.equal(say(outcome), "Opening the garage door.");
  await clock.advance(10_000);
  assert.deepEqual([state("garage_door").position, state("garage_door").moving], [100, "stopped"]);
});

test("stop without a name stops what moves", async () => {
  const { house, bind, clock, state } = await openBench();
  const opening = house.act(approve(bind("open", { name: "garage door" })));
  await clock.advance(1000);
  await opening;
  const stopping = house.act(approve(bind("stop_moving")));
  await clock.advance(1000);
  assert.equal((await stopping).status, "done");
  const at = state("garage_door").position;
  assert.ok(Number(at) > 0 && Number(at) < 100);
  await clock.advance(5000);
  assert.equal(state("garage_door").position, at);
});

test("nothing acts without an approval, and an approval is spent once", async () => {
  const { house, bind, clock } = await openBench();
  const call = bind("turn_on", { name: "desk lamp" });
  await assert.rejects(house.act(call as never), /not approved/);
  const approved = approve(call);
  const acting = house.act(approved);
  await clock.advance(100);
  assert.equal((await acting).status, "done");
  await assert.rejects(house.act(approved), /not approved/);
});

test("a call past its time expires and sends nothing", async () => {
  const { house, bind, clock, state } = await openBench();
  const outcome = await house.act(approve(bind("turn_on", { name: "desk lamp" })), { expiresAt: clock.now() - 1 });
  assert.equal(outcome.status, "expired");
  assert.equal(state("office_desk").on, false);
});

test("cancelling after the command was sent leaves it unknown, before it rejected", async () => {
  const { house, bind, clock } = await openBench();
  const cancel = new AbortController();
  const acting = house.act(approve(bind("turn_on", { name: "garage lamp" })), { signal: cancel.signal });
  await clock.advance(10);
  cancel.abort();
  assert.equal((await acting).status, "unknown");
  assert.equal(
    (await house.act(approve(bind("turn_on", { name: "tv" })), { signal: cancel.signal })).status,
    "rejected",
  );
});

test("commands to one device run one after the other", async () => {
  const { house, bind, clock, state } = await openBench();
  const levels = [10, 20, 30].map((level) => house.act(approve(bind("set_brightness", { name: "desk lamp", level }))));
  await clock.advance(1000);
  const outcomes = await Promise.all(levels);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["done", "done", "done"],
  );
  assert.equal(state("office_desk").brightness, 30);
});

test("a device that reports something else has failed", async () => {
  const stubborn = (clock: ManualClock): Adapter => {
    const home = loadHome(simulatedHome());
    const real = simulatedAdapter(home, { clock });
    const send: Adapter["send"] = (command) => real.send({ ...command, set: { on: true, brightness: 50 } });
    return { ...real, send };
  };
  const { ask, say } = await openBench({ adapter: stubborn });
  const outcome = await ask("set_brightness", { name: "desk lamp", level: 10 });
  assert.equal(outcome.status, "failed");
  assert.equal(say(outcome), "The desk lamp did not do it: it reports brightness 50 instead.");
});

test("without an adapter that speaks for it a device fails, nothing being sent", async () => {
  const { ask } = await openBench({ adapter: (clock) => simulatedAdapter(loadHome({}), { clock }) });
  const outcome = await ask("turn_on", { name: "desk lamp" });
  assert.equal(outcome.status, "failed");
});

test("reads say what is known, with units, and who is silent", async () => {
  const { ask, say } = await openBench();
  assert.equal(
    say(await ask("get_state", { name: "outside", property: "temperature" })),
    "The outdoor sensor says 7.5 °C.",
  );
  assert.equal(
    say(await ask("get_state", { name: "back door", property: "battery" })),
    "The back door lock has 12 % battery.",
  );
  const door = say(await ask("get_state", { name: "front door" }));
  assert.equal(door, "The front door is locked. The front door sensor is closed.");
  const read = async (name: string, property: string) => say(await ask("get_state", { name, property }));
  assert.equal(await read("reading lamp", "brightness"), "The reading lamp is off.", "not as bright as it once was");
  assert.equal(await read("bedroom", "temperature"), "The bedroom thermostat says 18.2 °C and is set to 18 °C.");
  assert.equal(await read("bedroom blinds", "position"), "The bedroom blinds are 30 % open.");
  assert.equal(
    await read("all lights", "state"),
    "3 of 12 lights are on: the kitchen ceiling light, the counter light and the floor lamp.",
  );
});

test("who asks after everything is told what is on, open and unlocked", async () => {
  const { ask, say } = await openBench();
  const all = say(await ask("get_state", { property: "state" }, {}));
  assert.match(all, /^\d+ of \d+ devices are on: .+ Open: .+\.$/);
  assert.match(all, /bedroom blinds/);
  assert.doesNotMatch(all, /sensor says/);
  assert.match(all, / Unlocked: the back door\.$/);
  await ask("lock", { name: "back door" });
  assert.match(say(await ask("get_state", {}, {})), / Nothing is unlocked\.$/);
  await ask("turn_on", { name: "garage lamp" });
  assert.match(say(await ask("get_state", {}, {})), / The garage lamp did not answer\.$/);
});

test("one light among many sensors is told by its name", () => {
  const sensor = (id: string) => ({ id, name: `Sensor ${id}`, kind: "sensor", state: { temperature: 20 } });
  const lamp = { id: "lamp", name: "Desk lamp", kind: "light", state: { on: false } };
  const home = loadHome({ devices: [lamp, ...["a", "b", "c", "d", "e", "f"].map(sensor)] });
  const devices = home.devices.map(({ id, name, state }): DeviceOutcome => {
    return { device: id, name, status: "done", before: state, after: state, ms: 0 };
  });
  const about = {
    tool: "get_state",
    effect: "read",
    deed: "look",
    said: "all",
    arguments: {},
    property: "state",
  } as const;
  const said = reply([{ ...about, status: "done", devices, ms: 0 }], { home, now: 0 });
  assert.equal(said, "The desk lamp is off.");
});

test("a scene sets its devices and undo brings them back", async () => {
  const { ask, say, state, clock } = await openBench();
  assert.equal(say(await ask("activate_scene", { name: "movie night" })), "Activated movie night.");
  assert.equal(state("floor_lamp").brightness, 20);
  await ask("undo");
  await clock.advance(20_000);
  assert.deepEqual([state("floor_lamp").brightness, state("living_blinds").position], [40, 100]);
});
