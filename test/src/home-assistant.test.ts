// The whole way with a real Home Assistant: words in, services of entities, their states, an answer.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { needled, noModel } from "./cli.ts";
import { type Asker, openAsker, type Running, startDaemon } from "./daemon.ts";
import { type HomeAssistant, startHomeAssistant, until, whyNoHomeAssistant } from "./ha-peer.ts";

const skip = whyNoHomeAssistant || noModel;
const long = { skip, timeout: 1_200_000 };
const folder = mkdtempSync(join(tmpdir(), "needled-ha-"));
const config = join(folder, "needled.yaml");
let peer: HomeAssistant;
let running: Running;
let asker: Asker;
let port: number;
let count = 0;

const ask = (text: string) => asker.ask("voice", text, `ask-${count++}`);

const expose = (entity_ids: string[], should_expose: boolean) =>
  peer.order("homeassistant/expose_entity", { assistants: ["conversation"], entity_ids, should_expose });

const isState = (entity: string, wanted: string) =>
  until(`${entity} to be ${wanted}`, 30_000, async () =>
    (await peer.stateOf(entity)).state === wanted ? true : undefined,
  );

/** The owner's rooms, floors, other names, and what Assist may use. */
async function furnish(): Promise<void> {
  for (const [name, level] of [
    ["Ground", 0],
    ["Upper", 1],
  ] as const) {
    await peer.order("config/floor_registry/create", { name, level, aliases: name === "Upper" ? ["top floor"] : [] });
  }
  // Onboarding has made a kitchen and a bedroom already.
  await peer.order("config/area_registry/create", { name: "Hallway" });
  for (const [area_id, floor_id] of Object.entries({ kitchen: "ground", hallway: "ground", bedroom: "upper" })) {
    await peer.order("config/area_registry/update", { area_id, floor_id });
  }
  const update = (entity_id: string, more: object) =>
    peer.order("config/entity_registry/update", { entity_id, ...more });
  await update("light.kitchen_ceiling", { area_id: "kitchen", aliases: ["big lamp"] });
  await update("light.hallway_lamp", { area_id: "hallway" });
  for (const id of [
    "light.bedroom_strip",
    "fan.bedroom_fan",
    "climate.bedroom_heating",
    "sensor.bedroom_temperature",
  ]) {
    await update(id, { area_id: "bedroom" });
  }
  await update("light.reading_lamp", { area_id: "hallway" });
  await update("light.reading_lamp_2", { area_id: "bedroom" });
  await expose(["lock.front_door_lock", "lock.shed_lock"], true);
  await expose(["switch.garden_pump"], false);
}

before(
  async () => {
    if (skip) return;
    peer = await startHomeAssistant(join(folder, "ha"));
    await furnish();
    const token = join(folder, "token");
    writeFileSync(token, `${peer.token}\n`);
    writeFileSync(
      config,
      `home_assistant:\n  - {url: "${peer.url}", token: {file: ${token}}}\nbroker: {port: 0}\nhttp: {port: 0}\n`,
    );
    running = await startDaemon(["--config", config, "--state", join(folder, "state")]);
    port = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(running.lines.join("\n"))?.[1]);
    asker = await openAsker(port);
  },
  { timeout: 1_800_000 },
);

after(async () => {
  await asker?.close();
  await running?.stop();
  await peer?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("a sentence becomes a service, the state comes back, and that is the answer", long, async () => {
  const answer = await ask("turn on the kitchen light");
  assert.equal(answer.calls[0]?.outcome, "done", JSON.stringify(answer));
  assert.deepEqual(answer.calls[0]?.devices, ["ha_light_kitchen_ceiling"]);
  assert.equal((await peer.stateOf("light.kitchen_ceiling")).state, "on");
  const dimmed = await ask("set the big lamp to 40 percent");
  assert.equal(dimmed.calls[0]?.outcome, "done", JSON.stringify(dimmed));
  assert.equal((await peer.stateOf("light.kitchen_ceiling")).attributes.brightness, 102);
});

test("colours, covers, fans and heating arrive there and are told from there", long, async () => {
  const deeds: [string, string, (state: string, attributes: Record<string, unknown>) => boolean][] = [
    [
      "make the bedroom strip blue",
      "light.bedroom_strip",
      (state, { hs_color }) => state === "on" && String(hs_color) === "240,100",
    ],
    ["open the living room blind", "cover.living_blind", (state) => state === "open"],
    ["set the bedroom fan to high", "fan.bedroom_fan", (_, { percentage }) => percentage === 100],
    ["set the bedroom heating to 21 degrees", "climate.bedroom_heating", (_, { temperature }) => temperature === 21],
    ["start the robot", "vacuum.robot", (state) => state === "cleaning"],
  ];
  for (const [text, entity, holds] of deeds) {
    const answer = await ask(text);
    assert.equal(answer.calls[0]?.outcome, "done", `${text}: ${JSON.stringify(answer)}`);
    const { state, attributes } = await peer.stateOf(entity);
    assert.ok(holds(state, attributes), `${text}: ${state} ${JSON.stringify(attributes)}`);
  }
});

test("readings are answered", long, async () => {
  const answer = await ask("what is the temperature in the bedroom");
  assert.match(answer.reply, /19\.5/, JSON.stringify(answer));
});

test("a silent entity is unknown, and said so", long, async () => {
  const answer = await ask("turn on the hallway lamp");
  assert.equal(answer.calls[0]?.outcome, "unknown", JSON.stringify(answer));
});

test("a refusal is told in Home Assistant's own words", long, async () => {
  const answer = await ask("lock the shed lock");
  assert.equal(answer.calls[0]?.outcome, "failed", JSON.stringify(answer));
  assert.match(answer.reply, /code/i);
});

test("unlocking asks for a yes elsewhere and moves nothing before", long, async () => {
  const answer = await ask("unlock the front door");
  assert.equal(answer.calls[0]?.outcome, "needs_confirmation", JSON.stringify(answer));
  assert.equal((await peer.stateOf("lock.front_door_lock")).state, "locked");
});

test("what is unavailable is said to be, and is back when Home Assistant says so", long, async () => {
  await peer.call("input_boolean.turn_off", "input_boolean.plugged");
  await isState("light.porch_lamp", "unavailable");
  const answer = await ask("turn on the porch lamp");
  assert.equal(answer.calls[0]?.outcome, "failed", JSON.stringify(answer));
  assert.match(answer.reply, /unavailable/);
  await peer.call("input_boolean.turn_on", "input_boolean.plugged");
  await isState("light.porch_lamp", "off");
  const again = await ask("turn on the porch lamp");
  assert.equal(again.calls[0]?.outcome, "done", JSON.stringify(again));
});

test("only what is exposed to Assist can be spoken to, and no scene that opens a lock", long, async () => {
  const pump = await ask("turn on the garden pump");
  assert.notEqual(pump.calls[0]?.outcome, "done", JSON.stringify(pump));
  assert.equal((await peer.stateOf("switch.garden_pump")).state, "off");
  const movie = await ask("activate the movie night scene");
  assert.equal(movie.calls[0]?.outcome, "done", JSON.stringify(movie));
  const sesame = await ask("activate the open sesame scene");
  assert.notEqual(sesame.calls[0]?.outcome, "done", JSON.stringify(sesame));
  assert.equal((await peer.stateOf("lock.front_door_lock")).state, "locked");
});

test("a name given or taken in Home Assistant counts at once", long, async () => {
  const rename = (name: string | null) =>
    peer.order("config/entity_registry/update", { entity_id: "light.kitchen_ceiling", name });
  await rename("Kitchen dragon");
  let answer = await ask("turn off the kitchen dragon");
  // The news travels on its own; the question may be faster.
  for (let n = 0; n < 20 && answer.calls[0]?.outcome !== "done"; n += 1)
    answer = await ask("turn off the kitchen dragon");
  assert.equal(answer.calls[0]?.outcome, "done", JSON.stringify(answer));
  await rename(null);
});

test("of two with one name the one in the room that was named is meant, else it asks", long, async () => {
  const open = await ask("turn on the reading lamp");
  assert.notEqual(open.calls[0]?.outcome, "done", JSON.stringify(open));
  assert.match(open.reply, /\?/);
  const answer = await ask("turn on the reading lamp in the bedroom");
  assert.equal(answer.calls[0]?.outcome, "done", JSON.stringify(answer));
  assert.deepEqual(answer.calls[0]?.devices, ["ha_light_reading_lamp_2"]);
});

test("what is no longer exposed is not known any more", long, async () => {
  const first = await ask("turn on the attic lamp");
  assert.equal(first.calls[0]?.outcome, "done", JSON.stringify(first));
  await expose(["light.attic_lamp"], false);
  await until("the attic lamp to be gone", 30_000, async () =>
    (await ask("turn off the attic lamp")).calls[0]?.outcome === "done" ? undefined : true,
  );
});

test("doctor looks at it, with the token", long, async () => {
  const { stdout } = await needled(["doctor", "--config", config, "--state", join(folder, "elsewhere")]);
  assert.match(stdout, /ok {3}home_assistant .*2\d{3}\.\d+/, stdout);
  writeFileSync(join(folder, "wrong"), "no token");
  writeFileSync(
    join(folder, "wrong.yaml"),
    `home_assistant:\n  - {url: "${peer.url}", token: {file: ${join(folder, "wrong")}}}\n`,
  );
  const wrong = await needled(["doctor", "--config", join(folder, "wrong.yaml"), "--state", join(folder, "elsewhere")]);
  assert.match(wrong.stdout, /BAD {2}home_assistant .*token/, wrong.stdout);
});

test("init finds it, shows its devices by its rooms, and writes what the daemon takes", long, async () => {
  const out = join(folder, "init.yaml");
  const address = peer.url.replace(/^ws/, "http").replace(/\/api\/websocket$/, "");
  const found = await needled(["init", "--token-file", join(folder, "token"), "--out", out], {
    env: { HASS_SERVER: address },
  });
  assert.equal(found.code, 0, found.stderr);
  assert.match(found.stdout, /assistant +ws:.*\(Home Assistant 2\d{3}\.\d+/);
  assert.match(found.stdout, /Kitchen: .*\(light/);
  const checked = await needled(["config", "validate", out]);
  assert.equal(checked.code, 0, checked.stderr + checked.stdout);
});

test("without Home Assistant its devices stay known and are away; with it they are back", long, async () => {
  await peer.kill();
  let answer = await ask("turn on the kitchen light");
  assert.equal(answer.calls[0]?.outcome, "failed", JSON.stringify(answer));
  assert.match(answer.reply, /not connected|link to the devices/, JSON.stringify(answer));
  await peer.start();
  await until("the light to be back", 900_000, async () => {
    answer = await ask("turn on the kitchen light");
    return answer.calls[0]?.outcome === "done" ? true : undefined;
  });
  assert.equal((await peer.stateOf("light.kitchen_ceiling")).state, "on");
});
