// The wire over HTTP: docs/protocol.md sections 6 and 9. The event stream tells whether a daemon is there.
import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { request as secureRequest, Agent as TlsAgent } from "node:https";
import { createBackoff } from "./backoff.ts";
import { ClientError, messageOf } from "./errors.ts";
import { createEventReader, type StreamEvent } from "./event-stream.ts";
import type { Hears, Transport, TransportOptions } from "./transport.ts";
import {
  type EventKind,
  eventKinds,
  type RefusedMessage,
  type Registered,
  type ResultBody,
  type Speech,
} from "./wire.ts";

interface Sent {
  method: string;
  path: string;
  body?: object | Buffer;
}

interface Received {
  status: number;
  body: unknown;
}

const mostAnswerBytes = 1024 * 1024;
/** The daemon takes 32 from everybody. None is kept for later: it might end just when it is used. */
const mostSockets = 16;
/** The daemon writes to an idle stream every 15 s; one that is silent for longer is dead. */
const silentMs = 40_000;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readAll(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    response.on("data", (part: Buffer) => {
      length += part.length;
      if (length > mostAnswerBytes) response.destroy(new Error(`an answer of more than ${mostAnswerBytes} bytes`));
      parts.push(part);
    });
    response.on("end", () => resolve(Buffer.concat(parts).toString()));
    response.on("error", reject);
    response.on("close", () => reject(new Error("the connection was lost")));
  });
}

function refusalIn(body: unknown): RefusedMessage | undefined {
  return typeof body === "object" && body !== null && "refused" in body ? (body as RefusedMessage) : undefined;
}

export function createHttpTransport(options: TransportOptions, hears: Hears): Transport {
  const base = new URL(options.url);
  const isTls = base.protocol === "https:";
  const agent = isTls
    ? new TlsAgent({ maxSockets: mostSockets, ...options.tls })
    : new PlainAgent({ maxSockets: mostSockets });
  const backoff = createBackoff(options.backoff);
  const open_ = new Set<ClientRequest>();
  let isClosed = true;
  let retry: NodeJS.Timeout | undefined;
  let watchdog: NodeJS.Timeout | undefined;

  const begin = ({ method, path, body }: Sent, onResponse: (response: IncomingMessage) => void): ClientRequest => {
    const payload = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
      ...(payload && { "content-type": Buffer.isBuffer(body) ? "audio/wav" : "application/json" }),
      ...(payload && { "content-length": payload.length }),
    };
    const begun = (isTls ? secureRequest : plainRequest)(new URL(path, base), { method, headers, agent }, onResponse);
    open_.add(begun);
    begun.on("close", () => open_.delete(begun));
    begun.end(payload);
    return begun;
  };

  const send = (sent: Sent): Promise<Received> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new Error("the connection was closed"));
      const begun = begin(sent, (response) => {
        const status = response.statusCode ?? 0;
        readAll(response).then((text) => resolve({ status, body: parse(text) }), reject);
      });
      begun.on("error", reject);
    });

  const onDown = (why: string): void => {
    clearTimeout(watchdog);
    if (isClosed) return;
    hears.state("disconnected", why);
    clearTimeout(retry);
    retry = setTimeout(connectStream, backoff.nextMs());
  };

  const onUp = (): void => {
    backoff.reset();
    hears.state("ready", "");
  };

  const take = ({ kind, data }: StreamEvent): void => {
    const body = parse(data);
    if (typeof body !== "object" || body === null) return;
    if (kind === "call") hears.call(body as never);
    if (kind === "registered") hears.registered(body as never);
    if (!eventKinds.includes(kind as EventKind)) return;
    // A yes that somebody gave elsewhere has its answer here only.
    if (kind === "outcome" && "calls" in body) hears.answer(body as never);
    hears.event(kind as EventKind, body as never);
  };

  const refuseStream = async (response: IncomingMessage): Promise<void> => {
    const body = parse(await readAll(response).catch(() => ""));
    const old = "this daemon has no event stream: update needled";
    const why = refusalIn(body)?.refused.message ?? `the event stream answers ${response.statusCode}`;
    onDown(response.statusCode === 404 ? old : why);
  };

  function connectStream(): void {
    const path = `/v1/events?client=${encodeURIComponent(options.client)}`;
    const listen = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => stream.destroy(new Error("the daemon is silent")), silentMs);
    };
    const stream = begin({ method: "GET", path }, (response) => {
      if (response.statusCode !== 200) return void refuseStream(response);
      const read = createEventReader((event) => {
        try {
          take(event);
        } catch (error) {
          hears.warn(`${options.url}: an event ${event.kind} was not understood: ${messageOf(error)}`);
        }
      });
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        listen();
        read(text);
      });
      response.on("error", () => undefined);
      response.on("close", () => onDown("the daemon ended the event stream"));
      listen();
      onUp();
    });
    stream.on("error", (error) => onDown(messageOf(error)));
    listen();
  }

  const post = async (path: string, body: object, id: RefusedMessage): Promise<void> => {
    const received = await send({ method: "POST", path, body });
    const refusal = refusalIn(received.body);
    if (refusal !== undefined) return hears.refused({ ...id, ...refusal });
    if (received.status === 200) return hears.answer(received.body as never);
    if (received.status !== 202) throw new Error(`${path} answers ${received.status}`);
  };

  const sendSpeech = async ({ wav, id, mode, room }: Speech): Promise<void> => {
    const query = new URLSearchParams({ id, mode, ...(room !== undefined && { room }) });
    const { status, body } = await send({ method: "POST", path: `/v1/audio?${query}`, body: wav });
    if (status === 404) {
      const todo = "Send it text from a speech recogniser.";
      throw new ClientError("no_audio", `${options.url}: the daemon takes no sound: it has no /v1/audio. ${todo}`);
    }
    const refusal = refusalIn(body);
    if (refusal) return hears.refused({ intent: { id }, ...refusal });
    if (status === 200) hears.answer(body as never);
  };

  const sendResult = async (body: ResultBody): Promise<void> => {
    const path = `/v1/result/${client}`;
    const received = await send({ method: "POST", path, body });
    const refusal = refusalIn(received.body);
    if (refusal) throw new ClientError("refused", `${options.url}${path}: ${refusal.refused.message}`);
    if (received.status !== 200) throw new Error(`${path} answers ${received.status}`);
  };

  const none = { refused: { code: "", message: "" } };
  const client = encodeURIComponent(options.client);
  return {
    address: options.url,
    open() {
      isClosed = false;
      hears.state("connecting", "");
      connectStream();
    },
    async close() {
      isClosed = true;
      clearTimeout(retry);
      clearTimeout(watchdog);
      for (const begun of open_) begun.destroy();
      agent.destroy();
      hears.state("idle", "");
    },
    want: () => undefined,
    async toolNames() {
      const { body } = await send({ method: "GET", path: "/v1/home" });
      const { tools } = (body ?? {}) as { tools?: unknown };
      return Array.isArray(tools) ? tools.map(String) : [];
    },
    sendIntent: (_source, body) => post("/v1/intent", body, { ...none, intent: { id: body.id } }),
    carriesSoundIds: () => true,
    sendSpeech: (_source, speech) => sendSpeech(speech),
    sendConfirmation: (_source, body) => post("/v1/confirm", body, { ...none, challenge: body.challenge }),
    async sendTools(body) {
      const { body: told } = await send({ method: "PUT", path: `/v1/tools/${client}`, body });
      const refusal = refusalIn(told);
      if (refusal) hears.registered({ tools: [], refused: [{ name: "", path: "", message: refusal.refused.message }] });
      else if (typeof told === "object" && told !== null) hears.registered(told as Registered);
    },
    sendResult,
  };
}
