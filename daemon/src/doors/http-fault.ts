// What a client hears whose request never became one: Node says it in a bare status line, which nobody can act on.
import type { Socket } from "node:net";
import { codeOf } from "../errors.ts";

interface Fault {
  status: string;
  code: string;
  message: string;
}

const faults: Readonly<Record<string, Fault>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "timeout",
    message: "The request did not arrive in time and was not taken. Send it again on a new connection, with its id.",
  },
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "too_long",
    message: "The head of a request has at most 8 KB.",
  },
};
const noRequest: Fault = { status: "400 Bad Request", code: "malformed", message: "That is no request of HTTP/1.1." };

/** For `clientError`. `hasBegun`: an answer of ours is on this connection already, and must not be written into. */
export function answerFault(error: Error, socket: Socket, hasBegun: boolean): void {
  if (hasBegun || !socket.writable) return void socket.destroy();
  const { status, code, message } = faults[codeOf(error)] ?? noRequest;
  const body = `${JSON.stringify({ refused: { code, message } })}\n`;
  const head = [
    `HTTP/1.1 ${status}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
