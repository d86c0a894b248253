import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { toolsSchema } from "../owner/schema.ts";
import { faultsOfPolicy } from "./checks.ts";
import { parseConfig, problemText } from "./read.ts";
import { configSchema } from "./schema.ts";

function problems(text: string): string[] {
  const read = parseConfig(text, "needled.yaml");
  return read.ok ? [] : read.problems.map(problemText);
}

test("nothing configured is a whole configuration", () => {
  const read = parseConfig("", "needled.yaml");
  assert.ok(read.ok);
  assert.deepEqual([read.config.instance, read.config.broker.port, read.config.limits.ttl_s], ["home", 1883, 30]);
});

test("a part that is given keeps the defaults of its neighbours", () => {
  const read = parseConfig("limits:\n  burst: 5\nsources:\n  voice:\n    room: kitchen\n", "needled.yaml");
  assert.ok(read.ok);
  assert.deepEqual([read.config.limits.burst, read.config.limits.per_minute], [5, 60]);
  assert.equal(read.config.sources.voice?.room, "kitchen");
});

test("everything that is wrong is said at once, with its line and what was meant", () => {
  const text = [
    "instance: my home",
    "mqt:",
    "  url: mqtt://127.0.0.1",
    "mqtt:",
    "  url: http://127.0.0.1",
    "  pasword: hunter2",
    "limits:",
    "  burst: many",
    "serial:",
    "  - path: /dev/ttyUSB0",
    "log:",
    "  level: wran",
    "pin: 1234",
  ].join("\n");
  const found = problems(text);
  const expected = [
    /^needled\.yaml:1: instance: /,
    /^needled\.yaml:2: mqt: unknown key; did you mean mqtt\?$/,
    /^needled\.yaml:5: mqtt\.url: /,
    /^needled\.yaml:6: mqtt\.pasword: unknown key; did you mean password\?$/,
    /^needled\.yaml:8: limits\.burst: must be integer, not string$/,
    /^needled\.yaml:\d+: serial\.0: needs source$/,
    /^needled\.yaml:12: log\.level: must be one of debug, info, warn, silent; did you mean warn\?$/,
    /^needled\.yaml:13: pin: /,
  ];
  for (const pattern of expected)
    assert.ok(
      found.some((line) => pattern.test(line)),
      `${pattern} in\n${found.join("\n")}`,
    );
});

test("who may have tools, and how risky, is said in words", () => {
  const read = parseConfig("flows:\n  client: [a]\n  clients: [a/b, http, nodered]\n  max_risk: 4\n", "c.yaml");
  const text = read.ok ? "" : read.problems.map(problemText).join("\n");
  for (const pattern of [
    /^c\.yaml:2: flows\.client: unknown key; did you mean clients\?$/m,
    /^c\.yaml:3: flows\.clients\.0: must be the level of a topic/m,
    /^c\.yaml:3: flows\.clients\.1: .*not the name of a door$/m,
    /^c\.yaml:4: flows\.max_risk: must be 0 to 3/m,
  ])
    assert.match(text, pattern);
  assert.doesNotMatch(text, /clients\.2/);
});

test("a file that is no YAML says where", () => {
  assert.match(problems("log: *nothing\n")[0] ?? "", /^needled\.yaml:1: .*nothing/);
  assert.match(problems("instance: [home\nmqtt:\n")[0] ?? "", /^needled\.yaml:\d+: /);
  assert.match(problems("instance: a\ninstance: b\n")[0] ?? "", /^needled\.yaml:\d+: .*unique/i);
});

test("a password in the broker's address is refused with the way to do it, and never said", () => {
  for (const user of ["needled:hunter2", "needled", ":hunter2"]) {
    const found = problems(`mqtt:\n  url: mqtts://${user}@broker.lan:8883\n  versio: 5\n`).join("\n");
    assert.match(found, /needled\.yaml:2: mqtt\.url: .*mqtt\.username.*mqtt\.password: \{file: PATH\}/);
    assert.match(found, /versio/);
    assert.doesNotMatch(found, /hunter2/);
  }
  assert.deepEqual(problems("mqtt: {url: mqtts://broker.lan:8883/a@b}\n"), []);
});

test("a policy row about a tool that is a slip of the pen is a fault; what a flow may bring is a note", () => {
  const text =
    "policy:\n  - {name: a, decision: deny, tools: [turn_on, trun_off]}\n  - {name: b, decision: deny, tools:\n      [feed_fish, unlcok]}\n";
  const read = parseConfig(text, "needled.yaml");
  assert.ok(read.ok);
  const { problems: slips, notes } = faultsOfPolicy(read.source, []);
  assert.deepEqual(slips.map(problemText), [
    "needled.yaml:2: policy.0.tools.1: there is no tool trun_off; did you mean turn_off?",
    "needled.yaml:4: policy.1.tools.1: there is no tool unlcok; did you mean unlock?",
  ]);
  assert.equal(notes.length, 1);
  assert.match(
    notes.map(problemText).join(),
    /needled\.yaml:4: policy\.1\.tools\.0: there is no tool feed_fish unless a flow/,
  );
});

test("a Home Assistant is given by the address of its WebSocket, and its token by a place", () => {
  const lines = (url: string, token: string): string => `home_assistant:\n  - url: "${url}"\n    token: ${token}\n`;
  const good = parseConfig(lines("ws://ha.local:8123/api/websocket", "{file: ha.token}"), "needled.yaml");
  assert.ok(good.ok && good.config.home_assistant.length === 1);
  const wrong = problems(lines("http://ha.local:8123", "abcdef"));
  assert.match(wrong.join("\n"), /needled\.yaml:2: home_assistant\.0\.url: must be ws:\/\/HOST:8123\/api\/websocket/);
  assert.match(wrong.join("\n"), /needled\.yaml:3: home_assistant\.0\.token: must be/);
  const user = problems(lines("ws://me:secret@ha.local:8123/api/websocket", "{file: ha.token}"));
  assert.match(user.join("\n"), /home_assistant\.0\.url: an address must hold no user and no password; write token:/);
  assert.deepEqual(problems("home_assistant:\n  - url: ws://ha/api/websocket\n"), [
    "needled.yaml:2: home_assistant.0: needs token",
  ]);
});

test("our own schemas are JSON Schema", () => {
  const ajv = new Ajv2020();
  for (const schema of [configSchema, toolsSchema]) {
    assert.ok(ajv.validateSchema(schema), ajv.errorsText());
  }
});
