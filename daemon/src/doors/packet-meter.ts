// Reads the lengths that MQTT packets declare, so that a giant one is stopped at its first bytes and not once it is in memory.

export interface PacketMeter {
  /** False: a packet above the limit has begun. */
  take(chunk: Uint8Array): boolean;
}

export function createPacketMeter(maxBytes: number): PacketMeter {
  let bodyLeft = 0;
  /** -1: the next byte is a packet type. */
  let shift = -1;
  let length = 0;

  const takeHeaderByte = (byte: number): boolean => {
    if (shift < 0) {
      shift = 0;
      length = 0;
      return true;
    }
    // [MQTT-2.2.3] seven bits a byte, at most four bytes.
    length += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if ((byte & 0x80) !== 0) return shift < 28;
    bodyLeft = length;
    shift = -1;
    return length <= maxBytes;
  };

  return {
    take(chunk) {
      let at = 0;
      while (at < chunk.length) {
        const skipped = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= skipped;
        at += skipped;
        if (at < chunk.length && !takeHeaderByte(chunk[at++] ?? 0)) return false;
      }
      return true;
    },
  };
}
