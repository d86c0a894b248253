// For the tests: recordings, and a recogniser that hears them.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./broker.ts";

const rate = 16_000;
const python = process.env.NEEDLED_PYTHON || "python3";
const recogniser = join(__dirname, "../../../test/native/wyoming-recogniser.py");

/** A tenth of a second of nothing: a WAV of one channel, 16 bit. */
export function silence(): Buffer {
  const samples = Buffer.alloc((rate / 10) * 2);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

export function whyNoVoice(): string | false {
  if (spawnSync("flite", ["-lv"]).status !== 0) return "needs flite, a voice: apt-get install flite";
  const hasPeer = spawnSync(python, ["-c", "import wyoming, pocketsphinx"]).status === 0;
  return hasPeer ? false : "needs a recogniser: pip install wyoming pocketsphinx (and NEEDLED_PYTHON)";
}

export function speak(text: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "needled-voice-"));
  try {
    const file = join(folder, "voice.wav");
    spawnSync("flite", ["-voice", "slt", "-t", text, "-o", file]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function startRecogniser(sentences: readonly string[]): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort();
  const child = spawn(python, [recogniser, String(port), ...sentences], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return { port, child };
}
