import assert from "node:assert/strict";
import { test } from "node:test";
import { createAsks } from "./asks.ts";
import { createBackoff } from "./backoff.ts";
import { createCalls } from "./calls.ts";
import type { ClientError } from "./errors.ts";
import { createEventReader } from "./event-stream.ts";
import type { Answer, Call } from "./wire.ts";

const answer = (id: string, more: object = {}): Answer =>
  ({ id, calls: [], reply: "", intent: { source: "s", id }, ...more }) as unknown as Answer;

const call = (id: string): Call => ({
  ...{ call: id, session: "s", tool: "feed", arguments: {}, text: "", deadline: 0 },
  intent: { source: "s", id },
});

test("an ask ends once, whatever comes twice", () => {
  const asks = createAsks("here");
  const ends: (ClientError | undefined)[] = [];
  const answers: Answer[] = [];
  asks.open(
    { id: "a", onAnswer: (given) => void answers.push(given), onEnd: (error) => void ends.push(error) },
    60_000,
  );
  asks.answer(answer("a"));
  asks.answer(answer("a"));
  asks.refuse({ refused: { code: "quota", message: "" }, intent: { id: "a" } });
  assert.deepEqual([answers.length, ends], [1, [undefined]]);
  assert.equal(asks.has("a"), false);
});

test("an ask too many is refused at once, and none is lost when all end", () => {
  const asks = createAsks("here");
  const codes: string[] = [];
  const ask = (id: string) => ({
    id,
    onAnswer: () => undefined,
    onEnd: (error?: ClientError) => codes.push(error?.code ?? ""),
  });
  for (let n = 0; n < 256; n += 1) assert.equal(asks.open(ask(`${n}`), 60_000), true);
  assert.equal(asks.open(ask("one more"), 60_000), false);
  assert.deepEqual(codes, ["busy"]);
  asks.failAll({ code: "closed" } as ClientError);
  assert.equal(codes.filter((code) => code === "closed").length, 256);
});

test("somebody's wrong PIN does not end the wait of who asked", () => {
  const asks = createAsks("here");
  const ended: string[] = [];
  const hooks = (who: string) => ({ onAnswer: () => undefined, onEnd: () => void ended.push(who) });
  asks.open({ id: "a", ...hooks("asker") }, 60_000);
  asks.answer(answer("a", { confirm: { challenge: "ABC", deed: "unlock", expires_at: Date.now() + 1_000 } }));
  asks.open({ id: "ABC", ...hooks("confirmer") }, 60_000);
  asks.refuse({ refused: { code: "wrong_pin", message: "" }, challenge: "ABC" });
  assert.deepEqual(ended, ["confirmer"]);
  asks.answer(answer("ABC"));
  assert.deepEqual(ended, ["confirmer", "asker"]);
});

test("a call is begun once, finished once, and remembered to a bound", () => {
  const calls = createCalls("here");
  const begin = (id: string) => calls.begin(call(id), 60_000, () => undefined);
  assert.equal(begin("1"), "new");
  assert.equal(begin("1"), "again");
  calls.finish("1", { call: "1", ok: true });
  assert.deepEqual(begin("1"), { call: "1", ok: true });
  assert.throws(() => calls.finish("1", { call: "1", ok: true }), /it has its result already/);
  for (let n = 2; n < 600; n += 1) {
    begin(`${n}`);
    calls.finish(`${n}`, { call: `${n}`, ok: true });
  }
  assert.equal(begin("1"), "new");
  calls.close();
});

test("server-sent events are read however they are cut", () => {
  const wire = ':\n\nevent: outcome\ndata: {"a":\ndata: 1}\n\nevent: call\r\ndata: {}\r\n\r\ndata: bare\n\n';
  for (const size of [1, 3, 1_000]) {
    const got: string[] = [];
    const read = createEventReader(({ kind, data }) => void got.push(`${kind} ${data}`));
    for (let at = 0; at < wire.length; at += size) read(wire.slice(at, at + size));
    assert.deepEqual(got, ['outcome {"a":\n1}', "call {}", "message bare"], `pieces of ${size}`);
  }
});

test("waits grow to their bound, and start anew after a success", () => {
  const backoff = createBackoff({ firstMs: 100, maxMs: 400 });
  const waits = Array.from({ length: 5 }, () => backoff.nextMs());
  assert.ok(
    waits.every((ms, at) => ms >= 75 * Math.min(4, 2 ** at) && ms <= 125 * Math.min(4, 2 ** at)),
    `${waits}`,
  );
  backoff.reset();
  assert.ok(backoff.nextMs() <= 125);
});
