// A WAV file in memory: what is in it, and where its samples are.

export interface Sound {
  /** Samples a second. */
  rate: number;
  /** Bytes a sample. */
  width: number;
  channels: number;
  pcm: Uint8Array;
}

/** Ten seconds at 48 kHz in stereo are 1.9 MB; a command in the usual 16 kHz, 16 bit, mono is 32 KB a second. */
export const maxSoundBytes = 512 * 1024;

const longestSeconds = 30;
const pcmFormat = 1;
const extensibleFormat = 0xfffe;

interface Chunk {
  id: string;
  at: number;
  end: number;
}

/** The length of a chunk may be a lie: who streams does not know it yet, and says 0 or the most there is. */
function* chunksOf(bytes: Buffer): Generator<Chunk> {
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    const end = Math.min(bytes.length, at + 8 + length);
    yield { id: bytes.toString("latin1", at, at + 4), at: at + 8, end };
    at = end + (length % 2);
  }
}

/** The sound of a WAV file, or in words why it is none. */
export function readWav(given: Uint8Array): Sound | string {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
    return "This is no WAV file: it does not begin with RIFF and WAVE.";
  let format: Omit<Sound, "pcm"> | undefined;
  for (const { id, at, end } of chunksOf(bytes)) {
    if (id === "fmt " && end - at >= 16) {
      const kind = bytes.readUInt16LE(at);
      if (kind !== pcmFormat && kind !== extensibleFormat) return `The WAV file is in format ${kind}; send PCM (1).`;
      format = {
        channels: bytes.readUInt16LE(at + 2),
        rate: bytes.readUInt32LE(at + 4),
        width: bytes.readUInt16LE(at + 14) / 8,
      };
    }
    // A length of 0 comes from a stream that was never closed: everything that follows is sound.
    if (id === "data") return withSamples(format, bytes.subarray(at, end > at ? end : bytes.length));
  }
  return "The WAV file has no data chunk.";
}

function withSamples(format: Omit<Sound, "pcm"> | undefined, data: Uint8Array): Sound | string {
  if (format === undefined) return "The WAV file has no fmt chunk before its data.";
  const { rate, width, channels } = format;
  const isKnown = rate >= 8_000 && rate <= 48_000 && (channels === 1 || channels === 2) && width === 2;
  if (!isKnown)
    return `The WAV file has ${channels} channels of ${width * 8} bit at ${rate} Hz; send 16 bit, 8 to 48 kHz.`;
  const pcm = data.subarray(0, data.length - (data.length % (width * channels)));
  if (pcm.length === 0) return "The WAV file has no samples.";
  const seconds = pcm.length / (rate * width * channels);
  if (seconds > longestSeconds)
    return `The WAV file is ${seconds.toFixed(0)} s long; a command has at most ${longestSeconds} s.`;
  return { rate, width, channels, pcm };
}
