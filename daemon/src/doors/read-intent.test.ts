// What senders may write, and what they hear when they may not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "./json.ts";
import { readConfirmation, readIntent, readIntentOrWords, readWords } from "./read-intent.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

test("reads every field", () => {
  const said = { text: "turn on the lamp", id: "a.B:7_-", said_at: 1000, ttl_ms: 5000, room: "hall", dry_run: true };
  assert.deepEqual(readIntent(bytes(JSON.stringify({ ...said, reply_to: "x/y", more: [1] }))), {
    ok: true,
    value: { text: said.text, id: said.id, saidAt: 1000, ttlMs: 5000, room: "hall", dryRun: true, replyTo: "x/y" },
  });
});

test("reads times with a zone", () => {
  for (const time of ["2026-11-21T14:00:00Z", "2026-11-21T15:00:00.000+01:00", "2026-11-21T14:00Z"]) {
    const read = readIntent(bytes(JSON.stringify({ text: "x", said_at: time })));
    assert.equal(read.ok && read.value.saidAt, Date.UTC(2026, 10, 21, 14), time);
  }
});

test("a byte order mark, escapes and spaces change nothing", () => {
  for (const text of ['\uFEFF{"text":"on"}', ' {\r\n\t"text" : "\\u006fn" }\n', '{"t\\u0065xt":"on"}']) {
    const read = readIntent(bytes(text));
    assert.equal(read.ok && read.value.text, "on", text);
  }
});

const deep = (levels: number): string => `{"text":"x","more":${"[".repeat(levels)}${"]".repeat(levels)}}`;

test("takes 16 levels", () => {
  assert.equal(readIntent(bytes(deep(15))).ok, true);
});

const malformed: [json: string, message: RegExp][] = [
  ["", /expected a value, at line 1, column 1/],
  ["{", /expected a key in double quotes, at line 1, column 2/],
  ['{"text":"a"', /expected "," or "}", at line 1, column 12/],
  ['{"text":"a",}', /expected a key/],
  ['{\n  "text": on\n}', /expected a value, at line 2, column 11/],
  ['{"text":"a"} x', /nothing more, at line 1, column 14/],
  ['{"text":"a","text":"b"}', /"text" is there twice, at line 1, column 13/],
  ['{"text":"a","\\u0074ext":"b"}', /twice/],
  ['{"text":"\\ud800"}', /lone surrogate/],
  ['{"text":"\\x"}', /bad escape/],
  ['{"text":"a\nb"}', /bad escape|does not end/],
  ['{"text":"a","n":1e999}', /too large/],
  ['{"text":"a","n":01}', /expected "," or "}"/],
  ['{"text":"a","n":NaN}', /expected a value/],
  [deep(16), /more than 16 levels/],
  [deep(4_000), /more than 16 levels/],
  ["[]", /must be a JSON object/],
  ["null", /must be a JSON object/],
  ["{}", /needs "text"/],
  ['{"__proto__":{"text":"a"}}', /needs "text"/],
  ['{"text":7}', /"text" must be a string/],
  ['{"text":""}', /heard nothing/],
  ['{"text":"\\u0000"}', /not plain UTF-8/],
  ['{"text":"a","id":7}', /"id" must be/],
  ['{"text":"a","id":"a b"}', /"id" must be/],
  [`{"text":"a","id":"${"x".repeat(65)}"}`, /"id" must be/],
  ['{"text":"a","said_at":"yesterday"}', /"said_at" must be/],
  ['{"text":"a","said_at":"2026-11-21T14:00:00"}', /with a zone/],
  ['{"text":"a","said_at":"2026-13-41T14:00:00Z"}', /"said_at" must be/],
  ['{"text":"a","ttl_ms":600001}', /1 to 600000/],
  ['{"text":"a","ttl_ms":0.5}', /whole number/],
  ['{"text":"a","dry_run":"no"}', /true or false/],
  ['{"text":"a","room":null}', /"room" must be/],
];

for (const [json, message] of malformed) {
  test(`refuses ${json.slice(0, 40).replaceAll("\n", "\\n")}`, () => {
    const read = readIntent(bytes(json));
    assert.ok(!read.ok);
    assert.equal(read.code, "malformed");
    assert.match(read.message, message);
  });
}

test("says whose message it was when the id can be read", () => {
  const read = readIntent(bytes('{"id":"a7","text":7}'));
  assert.equal(!read.ok && read.id, "a7");
});

test("refuses bytes that are no text, and more than 8 KB", () => {
  for (const [given, code] of [
    [Buffer.from([0x7b, 0xff, 0x7d]), "malformed"],
    [Buffer.from([0xc0, 0x80]), "malformed"],
    [Buffer.from([0xed, 0xa0, 0x80]), "malformed"],
    [Buffer.alloc(8_193, 0x78), "too_long"],
  ] as const) {
    for (const read of [readIntent(given), readIntentOrWords(given)]) assert.equal(!read.ok && read.code, code);
  }
});

test("bare words are words; what begins with { is JSON", () => {
  assert.deepEqual(readIntentOrWords(bytes("turn on [it]")), { ok: true, value: { text: "turn on [it]" } });
  assert.deepEqual(readIntentOrWords(bytes('{"text":"on"}')), { ok: true, value: { text: "on" } });
  assert.deepEqual(readIntentOrWords(bytes('\uFEFF{"text":"on"}')), { ok: true, value: { text: "on" } });
  assert.equal(readWords(bytes("  ")).ok, false);
});

test("reads confirmations; a PIN is text, so that its zeros stay", () => {
  const read = readConfirmation(bytes('{"challenge":"K7","yes":true,"pin":"0471"}'));
  assert.deepEqual(read, { ok: true, value: { challenge: "K7", yes: true, pin: "0471" } });
  for (const wrong of [
    '{"challenge":"K7"}',
    '{"yes":true}',
    '{"challenge":"K7","yes":1}',
    '{"challenge":"K7","yes":true,"pin":471}',
  ]) {
    assert.equal(readConfirmation(bytes(wrong)).ok, false, wrong);
  }
});

test("no key reaches a prototype", () => {
  const value = parseJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.deepEqual(Object.keys(value as object), ["__proto__", "constructor"]);
});

/** Deterministic: the same texts in every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

test("agrees with JSON.parse on 20,000 texts with a flaw or none", () => {
  const dice = createDice(7);
  const seeds = [
    '{"a":[1,-2.5e3,"x\\n\\u00e9"],"b":{"c":null,"d":true}}',
    '[[],{},"",0]',
    '{"text":"turn on","n":0.1}',
  ];
  const marks = '{}[],:"\\01e-+.n \n\tu';
  let accepted = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    const seed = seeds[dice(seeds.length)] ?? "";
    const at = dice(seed.length);
    const text =
      seed.slice(0, at) + (dice(3) === 0 ? "" : (marks[dice(marks.length)] ?? "")) + seed.slice(at + dice(2));
    const ours = attempt(() => parseJson(text));
    const theirs = attempt(() => JSON.parse(text) as unknown);
    if (ours !== undefined) accepted++;
    // Ours is stricter about keys that stand twice only; none of these texts makes one.
    assert.equal(ours, theirs, text);
  }
  assert.ok(accepted > 1_000);
});

function attempt(parse: () => unknown): string | undefined {
  try {
    return JSON.stringify(parse());
  } catch {
    return undefined;
  }
}

test("the mode says what may become of it, and must not contradict the older word", () => {
  const read = (more: object) => readIntent(Buffer.from(JSON.stringify({ text: "turn on the lamp", ...more })));
  const fields = (more: object) => {
    const found = read(more);
    return found.ok ? [found.value.dryRun, found.value.isInterpreted] : found.message;
  };
  assert.deepEqual(fields({ mode: "execute" }), [undefined, undefined]);
  assert.deepEqual(fields({ mode: "dry_run", dry_run: true }), [true, undefined]);
  assert.deepEqual(fields({ mode: "interpret" }), [undefined, true]);
  assert.match(String(fields({ mode: "interpret", dry_run: true })), /say different things/);
  assert.match(String(fields({ mode: "look" })), /"mode" must be execute, dry_run or interpret/);
});
