import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { after, test } from "node:test";
import { silentLog } from "../doors/fake-intake.ts";
import { createEars, type Heard } from "./ears.ts";
import { readWav } from "./wav.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

function wav(
  given: { format?: number; channels?: number; rate?: number; bits?: number; data?: number; says?: number } = {},
) {
  const { format = 1, channels = 1, rate = 16_000, bits = 16, data = 3_200, says = data } = given;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(format, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt16LE(bits, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(says, 40);
  return Buffer.concat([head, Buffer.alloc(data, 7)]);
}

test("a WAV file is read, also one of a stream whose lengths lie", () => {
  for (const file of [wav(), wav({ says: 0 }), wav({ says: 0xff_ff_ff_ff })]) {
    const sound = readWav(file);
    assert.ok(typeof sound === "object");
    assert.deepEqual([sound.rate, sound.width, sound.channels, sound.pcm.length], [16_000, 2, 1, 3_200]);
  }
});

for (const [what, file, pattern] of [
  ["no WAV", Buffer.from("OggS and more of it"), /RIFF/],
  ["nothing", Buffer.alloc(0), /RIFF/],
  ["a header alone", wav().subarray(0, 36), /no data chunk/],
  ["no samples", wav({ data: 0 }), /no samples/],
  ["MP3 in WAV", wav({ format: 0x55 }), /format 85/],
  ["24 bit", wav({ bits: 24 }), /24 bit/],
  ["six channels", wav({ channels: 6 }), /6 channels/],
  ["40 seconds", wav({ rate: 8_000, data: 640_000 }), /40 s/],
] as const) {
  test(`${what} is refused in words`, () => {
    const said = readWav(file);
    assert.ok(typeof said === "string");
    assert.match(said, pattern);
  });
}

async function hearWith(onPeer: (socket: Socket) => void, timeout_s = 20): Promise<(file?: Buffer) => Promise<Heard>> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onPeer(socket);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const hear = createEars({ wyoming: `tcp://127.0.0.1:${port}`, timeout_s }, silentLog);
  return (file = wav()) => hear(file);
}

/** After everything was said. */
const after_stop = (answer: string | Buffer) => (socket: Socket) => {
  let seen = "";
  socket.on("data", (part: Buffer) => {
    seen += part.toString("latin1");
    if (seen.includes('"audio-stop"')) socket.write(answer);
  });
};

const block = '{"text":"good night ü"}';
const answer = `{"type":"info"}\n{"type":"transcript","data":{"text":"never"},"data_length":${Buffer.byteLength(block)}}\n${block}`;

test("a transcript comes in pieces, its block wins over what stands in the line", async () => {
  const hear = await hearWith((socket) => {
    socket.once("data", () => {
      const bytes = Buffer.from(answer);
      for (let at = 0; at < bytes.length; at += 7) setTimeout(() => socket.write(bytes.subarray(at, at + 7)), at * 2);
    });
  });
  assert.deepEqual(await hear(), { ok: true, text: "good night ü" });
});

for (const [what, peer, code, pattern] of [
  ["no words", after_stop('{"type":"transcript","data":{"text":" "}}\n'), "no_words", /No words/],
  ["an error", after_stop('{"type":"error","data":{"text":"no model"}}\n'), "speech_failed", /no model/],
  ["no Wyoming", after_stop("HTTP/1.1 400 Bad Request\r\n\r\n"), "speech_failed", /does not speak Wyoming/],
  ["a giant", after_stop('{"type":"x","data_length":999999999}\n'), "speech_failed", /event of 10000000\d\d bytes/],
  ["a wrong length", after_stop('{"type":"x","data_length":-1}\n'), "speech_failed", /no number/],
  ["a hang-up", (socket: Socket) => void socket.end(), "speech_failed", /without a transcript|ECONNRESET|EPIPE/],
] as const) {
  test(`a recogniser that gives ${what} is told of`, async () => {
    const heard = await (await hearWith(peer))();
    assert.ok(!heard.ok);
    assert.equal(heard.code, code);
    assert.match(heard.message, pattern);
  });
}

test("silence has an end, nobody there too, and a third voice at once waits for nobody", async () => {
  const hear = await hearWith(() => undefined, 1);
  const [one, two, three] = await Promise.all([hear(), hear(), hear()]);
  assert.deepEqual(
    [one.ok || one.code, two.ok || two.code, three.ok || three.code],
    ["speech_failed", "speech_failed", "busy"],
  );
  const gone = createEars({ wyoming: "tcp://127.0.0.1:1", timeout_s: 5 }, silentLog);
  const heard = await gone(wav());
  assert.ok(!heard.ok && /ECONNREFUSED/.test(heard.message), JSON.stringify(heard));
});
