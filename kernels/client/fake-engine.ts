/** An engine program for tests that speaks the real protocol, and misbehaves as told. Runs as its own process. */
import { appendFileSync, readFileSync } from "node:fs";
import type { Frame } from "./frames.ts";
import { encodeFrame, FrameReader, TYPE } from "./frames.ts";
import { ByteReader, ByteWriter } from "./wire.ts";

export type Fault =
  | "none"
  | "silent"
  | "exit-at-start"
  | "garbage-at-start"
  | "bad-weights"
  | "no-object"
  | "byte-by-byte"
  | "ignore-calls"
  | "ignore-all"
  | "exit-in-call"
  | "exit-in-first-call"
  | "huge-frame"
  | "wrong-id"
  | "wrong-type"
  | "short-answer"
  | "short-error"
  | "forget-once"
  | "forget-always"
  | "exit-after-ready"
  | "stderr-flood";

const STATUS = { bad_weights: 1, unknown_block: 10, cancelled: 14 };

/** Runs until stdin ends. `diary` is a file that outlives the process: one line a life, one a frame. */
export function runFakeEngine(fault: Fault, diary: string): void {
  appendFileSync(diary, "life\n");
  process.stdin.on("end", () => process.exit(0));
  if (fault === "exit-at-start") {
    process.stderr.write("cannot go on\n");
    process.exit(3);
  }
  if (fault === "garbage-at-start") process.stdout.write("Segmentation fault\n".repeat(3));
  else if (fault === "bad-weights")
    answer({ id: 0, type: TYPE.error, body: errorBody(STATUS.bad_weights, "no tensors") });
  else if (fault === "no-object") answer({ id: 0, type: TYPE.ready, body: text("[1") });
  else if (fault !== "silent")
    answer({ id: 0, type: TYPE.ready, body: text(JSON.stringify({ version: "fake", env: Object.keys(process.env) })) });
  if (fault === "exit-after-ready") process.exit(4);
  const reader = new FrameReader();
  process.stdin.on("data", (chunk: Uint8Array) => {
    for (const frame of reader.push(chunk)) handle(fault, frame, diary);
  });
}

function handle(fault: Fault, frame: Frame, diary: string): void {
  appendFileSync(diary, `${frame.type}\n`);
  if (fault === "ignore-all") return;
  if (frame.type === TYPE.cancel) {
    const id = new ByteReader(frame.body).u32();
    answer({ id, type: TYPE.error, body: errorBody(STATUS.cancelled, "cancelled") });
  } else if (frame.type !== TYPE.call || !misbehave(fault, frame, diary)) {
    answer({ id: frame.id, type: frame.type + TYPE.ready, body: bodyFor(frame) }, fault === "byte-by-byte");
  }
}

/** True when the call was answered wrongly or not at all. */
function misbehave(fault: Fault, { id }: Frame, diary: string): boolean {
  const seen = readFileSync(diary, "utf8").split("\n");
  const calls = seen.filter((line) => line === String(TYPE.call)).length;
  switch (fault) {
    case "ignore-calls":
      return true;
    case "exit-in-call":
      return process.exit(5);
    case "exit-in-first-call":
      return calls === 1 ? process.exit(6) : false;
    case "huge-frame":
      return process.stdout.write(Buffer.alloc(9, 0xff)) || true;
    case "wrong-id":
      return answer({ id: id + 77, type: 131, body: refusal() });
    case "wrong-type":
      return answer({ id, type: 133, body: refusal() });
    case "short-answer":
      return answer({ id, type: 131, body: refusal().subarray(0, 7) });
    case "short-error":
      return answer({ id, type: TYPE.error, body: new Uint8Array(1) });
    case "forget-once":
      return calls === 1 ? answer({ id, type: TYPE.error, body: errorBody(STATUS.unknown_block, "") }) : false;
    case "forget-always":
      return answer({ id, type: TYPE.error, body: errorBody(STATUS.unknown_block, "") });
    case "stderr-flood":
      return process.stderr.write(`${"x".repeat(100_000)}\n`.repeat(10)) && false;
    default:
      return false;
  }
}

function bodyFor({ type, body }: Frame): Uint8Array {
  if (type === TYPE.block) {
    return numbers((out) => {
      out.u64(BigInt(1000 + body.length));
      out.u32(7);
      out.u8(1);
    });
  }
  if (type === TYPE.program) return numbers((out) => out.u64(BigInt(body.length)));
  if (type === TYPE.stats) return text("{}");
  return type === TYPE.call ? refusal() : numbers((out) => out.u32(0));
}

function refusal(): Uint8Array {
  return numbers((out) => {
    out.u16(0);
    out.u32(0x3f00_0000);
    out.u32(0x3f80_0000);
    out.u16(0);
    for (let i = 0; i < 6; i++) out.u32(1000);
  });
}

function errorBody(status: number, why: string): Uint8Array {
  return numbers((out) => {
    out.u16(status);
    out.str(why);
  });
}

function text(value: string): Uint8Array {
  return numbers((out) => out.str(value));
}

function numbers(fill: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter();
  fill(out);
  return out.finish();
}

function answer(frame: Frame, inPieces = false): true {
  const bytes = encodeFrame(frame);
  if (inPieces) for (const byte of bytes) process.stdout.write(Uint8Array.of(byte));
  else process.stdout.write(bytes);
  return true;
}
