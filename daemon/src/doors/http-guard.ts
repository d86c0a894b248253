// Who may speak to the HTTP door: the host that was meant, the page it came from, and the token.
import type { IncomingMessage } from "node:http";
import { isSameSecret } from "./secret.ts";

export interface GuardOptions {
  token: string;
  /** Names besides the loopback ones and the address that was connected to. */
  hosts: readonly string[];
}

export interface Denial {
  status: number;
  code: string;
  message: string;
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

function countHeader(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((word, index) => index % 2 === 0 && word.toLowerCase() === name).length;
}

function nameOf(host: string): string | undefined {
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?$/i.exec(host);
  return found?.[1]?.toLowerCase();
}

/** `::ffff:192.168.1.2` is what a socket for both families says of 192.168.1.2. */
function addressOf(request: IncomingMessage): string {
  const address = (request.socket.localAddress ?? "").replace(/^::ffff:(?=\d)/, "");
  return address.includes(":") ? `[${address}]` : address;
}

/** A page of another origin, or a name that an attacker made point here, must not reach a home through its owner's browser. */
export function checkHost(request: IncomingMessage, { hosts }: GuardOptions): Denial | undefined {
  const host = request.headers.host ?? "";
  const name = nameOf(host);
  const isKnown = name !== undefined && [...loopbackNames, addressOf(request), ...hosts].includes(name);
  if (!isKnown || countHeader(request, "host") !== 1) {
    return { status: 403, code: "host", message: "This name is not one of mine; see the option for allowed hosts." };
  }
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, code: "origin", message: "Pages of another origin may not call this." };
  }
  return undefined;
}

export function checkToken(request: IncomingMessage, { token }: GuardOptions): Denial | undefined {
  const given = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (isSameSecret(given, token)) return undefined;
  return { status: 401, code: "token", message: 'Send "Authorization: Bearer TOKEN"; the token is in http.token.' };
}

export function checkSound(request: IncomingMessage): Denial | undefined {
  const type = request.headers["content-type"] ?? "";
  const isWav = /^audio\/(x-)?wave?$|^audio\/vnd\.wave$/i.test(type.split(";")[0]?.trim() ?? "");
  if (isWav && request.headers["content-encoding"] === undefined) return undefined;
  return { status: 415, code: "content_type", message: "Send audio/wav, not compressed." };
}

export function checkContent(request: IncomingMessage): Denial | undefined {
  const type = request.headers["content-type"] ?? "";
  const isJson = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type);
  if (isJson && request.headers["content-encoding"] === undefined) return undefined;
  return { status: 415, code: "content_type", message: "Send application/json in UTF-8, not compressed." };
}
