// Bytes to lines, bounded: a line that grows too long is thrown away up to its end, and the next one is read again.

export interface LineSplitter {
  push(chunk: Uint8Array): void;
  /** Forgets an unfinished line: the connection it came by is gone. */
  reset(): void;
}

export interface LineEvents {
  onLine(line: Buffer): void;
  /** Once for each line that was too long. */
  onTooLong(): void;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export function createLineSplitter(maxBytes: number, events: LineEvents): LineSplitter {
  let parts: Uint8Array[] = [];
  let length = 0;
  let isSkipping = false;

  const gather = (part: Uint8Array): void => {
    if (isSkipping) return;
    // A CR before the LF does not count.
    if (length + part.length > maxBytes + 1) {
      isSkipping = true;
      parts = [];
      length = 0;
      events.onTooLong();
      return;
    }
    parts.push(Uint8Array.from(part));
    length += part.length;
  };

  const finish = (): void => {
    const line = Buffer.concat(parts, length);
    const wasSkipping = isSkipping;
    parts = [];
    length = 0;
    isSkipping = false;
    if (wasSkipping) return;
    const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
    if (end > maxBytes) events.onTooLong();
    else events.onLine(line.subarray(0, end));
  };

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
        gather(chunk.subarray(start, end));
        finish();
        start = end + 1;
      }
      if (start < chunk.length) gather(chunk.subarray(start));
    },
    reset() {
      parts = [];
      length = 0;
      isSkipping = false;
    },
  };
}
