// For the tests of doors: MQTT packets as bytes, for a peer that does exactly what it is told.
import { connect, createServer, type Server, type Socket } from "node:net";

export interface RawPacket {
  type: number;
  flags: number;
  body: Buffer;
}

export const packetTypes = {
  ...{ connect: 1, connack: 2, publish: 3, puback: 4, subscribe: 8, suback: 9, pingreq: 12, pingresp: 13 },
  disconnect: 14,
};

function lengthBytes(length: number): number[] {
  return length < 128 ? [length] : [(length & 0x7f) | 0x80, ...lengthBytes(length >>> 7)];
}

export function packet(type: number, flags: number, ...parts: (Uint8Array | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([(type << 4) | flags, ...lengthBytes(body.length)]), body]);
}

export function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

export const connectPacket = (clientId: string): Buffer =>
  packet(packetTypes.connect, 0, string("MQTT"), [4, 2, 0, 60], string(clientId));

/** QoS 1. */
export function publishPacket(
  topic: string,
  payload: string | Uint8Array,
  id: number,
  options: { version?: 4 | 5 } = {},
) {
  const properties = options.version === 5 ? [0] : [];
  return packet(packetTypes.publish, 2, string(topic), [id >> 8, id & 0xff], properties, Buffer.from(payload));
}

export const pingPacket = packet(packetTypes.pingreq, 0);

export interface RawPeer {
  readonly packets: RawPacket[];
  send(bytes: Uint8Array): void;
  readonly socket: Socket;
  isClosed(): boolean;
}

function readPackets(buffer: Buffer, into: (packet: RawPacket) => void): Buffer {
  let rest = buffer;
  for (;;) {
    let length = 0;
    let at = 1;
    for (; at < rest.length && at < 6; at++) {
      length += ((rest[at] ?? 0) & 0x7f) * 128 ** (at - 1);
      if (((rest[at] ?? 0) & 0x80) === 0) break;
    }
    if (rest.length < 2 || at >= rest.length || rest.length < at + 1 + length) return rest;
    const head = rest[0] ?? 0;
    into({ type: head >> 4, flags: head & 0x0f, body: rest.subarray(at + 1, at + 1 + length) });
    rest = rest.subarray(at + 1 + length);
  }
}

function peerOn(socket: Socket, onPacket: (packet: RawPacket, peer: RawPeer) => void = () => undefined): RawPeer {
  const packets: RawPacket[] = [];
  let buffer: Buffer = Buffer.alloc(0);
  let isClosed = false;
  const peer = { packets, socket, send: (bytes: Uint8Array) => void socket.write(bytes), isClosed: () => isClosed };
  socket.on("error", () => undefined);
  socket.once("close", () => {
    isClosed = true;
  });
  socket.on("data", (chunk: Buffer) => {
    buffer = readPackets(Buffer.concat([buffer, chunk]), (found) => {
      packets.push(found);
      onPacket(found, peer);
    });
  });
  return peer;
}

export function connectRaw(port: number, clientId: string): RawPeer {
  const peer = peerOn(connect(port, "127.0.0.1"));
  peer.send(connectPacket(clientId));
  return peer;
}

export interface FakeBroker {
  readonly port: number;
  readonly peers: RawPeer[];
  close(): void;
}

/** Lets everybody in, grants what is asked for, acknowledges QoS 1, and keeps what it heard. */
export async function startFakeBroker(version: 4 | 5): Promise<FakeBroker> {
  const more = version === 5 ? [0] : [];
  const reply = ({ type, flags, body }: RawPacket, peer: RawPeer): void => {
    if (type === packetTypes.connect) peer.send(packet(packetTypes.connack, 0, [0, 0], more));
    if (type === packetTypes.pingreq) peer.send(packet(packetTypes.pingresp, 0));
    if (type === packetTypes.subscribe) {
      const count = body.toString("latin1").split(/needled\/|homeassistant\//).length - 1;
      peer.send(packet(packetTypes.suback, 0, body.subarray(0, 2), more, new Array<number>(count).fill(1)));
    }
    if (type === packetTypes.publish && (flags & 6) === 2) {
      const topicEnd = 2 + body.readUInt16BE(0);
      peer.send(packet(packetTypes.puback, 0, body.subarray(topicEnd, topicEnd + 2)));
    }
  };
  const peers: RawPeer[] = [];
  const server: Server = createServer((socket) => peers.push(peerOn(socket, reply)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    peers,
    close() {
      server.close();
      for (const { socket } of peers) socket.destroy();
    },
  };
}
