// Wyoming on the wire: an event is a line of JSON, its data as a block of its own, and bytes.

export interface WyomingEvent {
  type: string;
  data: Record<string, unknown>;
}

interface Header {
  type?: unknown;
  data?: unknown;
  data_length?: unknown;
  payload_length?: unknown;
}

const maxEventBytes = 256 * 1024;

export function writeEvent(type: string, data: object, payload?: Uint8Array): Buffer {
  const block = Buffer.from(JSON.stringify(data));
  const header = { type, data_length: block.length, ...(payload && { payload_length: payload.length }) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), block, ...(payload ? [payload] : [])]);
}

function sizeOf(length: unknown): number {
  const isSize = length === undefined || (typeof length === "number" && Number.isInteger(length) && length >= 0);
  if (!isSize) throw new Error("it sent an event whose length is no number");
  return length === undefined ? 0 : Number(length);
}

function objectFrom(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new SyntaxError("no object");
  return value as Record<string, unknown>;
}

/** Takes bytes as they come, gives events as they are whole; payloads are read over. Throws on what is no Wyoming. */
export function createEventReader(): (chunk: Uint8Array) => WyomingEvent[] {
  let held: Buffer = Buffer.alloc(0);
  const next = (): WyomingEvent | undefined => {
    const line = held.indexOf(10);
    if (line < 0) return undefined;
    const header: Header = objectFrom(held.toString("utf8", 0, line));
    const dataEnd = line + 1 + sizeOf(header.data_length);
    const end = dataEnd + sizeOf(header.payload_length);
    if (end > maxEventBytes) throw new Error(`it sent an event of ${end} bytes`);
    if (held.length < end) return undefined;
    const block = dataEnd > line + 1 ? objectFrom(held.toString("utf8", line + 1, dataEnd)) : {};
    held = held.subarray(end);
    const inline = typeof header.data === "object" ? header.data : {};
    return { type: typeof header.type === "string" ? header.type : "", data: { ...inline, ...block } };
  };
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const events: WyomingEvent[] = [];
    for (let event = next(); event !== undefined; event = next()) events.push(event);
    // What is left is less than one event; a line that goes on for longer never ends.
    if (held.length > maxEventBytes) throw new Error("it sends without end");
    return events;
  };
}

/** What to say of bytes that were no event. */
export function faultOfEvent(error: unknown): string {
  return error instanceof SyntaxError ? "it does not speak Wyoming" : (error as Error).message;
}
