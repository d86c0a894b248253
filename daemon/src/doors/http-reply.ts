// What goes back over HTTP, and what is read of a request's body.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Denial } from "./http-guard.ts";

export interface Reply {
  status: number;
  body: object | string | Buffer;
  headers?: Record<string, string>;
}

export function deny({ status, code, message }: Denial): Reply {
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": 'Bearer realm="needled"' } : {};
  return { status, body: { refused: { code, message } }, headers };
}

export const tooLarge = (most: number): Denial => ({
  ...{ status: 413, code: "too_long" },
  message: `A body has at most ${most} bytes.`,
});

/** Undefined when it is too long; rejects when the peer goes away in the middle. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > most) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  // Left alone when it is too long: ending it would end the connection before the refusal is written.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const part of chunks) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function send(request: IncomingMessage, response: ServerResponse, reply: Reply, isLast: boolean): void {
  const { body } = reply;
  const isText = typeof body === "string";
  const payload = Buffer.isBuffer(body) ? body : Buffer.from(isText ? body : `${JSON.stringify(body)}\n`);
  response.writeHead(reply.status, {
    "content-type": isText ? "text/plain; version=0.0.4; charset=utf-8" : "application/json; charset=utf-8",
    "content-length": payload.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // What is left of a body that nobody reads must not be taken for the next request.
    ...((isLast || !request.complete) && { connection: "close" }),
    ...reply.headers,
  });
  response.end(payload);
}
