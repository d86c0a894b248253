// An owner's message over HTTP: one request to the one host in the file, no redirect followed, the answer read up to a limit.
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { HiddenValue, HttpMessage, OwnerVerdict, PostOptions } from "@needled/devices";
import { messageOf } from "../errors.ts";
import { matches, readTold, toldInstead, valueAtPath } from "./match.ts";

export const maxBodyBytes = 64 * 1024;

export type ReadHidden = (place: HiddenValue) => Promise<string>;

interface Told {
  status: number;
  /** undefined: longer than the limit, or cut off. */
  body?: string;
}

function verdictOf({ expect, echo }: HttpMessage, { status, body }: Told): OwnerVerdict {
  if (!expect.includes(status)) {
    const more = status >= 300 && status < 400 ? ", and redirects are not followed" : "";
    return { status: "failed", reason: `it answered ${status}${more}` };
  }
  if (echo === undefined) return { status: "done" };
  if (body === undefined) return { status: "unknown", reason: `it answered ${status}, but not in whole` };
  const told = valueAtPath(readTold(body), echo.path);
  if (told === undefined) return { status: "unknown", reason: `its answer has no ${echo.path}` };
  return matches(echo.equals, told)
    ? { status: "done" }
    : { status: "failed", reason: `${toldInstead(told)} at ${echo.path}` };
}

/** Resolves at the end of the body, at the limit, or where the connection ends. */
function readBody(response: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    response.on("data", (part: Buffer) => {
      length += part.length;
      if (length <= maxBodyBytes) return void parts.push(part);
      resolve(undefined);
      response.destroy();
    });
    response.once("end", () => resolve(Buffer.concat(parts).toString()));
    for (const event of ["error", "close"]) response.once(event, () => resolve(undefined));
  });
}

interface Prepared {
  headers: Record<string, string>;
  body: string | undefined;
}

async function prepare({ headers, body }: HttpMessage, readHidden: ReadHidden): Promise<Prepared> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const kind = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json";
  const filled = await Promise.all(
    Object.entries(headers).map(
      async ([name, value]) =>
        [name.toLowerCase(), typeof value === "string" ? value : await readHidden(value)] as const,
    ),
  );
  const given = Object.fromEntries(filled);
  if (text === undefined) return { headers: given, body: text };
  return { headers: { "content-type": kind, ...given, "content-length": String(Buffer.byteLength(text)) }, body: text };
}

/** Tells when the request may have left: before that a failure is certain, after it nobody knows. */
function watchConnection(request: ClientRequest, isSecure: boolean): () => boolean {
  let isUp = false;
  request.once("socket", (socket) => socket.once(isSecure ? "secureConnect" : "connect", () => (isUp = true)));
  return () => isUp;
}

function exchange(
  message: HttpMessage,
  { headers, body }: Prepared,
  { timeoutMs, clock, signal }: PostOptions,
): Promise<OwnerVerdict> {
  const url = new URL(message.url);
  const isSecure = url.protocol === "https:";
  const request = (isSecure ? requestHttps : requestHttp)(url, { method: message.method, headers, agent: false });
  const hasLeft = watchConnection(request, isSecure);
  return new Promise((resolve) => {
    let status: number | undefined;
    const finish = (verdict: OwnerVerdict): void => {
      stopTimer();
      signal?.removeEventListener("abort", onAbort);
      resolve(verdict);
      request.destroy();
    };
    const stopTimer = clock.after(timeoutMs, () => {
      if (status !== undefined) finish(verdictOf(message, { status }));
      else if (hasLeft()) finish({ status: "unknown", reason: `no answer within ${timeoutMs / 1_000} s` });
      else finish({ status: "failed", reason: `${url.host} cannot be reached` });
    });
    const onAbort = (): void => finish({ status: hasLeft() ? "unknown" : "rejected", reason: "it was cancelled" });
    signal?.addEventListener("abort", onAbort, { once: true });
    request.on("error", (error) => {
      if (hasLeft()) finish({ status: "unknown", reason: "the connection was lost before it answered" });
      else
        finish({ status: "failed", reason: `${url.host} cannot be reached: ${messageOf(error) || codeWord(error)}` });
    });
    request.on("response", (response) => {
      status = response.statusCode ?? 0;
      const told = { status };
      void readBody(response).then((text) =>
        finish(verdictOf(message, { ...told, ...(text !== undefined && { body: text }) })),
      );
    });
    request.end(body);
  });
}

const codeWord = (error: unknown): string => String((error as { code?: unknown }).code ?? "no reason given");

export async function sendHttp(
  message: HttpMessage,
  readHidden: ReadHidden,
  options: PostOptions,
): Promise<OwnerVerdict> {
  let prepared: Prepared;
  try {
    prepared = await prepare(message, readHidden);
  } catch (error) {
    return { status: "failed", reason: messageOf(error) };
  }
  if (options.signal?.aborted) return { status: "rejected", reason: "cancelled before it was sent" };
  try {
    return await exchange(message, prepared, options);
  } catch (error) {
    // Node refuses a header before anything leaves.
    return { status: "failed", reason: messageOf(error) };
  }
}
