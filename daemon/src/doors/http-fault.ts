// What a client hears whose request never became one: Node says it in a bare status line, which nobody can act on.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
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

function answerFault(error: Error, socket: Socket): void {
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

/** Answers what Node cannot read; an answer of ours that is on the connection already is not written into. */
export function answerFaults(server: Server): void {
  const replying = new WeakMap<object, ServerResponse>();
  const track = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    replying.set(socket, response);
    response.once("close", () => replying.delete(socket));
  };
  server.on("request", track).on("checkContinue", track);
  server.on("clientError", (error, stream) => {
    const socket = stream as Socket;
    if (replying.get(socket)?.headersSent || !socket.writable) socket.destroy();
    else answerFault(error, socket);
  });
}
