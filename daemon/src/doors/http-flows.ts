// Tools of flows and events over HTTP: a stream of server-sent events out, registrations and results in. docs/protocol.md section 9.
import type { ServerResponse } from "node:http";
import type { FlowLine, FlowPort, Verdict } from "../flows/port.ts";
import type { Denial } from "./http-guard.ts";
import { isSourceName } from "./mqtt-topics.ts";

export interface HttpFlowsOptions {
  port: FlowPort;
  /** A client whose streams have ended for so long is gone. */
  goneMs: number;
}

export interface HttpFlows {
  /** Keeps the response open; undefined: it has it now. */
  stream(response: ServerResponse, client: string | undefined): Denial | undefined;
  register(client: string, body: Uint8Array): { status: number; body: object };
  result(client: string, body: Uint8Array): { status: number; body: object };
  stop(): void;
}

const maxStreams = 16;
/** A reader that does not read is cut off rather than kept in memory. */
const maxUnreadBytes = 1024 * 1024;
/** Shows both sides that the other is still there. */
const beatMs = 15_000;

type Refused = Extract<Verdict, { ok: false }>;

const statusOf: Readonly<Record<Refused["code"], number>> = {
  ...{ malformed: 400, too_long: 413, not_allowed: 403, quota: 429, no_such_call: 404 },
};

const noName = "A client is 1 to 64 of A-Z a-z 0-9 . _ - and not the name of a door.";

const refused = ({ code, message }: Refused) => ({ status: statusOf[code], body: { refused: { code, message } } });

export function createHttpFlows({ port, goneMs }: HttpFlowsOptions): HttpFlows {
  const streams = new Map<ServerResponse, string | undefined>();
  const leaving = new Map<string, NodeJS.Timeout>();

  const write = (response: ServerResponse, text: string): void => {
    if (response.destroyed || response.writableEnded) return;
    response.write(text);
    if (response.writableLength > maxUnreadBytes) response.destroy();
  };
  const send = (response: ServerResponse, kind: string, body: object): void =>
    write(response, `event: ${kind}\ndata: ${JSON.stringify(body)}\n\n`);
  /** Of several streams of one client the newest. */
  const streamOf = (client: string): ServerResponse | undefined =>
    [...streams].findLast(([response, name]) => name === client && response.writable)?.[0];

  const line: FlowLine = {
    name: "http",
    isOwn: true,
    async call(client, call) {
      const stream = streamOf(client);
      if (stream === undefined) return "unheard";
      send(stream, "call", call);
      return "sent";
    },
    tell(client, told) {
      const stream = streamOf(client);
      if (stream) send(stream, "registered", told);
    },
  };
  port.open(line);
  const stopEvents = port.onEvent(({ kind, body }) => {
    if (streams.size === 0) return;
    const text = `event: ${kind}\ndata: ${JSON.stringify(body)}\n\n`;
    for (const response of streams.keys()) write(response, text);
  });
  const beat = setInterval(() => {
    for (const response of streams.keys()) write(response, ":\n\n");
  }, beatMs).unref();

  const stay = (client: string): void => {
    clearTimeout(leaving.get(client));
    leaving.delete(client);
  };
  const leaveSoon = (client: string): void => {
    if (streamOf(client) !== undefined) return;
    stay(client);
    const leave = (): void => {
      leaving.delete(client);
      port.leave(line, client);
    };
    leaving.set(client, setTimeout(leave, goneMs).unref());
  };

  return {
    stream(response, client) {
      if (client !== undefined && !isSourceName(client)) return { status: 400, code: "malformed", message: noName };
      if (streams.size >= maxStreams)
        return { status: 503, code: "busy", message: `There are ${maxStreams} streams already; end one.` };
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      });
      response.write(":\n\n");
      streams.set(response, client);
      if (client !== undefined) stay(client);
      response.once("close", () => {
        streams.delete(response);
        if (client !== undefined) leaveSoon(client);
      });
      return undefined;
    },
    register(client, body) {
      if (!isSourceName(client)) return refused({ ok: false, code: "not_allowed", message: noName });
      const { verdict, told } = port.register(line, client, body);
      if (!verdict.ok) return refused(verdict);
      leaveSoon(client);
      return { status: 200, body: told };
    },
    result(client, body) {
      const verdict = port.result(line, client, body);
      return verdict.ok ? { status: 200, body: { taken: true } } : refused(verdict);
    },
    stop() {
      stopEvents();
      clearInterval(beat);
      for (const timer of leaving.values()) clearTimeout(timer);
      for (const response of streams.keys()) response.end();
    },
  };
}
