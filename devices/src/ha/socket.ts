// The WebSocket of a Home Assistant: authentication, numbered requests, events, and coming back after a break.
import { createRequire } from "node:module";
import type { RawData, WebSocket } from "ws";

export interface SocketOptions {
  readonly url: string;
  readonly token: string;
  readonly ca?: Buffer | string;
  /** The first wait before a new try; it doubles up to a minute. */
  readonly retryMs?: number;
  readonly log: (message: string, fields?: Record<string, unknown>) => void;
  /** Authenticated: ask for everything anew, nothing is subscribed yet. */
  onReady(version: string): void;
  onLost(): void;
}

/** "lost": it left us and the connection broke before the answer. "unsent": nothing left us. */
export type Answer =
  | { readonly is: "result"; readonly result: unknown }
  | { readonly is: "error"; readonly code: string; readonly message: string }
  | { readonly is: "lost" }
  | { readonly is: "unsent"; readonly why: string };

export interface Socket {
  /** Opens and keeps open until `close`. */
  open(): void;
  close(): void;
  request(message: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Events of one type from now until the connection ends. */
  subscribe(type: string, listener: (data: Record<string, unknown>) => void): Promise<Answer>;
}

const LONGEST_WAIT_MS = 60_000;
const AUTH_WITHIN_MS = 15_000;
const PING_EACH_MS = 20_000;
const MOST_PENDING = 256;
const MOST_BYTES = 64 * 1024 * 1024;

/** With the first connection: most starts need no WebSocket. */
const loadWs = (): typeof import("ws") => createRequire(import.meta.url)("ws");

type Fields = Record<string, unknown>;

const asFields = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** The messages of a frame: one, or several as a list. */
function messagesOf(data: RawData): Fields[] {
  try {
    const told: unknown = JSON.parse(data.toString());
    const all: unknown[] = Array.isArray(told) ? told : [told];
    return all.map(asFields).filter((one) => one !== undefined);
  } catch {
    return [];
  }
}

function answerOf({ success, result, error }: Fields): Answer {
  if (success === true) return { is: "result", result };
  const { code, message } = asFields(error) ?? {};
  return { is: "error", code: String(code ?? "unknown_error"), message: String(message ?? "no reason given") };
}

interface Session {
  readonly ws: WebSocket;
  readonly pending: Map<number, (answer: Answer) => void>;
  readonly events: Map<number, (data: Fields) => void>;
  next: number;
  isReady: boolean;
  /** Whether anything was heard since the last look. */
  heard: boolean;
}

export function openSocket(options: SocketOptions): Socket {
  const { url, token, ca, retryMs = 1_000, log, onReady, onLost } = options;
  let session: Session | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let isClosed = false;

  function request(message: Fields, onEvent?: (data: Fields) => void): Promise<Answer> {
    const here = session;
    if (!here?.isReady || here.ws.readyState !== here.ws.OPEN) {
      return Promise.resolve({ is: "unsent", why: `${url} is not connected` });
    }
    if (here.pending.size >= MOST_PENDING) return Promise.resolve({ is: "unsent", why: `${url} is too slow` });
    const id = here.next++;
    return new Promise((resolve) => {
      here.pending.set(id, resolve);
      if (onEvent) here.events.set(id, onEvent);
      here.ws.send(JSON.stringify({ id, ...message }));
    });
  }

  function onMessage(here: Session, message: Fields): void {
    const { type, id } = message;
    if (type === "auth_required") here.ws.send(JSON.stringify({ type: "auth", access_token: token }));
    else if (type === "auth_ok") {
      here.isReady = true;
      failures = 0;
      onReady(String(message.ha_version ?? "of no known version"));
    } else if (type === "auth_invalid") {
      // Home Assistant counts failed logins and may ban who goes on trying.
      isClosed = true;
      const way = "make a new long-lived access token in your Home Assistant profile, and start needled again";
      log(`${url} refuses the token; ${way}`, { message: String(message.message ?? "") });
      here.ws.close();
    } else if (type === "event") here.events.get(Number(id))?.(asFields(message.event) ?? {});
    else if (type === "result" || type === "pong") {
      const resolve = here.pending.get(Number(id));
      here.pending.delete(Number(id));
      resolve?.(type === "pong" ? { is: "result", result: null } : answerOf(message));
    }
  }

  function onEnd(here: Session, why: string): void {
    if (session !== here) return;
    session = undefined;
    clearInterval(timer);
    for (const resolve of here.pending.values()) resolve({ is: "lost" });
    here.pending.clear();
    if (here.isReady) onLost();
    if (isClosed) return;
    const wait = Math.min(LONGEST_WAIT_MS, retryMs * 2 ** failures) * (0.8 + 0.4 * Math.random());
    if (failures === 0) log(`the connection to ${url} is down; trying again`, { why });
    failures = Math.min(failures + 1, 10);
    timer = setTimeout(connect, wait);
  }

  /** A link that died silently shows only when somebody is asked. */
  function watch(here: Session): void {
    if (!here.isReady || !here.heard) {
      here.ws.terminate();
      return;
    }
    here.heard = false;
    void request({ type: "ping" });
  }

  function connect(): void {
    const { WebSocket } = loadWs();
    const ws = new WebSocket(url, {
      handshakeTimeout: AUTH_WITHIN_MS,
      maxPayload: MOST_BYTES,
      ...(ca !== undefined && { ca }),
    });
    const here: Session = { ws, pending: new Map(), events: new Map(), next: 1, isReady: false, heard: true };
    session = here;
    let why = "it was closed";
    ws.on("message", (data) => {
      here.heard = true;
      for (const message of messagesOf(data)) onMessage(here, message);
    });
    ws.on("error", (error) => {
      why = error.message;
    });
    ws.on("close", () => onEnd(here, why));
    timer = setInterval(() => watch(here), PING_EACH_MS);
  }

  return {
    open: connect,
    close() {
      isClosed = true;
      clearTimeout(timer);
      clearInterval(timer);
      session?.ws.terminate();
    },
    request: (message) => request(message),
    subscribe: (type, listener) =>
      request({ type: "subscribe_events", event_type: type }, (event) => listener(asFields(event.data) ?? {})),
  };
}
