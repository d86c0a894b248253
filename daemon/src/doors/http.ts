// The door for programs that speak HTTP: docs/protocol.md section 6.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { DaemonError, messageOf } from "../errors.ts";
import type { Answer, Confirmation, ConfirmResult, Door, Intake, Receipt, RefusedCode } from "../intake.ts";
import type { Log } from "../ports.ts";
import { maxSoundBytes } from "../speech/wav.ts";
import { answerFaults } from "./http-fault.ts";
import { createHttpFlows, type HttpFlows } from "./http-flows.ts";
import { checkContent, checkHost, checkSound, checkToken, type Denial, type GuardOptions } from "./http-guard.ts";
import { deny, type Reply, readBody, send, tooLarge } from "./http-reply.ts";
import { renderMetrics } from "./metrics.ts";
import { pageHeaders, pagePaths, readPage } from "./playground.ts";
import { type GivenIntent, type Read, readConfirmation, readIntent } from "./read-intent.ts";
import { besideFrom, readSpokenIntent } from "./read-sound.ts";
import { refusalOf, unexpected } from "./refused.ts";

export interface HttpDoorOptions {
  /** 0: any that is free. */
  port: number;
  /** Loopback unless the home opens it to its network. */
  host?: string;
  token: string;
  hosts?: readonly string[];
  maxConnections?: number;
  /** A head or a body that takes longer is not waited for. */
  headMs?: number;
  bodyMs?: number;
  /** A client of the event stream that is away for longer loses its tools. */
  goneMs?: number;
  log: Log;
}

export interface HttpDoor extends Door {
  port(): number;
}

/** What the path and the query say. */
interface Place {
  /** The last level of a path such as /v1/tools/NAME. */
  name: string;
  query: URLSearchParams;
}

/** undefined: the handler keeps the response. */
type Handled = Reply | undefined;
type Handler = (request: IncomingMessage, response: ServerResponse, place: Place) => Handled | Promise<Handled>;

const source = "http";
const maxBodyBytes = 64 * 1024;
const stopMs = 5_000;

const statusOfRefusal: Readonly<Record<RefusedCode, number>> = {
  ...{ malformed: 400, retained: 400, stale: 400, unknown_source: 403, too_long: 413, quota: 429 },
  ...{ busy: 503, degraded: 503, stopping: 503, no_speech: 501, speech_failed: 502, no_words: 422 },
};

type ConfirmRefusal = Extract<ConfirmResult, { status: "refused" }>["code"];

const statusOfConfirmation: Readonly<Record<ConfirmRefusal, number>> = {
  ...{ no_such_challenge: 404, expired: 410, same_channel: 409, wrong_pin: 403, locked_out: 429 },
};

function wantsNoAnswer(request: IncomingMessage): boolean {
  const prefer = String(request.headers.prefer ?? "");
  return prefer.split(",").some((wish) => wish.trim().toLowerCase() === "respond-async");
}

function isSettled(answer: Promise<unknown>): Promise<boolean> {
  const settled = answer.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
}

async function replyToReceipt(receipt: Receipt, id: string | undefined, isAsync: boolean): Promise<Reply> {
  if (receipt.status === "refused") {
    const headers: Record<string, string> = receipt.code === "quota" ? { "retry-after": "1" } : {};
    return { status: statusOfRefusal[receipt.code], body: refusalOf(receipt, source, id), headers };
  }
  // Who asks again wants the answer, and gets it as soon as there is one.
  if (!isAsync || (receipt.status === "duplicate" && (await isSettled(receipt.answer))))
    return { status: 200, body: await receipt.answer };
  receipt.answer.catch(() => undefined);
  const headers = { "preference-applied": "respond-async" };
  return { status: 202, body: { intent: { source, id: receipt.id } }, headers };
}

async function postIntent(intake: Intake, read: Read<GivenIntent>, isAsync: boolean): Promise<Reply> {
  if (!read.ok) return { status: statusOfRefusal[read.code], body: refusalOf(read, source) };
  const { replyTo: _, ...intent } = read.value;
  return replyToReceipt(await intake.submit({ ...intent, source, door: "http" }), intent.id, isAsync);
}

async function postConfirmation(intake: Intake, body: Buffer): Promise<Reply> {
  const read = readConfirmation(body);
  if (!read.ok) return { status: statusOfRefusal[read.code], body: refusalOf(read, source) };
  const confirmation: Confirmation = { ...read.value, source, door: "http" };
  const result = await intake.confirm(confirmation);
  if (result.status === "accepted") return { status: 200, body: await result.answer };
  const { code, message } = result;
  return {
    status: statusOfConfirmation[code],
    body: { refused: { code, message }, challenge: confirmation.challenge },
  };
}

function getHealth(intake: Intake, isGood: (health: ReturnType<Intake["health"]>) => boolean): Reply {
  const health = intake.health();
  return { status: isGood(health) ? 200 : 503, body: health };
}

export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  const { log, host = "127.0.0.1" } = options;
  const guard: GuardOptions = { token: options.token, hosts: options.hosts ?? [] };
  const underWay = new Set<Promise<void>>();
  let intake: Intake | undefined;
  let flows: HttpFlows | undefined;
  let isStopping = false;
  let state = { ok: false, text: "not started" };

  const post = (
    take: (into: Intake, body: Buffer, isAsync: boolean, place: Place) => Reply | Promise<Reply>,
    [check, most] = [checkContent, maxBodyBytes],
  ): Handler => {
    return async (request, response, place) => {
      const denial = checkToken(request, guard) ?? check(request);
      if (denial !== undefined) return deny(denial);
      if (intake === undefined || isStopping) return deny({ status: 503, code: "stopping", message: "Not now." });
      if (request.headers.expect !== undefined) response.writeContinue();
      const body = await readBody(request, most);
      return body === undefined ? deny(tooLarge(most)) : take(intake, body, wantsNoAnswer(request), place);
    };
  };

  const get = (make: (from: Intake) => Reply): Handler => {
    return () => (intake === undefined ? deny({ status: 503, code: "starting", message: "Not yet." }) : make(intake));
  };

  const hear = async (into: Intake, body: Buffer, isAsync: boolean, { query }: Place): Promise<Reply> => {
    const beside = besideFrom((name) => query.get(name));
    return postIntent(into, await readSpokenIntent(into, body, beside, Date.now()), isAsync);
  };

  const noFlows: Denial = { status: 404, code: "path", message: "No client can have tools here." };
  const events: Handler = (request, response, { query }) => {
    const denial = checkToken(request, guard);
    if (denial !== undefined) return deny(denial);
    if (request.method === "HEAD") return deny({ status: 405, code: "method", message: "Use GET." });
    if (isStopping) return deny({ status: 503, code: "stopping", message: "Not now." });
    const refusal = flows === undefined ? noFlows : flows.stream(response, query.get("client") ?? undefined);
    return refusal && deny(refusal);
  };

  const home: Handler = (request) => {
    const denial = checkToken(request, guard);
    if (denial !== undefined) return deny(denial);
    const view = intake?.look?.();
    return view ? { status: 200, body: view } : deny({ status: 503, code: "starting", message: "Not yet." });
  };

  const page = async (path: string): Promise<Reply> => {
    const file = await readPage(path);
    if (file === undefined) return deny({ status: 404, code: "path", message: "There is nothing here." });
    return { status: 200, body: file.bytes, headers: { "content-type": file.type, ...pageHeaders } };
  };

  const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
    "/v1/intent": { POST: post((into, body, isAsync) => postIntent(into, readIntent(body), isAsync)) },
    "/v1/audio": { POST: post(hear, [checkSound, maxSoundBytes]) },
    "/v1/events": { GET: events },
    "/v1/tools/*": { PUT: post((_, body, __, { name }) => flows?.register(name, body) ?? deny(noFlows)) },
    "/v1/result/*": { POST: post((_, body, __, { name }) => flows?.result(name, body) ?? deny(noFlows)) },
    "/v1/confirm": { POST: post((into, body) => postConfirmation(into, body)) },
    "/health": { GET: get((from) => getHealth(from, ({ status }) => status !== "stopping")) },
    "/ready": { GET: get((from) => getHealth(from, ({ ready }) => ready)) },
    "/v1/home": { GET: home },
    ...Object.fromEntries(pagePaths.map((path) => [path, { GET: () => page(path) }])),
    "/metrics": { GET: get((from) => ({ status: 200, body: renderMetrics(from.health()) })) },
  };

  const route = (request: IncomingMessage, response: ServerResponse): Handled | Promise<Handled> => {
    const denial = checkHost(request, guard);
    if (denial !== undefined) return deny(denial);
    const [path = "", query = ""] = (request.url ?? "").split("?", 2);
    const [, above = "", name = ""] = /^(\/v1\/(?:tools|result)\/)([^/]+)$/.exec(path) ?? [];
    const known = name === "" ? path : `${above}*`;
    const methods = Object.hasOwn(routes, known) ? routes[known] : undefined;
    if (methods === undefined) return deny({ status: 404, code: "path", message: "There is nothing here." });
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "");
    const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (handler !== undefined) return handler(request, response, { name, query: new URLSearchParams(query) });
    const allow = Object.keys(methods).join(", ");
    return { ...deny({ status: 405, code: "method", message: `Use ${allow}.` }), headers: { allow } };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const reply = await route(request, response);
      if (reply !== undefined) send(request, response, reply, isStopping);
    } catch (error) {
      // A peer that went away is no fault of ours; nobody reads what we say to it.
      if (!request.destroyed) log.warn("http: a request failed", { error: messageOf(error) });
      if (!response.headersSent) send(request, response, { status: 500, body: { refused: unexpected } }, true);
    }
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const answering = answer(request, response);
    underWay.add(answering);
    void answering.finally(() => underWay.delete(answering));
  };

  const server: Server = createServer(
    {
      ...{ maxHeaderSize: 8 * 1024, insecureHTTPParser: false, requireHostHeader: false },
      ...{ headersTimeout: options.headMs ?? 5_000, requestTimeout: options.bodyMs ?? 10_000 },
      ...{ keepAliveTimeout: 5_000, connectionsCheckingInterval: 1_000 },
    },
    onRequest,
  );
  server.on("checkContinue", onRequest);
  answerFaults(server);
  server.maxConnections = options.maxConnections ?? 32;
  server.maxHeadersCount = 64;

  const port = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };

  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", (cause) => {
        reject(new DaemonError("door.cannot_listen", `${host}:${options.port}`, `: ${cause.message}`, { cause }));
      });
      server.listen(options.port, host, resolve);
    });

  const stop = async (): Promise<void> => {
    if (isStopping || !server.listening) return;
    isStopping = true;
    flows?.stop();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await Promise.race([Promise.all(underWay), new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 500).unref();
    await closed;
    state = { ok: false, text: "stopped" };
  };

  return {
    name: "http",
    port,
    async start(into: Intake, signal: AbortSignal) {
      intake = into;
      flows = into.flows && createHttpFlows({ port: into.flows, goneMs: options.goneMs ?? 5_000 });
      await listen();
      state = { ok: true, text: `listening on ${host}:${port()}` };
      signal.addEventListener("abort", () => void stop(), { once: true });
    },
    // A connection waits for its own answer; one that is gone has nobody to tell.
    deliver: (_route, _answer: Answer) => Promise.resolve(false),
    stop,
    state: () => state,
  };
}
