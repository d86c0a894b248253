// The prompt door over streams: what a person types, and what becomes of it.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { eventually } from "./eventually.ts";
import { answerTo, createFakeIntake } from "./fake-intake.ts";
import { createPromptDoor } from "./prompt.ts";

async function typed(...lines: string[]) {
  const input = new PassThrough();
  const said: string[] = [];
  const intake = createFakeIntake();
  const yes = answerTo({ source: "prompt", text: "unlock" }, "ABCDEF", { reply: "Unlocked." });
  intake.onConfirm = async () => ({ status: "accepted", answer: Promise.resolve(yes) });
  const say = (text: string): void => void said.push(text);
  const door = createPromptDoor({ input, output: new PassThrough(), say, help: () => "", onLeave: () => {} });
  await door.start(intake, new AbortController().signal);
  for (const line of lines) input.write(`${line}\n`);
  await eventually(() => said.length === lines.length, "an answer to each line");
  await door.stop();
  return { intake, said };
}

test("a yes, a no and a yes with the PIN go to what waits for them, and to nothing else", async () => {
  const { intake, said } = await typed("yes abcdef", "no ABC234", "  Yes ABCDEF 2468 ", "yes ABCDEF s3cret-words");
  const from = { source: "prompt", door: "stdin" } as const;
  assert.deepEqual(intake.confirmed, [
    { challenge: "abcdef", yes: true, ...from },
    { challenge: "ABC234", yes: false, ...from },
    { challenge: "ABCDEF", yes: true, pin: "2468", ...from },
    { challenge: "ABCDEF", yes: true, pin: "s3cret-words", ...from },
  ]);
  assert.deepEqual(intake.submitted, []);
  assert.deepEqual(said, Array(4).fill("Unlocked."));
});

test("what only begins with a yes is a request", async () => {
  const { intake } = await typed("yes please", "no lights on tonight", "yes ABCDEF 12", "yes ABCDEF 2468 now");
  assert.equal(intake.confirmed.length, 0);
  assert.equal(intake.submitted.length, 4);
});
