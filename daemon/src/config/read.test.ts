import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig, problemText } from "./read.ts";

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

test("a file that is no YAML says where", () => {
  assert.match(problems("log: *nothing\n")[0] ?? "", /^needled\.yaml:1: .*nothing/);
  assert.match(problems("instance: [home\nmqtt:\n")[0] ?? "", /^needled\.yaml:\d+: /);
  assert.match(problems("instance: a\ninstance: b\n")[0] ?? "", /^needled\.yaml:\d+: .*unique/i);
});
