import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFrame, FrameReader, MAX_FRAME } from "./frames.ts";
import { readCall, readError, readJson, readMasks } from "./messages.ts";
import { seeded } from "./toy-model.ts";

const frame = (id: number, body: string): { id: number; type: number; body: Uint8Array } => ({
  id,
  type: 131,
  body: Buffer.from(body),
});

test("puts frames together however they are cut", () => {
  const frames = [frame(1, ""), frame(2, "x".repeat(3000)), frame(0xffff_ffff, "yz")];
  const bytes = Buffer.concat(frames.map(encodeFrame));
  for (const size of [1, 2, 7, 9, 1000, bytes.length]) {
    const reader = new FrameReader();
    const read = [];
    for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)));
    assert.deepEqual(
      read.map(({ id, body }) => [id, body.length]),
      [
        [1, 0],
        [2, 3000],
        [0xffff_ffff, 2],
      ],
    );
  }
});

test("refuses lengths no frame can have", () => {
  const head = (length: number, type: number): Buffer => {
    const bytes = Buffer.alloc(9);
    bytes.writeUInt32LE(length);
    bytes[8] = type;
    return bytes;
  };
  for (const length of [0, 4, MAX_FRAME + 1, 0xffff_ffff])
    assert.throws(() => new FrameReader().push(head(length, 131)), { code: "engine.garbage" });
  assert.deepEqual(new FrameReader().push(head(MAX_FRAME + 1, 136)), []);
});

test("refuses to send what the engine would refuse to read", () => {
  assert.throws(() => encodeFrame({ id: 1, type: 1, body: new Uint8Array(MAX_FRAME) }), {
    code: "request.frame_too_large",
  });
});

test("reads noise as garbage, never as something else", () => {
  const random = seeded(5);
  for (let i = 0; i < 3000; i++) {
    const body = Uint8Array.from({ length: Math.floor(random() * 60) }, () => (random() < 0.5 ? 0 : random() * 256));
    for (const read of [readCall, readError, readJson, (bytes: Uint8Array) => readMasks(bytes, 900)]) {
      try {
        read(body);
      } catch (error) {
        assert.equal((error as { code?: string }).code, "engine.garbage");
      }
    }
  }
});
