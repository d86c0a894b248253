import assert from "node:assert/strict";
import { test } from "node:test";
import type { Heard } from "../speech/ears.ts";
import { createFakeIntake } from "./fake-intake.ts";
import { besideFrom, readSpokenIntent } from "./read-sound.ts";

const heard: Heard = { ok: true, text: "lamp on" };

async function read(fields: Record<string, unknown>) {
  let asked = 0;
  const hear = async (): Promise<Heard> => {
    asked += 1;
    return heard;
  };
  const intake = Object.assign(createFakeIntake(), { hear });
  const said = await readSpokenIntent(
    intake,
    Buffer.from("sound"),
    besideFrom((name) => fields[name]),
    7,
  );
  return { said, asked };
}

test("what was heard becomes an intent with what was said beside the sound, of the time it came", async () => {
  const { said } = await read({ id: "a", room: "hall", mode: "interpret", other: "x" });
  assert.deepEqual(said, {
    ok: true,
    value: { id: "a", room: "hall", isInterpreted: true, text: "lamp on", saidAt: 7 },
  });
});

for (const [fields, dryRun] of [
  [{ dry_run: "true" }, true],
  [{ mode: "dry_run" }, true],
  [{ dry_run: "false" }, false],
] as const) {
  test(`${JSON.stringify(fields)} beside a sound means what it means in an intent`, async () => {
    const { said } = await read(fields);
    assert.ok(said.ok);
    assert.equal(said.value.dryRun ?? false, dryRun);
  });
}

for (const fields of [{ dry_run: "maybe" }, { mode: "do it" }, { id: "a b" }, { dry_run: "true", mode: "execute" }]) {
  test(`${JSON.stringify(fields)} is refused before anybody listens`, async () => {
    const { said, asked } = await read(fields);
    assert.deepEqual([said.ok || said.code, asked], ["malformed", 0]);
  });
}
