// A cable between the daemon and its broker that can be pulled, frozen or cut on one side, and that reads along what is acknowledged.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Tap {
  readonly port: number;
  /** Ids of intents that the daemon took with a PUBACK of 0x00. */
  readonly taken: ReadonlySet<string>;
  /** Ids of retained intents that it took all the same. */
  readonly takenRetained: ReadonlySet<string>;
  /** Deliveries with the DUP flag that came to the daemon. */
  readonly dups: () => number;
  /** The daemon has a connection on which its subscription was granted. */
  isSubscribed(): boolean;
  pull(): void;
  plug(): void;
  /** Nothing passes, nobody hears of it; until thawed. */
  freeze(): void;
  thaw(): void;
  /** The broker's side is gone, the daemon's side stays open and leads nowhere. */
  cutFar(): void;
  /** Ends what cutFar left over. */
  resetNear(): void;
  close(): void;
}

type OnPacket = (head: number, body: Buffer) => void;

/** Splits a stream of MQTT packets; `body` is what follows the length. */
export function packetReader(onPacket: OnPacket): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const length = readVarint(rest, 1);
      if (length === undefined || rest.length < length.end + length.value) return;
      onPacket(rest[0] as number, rest.subarray(length.end, length.end + length.value));
      rest = rest.subarray(length.end + length.value);
    }
  };
}

function readVarint(bytes: Buffer, from: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let n = 0; n < 4; n += 1) {
    const byte = bytes[from + n];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 128 ** n;
    if (byte < 0x80) return { value, end: from + n + 1 };
  }
  throw new Error("no MQTT length");
}

interface Delivered {
  id: string;
  retain: boolean;
}

/** An intent on its way to the daemon, MQTT 5, QoS 1; undefined for anything else. */
function readDelivery(head: number, body: Buffer): (Delivered & { packet: number }) | undefined {
  const topicEnd = 2 + body.readUInt16BE(0);
  if (((head >> 1) & 3) !== 1 || !body.toString("utf8", 2, topicEnd).includes("/in/")) return undefined;
  const properties = readVarint(body, topicEnd + 2);
  if (properties === undefined) return undefined;
  const payload = body.toString("utf8", properties.end + properties.value);
  const id = /"id":"([^"]+)"/.exec(payload)?.[1] ?? "";
  return { packet: body.readUInt16BE(topicEnd), id, retain: (head & 1) === 1 };
}

interface Pair {
  near: Socket;
  far: Socket;
  isSubscribed: boolean;
}

const types = { publish: 3, puback: 4, suback: 9 };

export async function openTap(to: number): Promise<Tap> {
  const pairs = new Set<Pair>();
  const taken = new Set<string>();
  const takenRetained = new Set<string>();
  let isPlugged = true;
  let isFrozen = false;
  let dups = 0;

  function join(near: Socket): void {
    if (!isPlugged) return void near.destroy();
    const pair: Pair = { near, far: connect(to, "127.0.0.1"), isSubscribed: false };
    const { far } = pair;
    pairs.add(pair);
    const delivered = new Map<number, Delivered>();
    const fromDaemon = packetReader((head, body) => {
      if (head >> 4 !== types.puback || (body[2] ?? 0) !== 0) return;
      const { id = "", retain = false } = delivered.get(body.readUInt16BE(0)) ?? {};
      if (id !== "") (retain ? takenRetained : taken).add(id);
    });
    const fromBroker = packetReader((head, body) => {
      if (head >> 4 === types.suback) pair.isSubscribed = true;
      if (head >> 4 !== types.publish) return;
      if ((head & 8) !== 0) dups += 1;
      const delivery = readDelivery(head, body);
      if (delivery) delivered.set(delivery.packet, delivery);
    });
    near.on("data", (chunk: Buffer) => {
      fromDaemon(chunk);
      if (!far.destroyed) far.write(chunk);
    });
    far.on("data", (chunk: Buffer) => {
      fromBroker(chunk);
      if (!near.destroyed) near.write(chunk);
    });
    near.on("error", () => far.destroy());
    far.on("error", () => void (cut.has(pair) || near.destroy()));
    near.on("close", () => {
      pairs.delete(pair);
      far.destroy();
    });
    far.on("close", () => {
      pair.isSubscribed = false;
      if (!cut.has(pair)) near.destroy();
    });
    if (isFrozen) {
      near.pause();
      far.pause();
    }
  }

  const cut = new Set<Pair>();
  const server = createServer(join).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    taken,
    takenRetained,
    dups: () => dups,
    isSubscribed: () => [...pairs].some(({ isSubscribed }) => isSubscribed),
    pull() {
      isPlugged = false;
      for (const { near, far } of pairs) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    plug() {
      isPlugged = true;
    },
    freeze() {
      isFrozen = true;
      for (const { near, far } of pairs) {
        near.pause();
        far.pause();
      }
    },
    thaw() {
      isFrozen = false;
      for (const { near, far } of pairs) {
        near.resume();
        far.resume();
      }
    },
    cutFar() {
      for (const pair of pairs) {
        cut.add(pair);
        pair.isSubscribed = false;
        pair.far.resetAndDestroy();
      }
    },
    resetNear() {
      for (const { near } of cut) near.resetAndDestroy();
      cut.clear();
    },
    close() {
      server.close();
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
    },
  };
}
