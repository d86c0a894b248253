import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { problemText } from "../config/read.ts";
import { readWhole, type WholeRead } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "needled-tools-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const config = join(folder, "needled.yaml");
const secrets = { credentials: undefined, withSecrets: true };

function write(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
}

async function read(patterns: string, files: Record<string, readonly string[]> = {}): Promise<WholeRead> {
  writeFileSync(config, `tools: ${patterns}\n`);
  for (const [name, lines] of Object.entries(files)) write(name, lines);
  return readWhole(config, secrets);
}

async function problems(lines: readonly string[]): Promise<string> {
  const found = await read("[t.yaml]", { "t.yaml": lines });
  return found.ok ? "" : found.problems.map(problemText).join("\n").replaceAll(`${folder}/`, "");
}

/** A tool with one more or other key. */
const tool = (...more: string[]): string[] => [
  "tools:",
  "  - name: feed_cat",
  "    description: Feed the cat",
  ...more.map((line) => `    ${line}`),
];
const portions =
  "parameters: {type: object, properties: {portions: {type: integer, maximum: 3}}, required: [portions]}";

test("absent keys mean their defaults, and paths start at the configuration", async () => {
  mkdirSync(join(folder, "d"), { recursive: true });
  const found = await read("['d/*.yaml', d/one.yaml]", { "d/one.yaml": tool("mqtt: {topic: cat/feed}") });
  assert.ok(found.ok, JSON.stringify(found));
  const { check, ...plain } = found.tools[0] ?? assert.fail();
  assert.equal(found.tools.length, 1);
  assert.deepEqual(plain, {
    name: "feed_cat",
    description: "Feed the cat",
    parameters: { type: "object", properties: {}, required: [] },
    risk: 2,
    repeat: "once",
    timeoutMs: 5_000,
    message: { via: "mqtt", topic: "cat/feed", qos: 1, retain: false },
  });
});

test("values are checked against the whole schema", async () => {
  const found = await read("[t.yaml]", { "t.yaml": tool(portions, "mqtt: {topic: 'cat/{portions}'}") });
  assert.ok(found.ok, JSON.stringify(found));
  const { check } = found.tools[0] ?? assert.fail();
  assert.equal(check({ portions: 2 }), undefined);
  assert.equal(check({ portions: 9 })?.code, "out_of_range");
  assert.equal(check({ portions: "2" })?.code, "invalid_arguments");
  assert.equal(check({})?.message, "I did not hear the portions.");
});

test("every fault at once, with file, line, key and what was meant", async () => {
  const text = await problems([
    "tools:",
    "  - name: feed_cat",
    "    descripton: Feed the cat",
    "    rsik: 1",
    "    mqt: {topic: a}",
    "  - name: two words",
    "    description: x",
    "    repeat: onse",
    "    timeout_s: 300",
    "    http: {url: 'http://h/', expect: [20]}",
  ]);
  for (const pattern of [
    /^t\.yaml:3: tools\.0\.descripton: unknown key; did you mean description\?$/m,
    /^t\.yaml:4: tools\.0\.rsik: unknown key; did you mean risk\?$/m,
    /^t\.yaml:5: tools\.0\.mqt: unknown key; did you mean mqtt\?$/m,
    /^t\.yaml:6: tools\.1\.name: /m,
    /^t\.yaml:8: tools\.1\.repeat: must be one of .*; did you mean once\?$/m,
    /^t\.yaml:9: tools\.1\.timeout_s: /m,
    /^t\.yaml:10: tools\.1\.http\.expect/m,
  ])
    assert.match(text, pattern);
});

test("names are declared once, and the catalogue's are taken", async () => {
  const lines = [
    ...tool("mqtt: {topic: a}"),
    ...tool("mqtt: {topic: a}").slice(1),
    "  - {name: turn_on, description: x, mqtt: {topic: a}}",
  ];
  const text = await problems(lines);
  assert.match(text, /^t\.yaml:5: tools\.1\.name: feed_cat is declared already: .*t\.yaml:2$/m);
  assert.match(text, /^t\.yaml:8: tools\.2\.name: turn_on is declared already: needled's own catalogue$/m);
});

const faulty: readonly (readonly [string, RegExp, ...string[]])[] = [
  ["no handler", /needs mqtt or http/],
  ["two handlers", /mqtt or http, not both/, "mqtt: {topic: a}", "http: {url: 'http://h/'}"],
  [
    "a schema that is none",
    /parameters\..*is no JSON Schema/,
    "parameters: {type: object, properties: {n: {type: integr}}}",
    "mqtt: {topic: a}",
  ],
  [
    "a reference to nowhere",
    /parameters: can't resolve/,
    "parameters: {type: object, properties: {n: {$ref: '#/x'}}}",
    "mqtt: {topic: a}",
  ],
  [
    "a required key that is no parameter",
    /required: .*portion is no parameter.*did you mean portions/,
    portions.replace("[portions]", "[portion]"),
    "mqtt: {topic: a}",
  ],
  [
    "a placeholder without a parameter",
    /payload\.n: \{portion\} is no parameter.*did you mean portions/,
    portions,
    "mqtt: {topic: a, payload: {n: '{portion}'}}",
  ],
  [
    "an optional value in a topic",
    /make it required/,
    portions.replace("[portions]", "[]"),
    "mqtt: {topic: 'a/{portions}'}",
  ],
  [
    "an optional value in an echo",
    /make it required/,
    portions.replace("[portions]", "[]"),
    "mqtt: {topic: a, echo: {topic: b, match: {n: '{portions}'}}}",
  ],
  ["an echo that anything would match", /any answer would do/, "mqtt: {topic: a, echo: {topic: b, match: {}}}"],
  [
    "a list inside a text",
    /can only stand alone/,
    "parameters: {type: object, properties: {n: {type: array}}}",
    "mqtt: {topic: a, payload: {n: 'x {n}'}}",
  ],
  ["JSON written as a text", /write it as YAML/, portions, 'mqtt: {topic: a, payload: \'{"n": "{portions}"}\'}'],
  ["needled's own topics", /needled's own/, "mqtt: {topic: needled/home/in/x}"],
  ["a wildcard", /no \+ or #/, "mqtt: {topic: a, echo: {topic: 'b/#', match: 1}}"],
  ["echo: none without an acknowledgement", /needs qos: 1/, "mqtt: {topic: a, qos: 0, echo: none}"],
  ["another word for echo", /must be none/, "mqtt: {topic: a, echo: nope}"],
  ["readable with nothing to read", /readable needs mqtt\.echo/, "repeat: readable", "http: {url: 'http://h/'}"],
  ["a placeholder in the host", /cannot be in the host/, portions, "http: {url: 'http://h{portions}/'}"],
  ["a placeholder in the port", /cannot be in the host/, portions, "http: {url: 'http://h:{portions}/'}"],
  ["a placeholder for the scheme", /http:\/\/HOST/, portions, "http: {url: '{portions}://h/'}"],
  ["a password in the address", /headers/, "http: {url: 'http://u:p@h/'}"],
  ["another scheme", /http:\/\/HOST/, "http: {url: 'file:///etc/passwd'}"],
  ["a body for GET", /GET has no body/, "http: {method: GET, url: 'http://h/', body: 1}"],
  ["a header that is needled's", /sets this header itself/, "http: {url: 'http://h/', headers: {Host: x}}"],
  [
    "a placeholder in a header",
    /cannot stand in a header/,
    portions,
    "http: {url: 'http://h/', headers: {X: '{portions}'}}",
  ],
  [
    "a secret that is not there",
    /http\.headers\.X-Key: the secret .*nowhere cannot be read/,
    "http: {url: 'http://h/', headers: {X-Key: {file: nowhere}}}",
  ],
];

for (const [what, pattern, ...lines] of faulty) {
  test(`finds: ${what}`, async () => assert.match(await problems(tool(...lines)), pattern));
}

test("a secret need not be readable for who only explains", async () => {
  await read("[t.yaml]", { "t.yaml": tool("http: {url: 'http://h/', headers: {X-Key: {file: nowhere}}}") });
  assert.ok((await readWhole(config, { ...secrets, withSecrets: false })).ok);
});

test("a path that leads nowhere says what was meant; a pattern may find nothing", async () => {
  const found = await read("[tt.yaml, 'empty.d/*.yaml', 'd/x*.yaml', 'a/**/b.yaml']", {
    "t.yaml": tool("mqtt: {topic: a}"),
  });
  const text = found.ok ? "" : found.problems.map(problemText).join("\n");
  assert.match(text, /needled\.yaml:1: tools\.0: there is no .*tt\.yaml; did you mean .*\/t\.yaml\?/);
  assert.match(text, /tools\.1: there is no .*empty\.d/);
  assert.match(text, /tools\.3: \*\* is not known/);
  assert.doesNotMatch(text, /tools\.2/);
});
