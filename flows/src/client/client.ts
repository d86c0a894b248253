// One connection to one daemon, shared by every node that names it: state, requests, confirmations, tools, events.
import { randomBytes } from "node:crypto";
import { createAsks } from "./asks.ts";
import { ClientError, messageOf } from "./errors.ts";
import { createHttpTransport } from "./http-transport.ts";
import { createMqttTransport } from "./mqtt-transport.ts";
import { createTools, type Tools } from "./tools.ts";
import type { Hears, LinkState, Transport, TransportOptions } from "./transport.ts";
import type { Answer, EventBody, EventKind, IntentBody, Mode } from "./wire.ts";

export interface ClientOptions extends Omit<TransportOptions, "session"> {
  /** How long a message may wait for the connection; 0: none. */
  waitMs: number;
  log(text: string): void;
  warn(text: string): void;
}

export interface Wish {
  content: string | Buffer;
  source: string;
  mode: Mode;
  room?: string;
  timeoutMs: number;
}

export interface WishHooks {
  onAnswer(answer: Answer): void;
  onEnd(error?: ClientError): void;
}

export interface Client {
  readonly address: string;
  readonly session: string;
  readonly tools: Tools;
  state(): { state: LinkState; why: string };
  /** Told at once, and at every change. */
  onState(listener: (state: LinkState, why: string) => void): () => void;
  /** Names of what the model may call. */
  toolNames(): Promise<readonly string[]>;
  ask(wish: Wish, hooks: WishHooks): void;
  confirm(
    confirmation: { challenge: string; yes: boolean; pin?: string; source: string },
    timeoutMs: number,
  ): Promise<Answer>;
  onEvent(listener: (kind: EventKind, body: EventBody) => void): () => void;
  open(): void;
  close(): Promise<void>;
}

interface State {
  state: LinkState;
  why: string;
}

const words: Record<LinkState, string> = {
  idle: "the connection is closed",
  connecting: "not connected yet",
  disconnected: "not connected",
  no_daemon: "the broker is there, needled is not",
  ready: "connected",
};

function toTransport(options: TransportOptions, hears: Hears): Transport {
  const isHttp = /^https?:/i.test(options.url);
  return isHttp ? createHttpTransport(options, hears) : createMqttTransport(options, hears);
}

const againMs = 1_000;

export function createClient(options: ClientOptions): Client {
  const session = randomBytes(6).toString("hex");
  const where = `needled at ${options.url}`;
  const asks = createAsks(where);
  const stateListeners = new Set<(state: LinkState, why: string) => void>();
  const eventListeners = new Set<(kind: EventKind, body: EventBody) => void>();
  let current: State = { state: "idle", why: "" };
  let count = 0;
  let namelessSound: string | undefined;

  const notConnected = (): ClientError => {
    const why = current.why === "" ? "" : ` (${current.why})`;
    const todo = "Start needled, or correct the address in the needled-daemon node.";
    return new ClientError(
      "not_connected",
      `${where}: ${words[current.state]}${why}; the message was not sent. ${todo}`,
    );
  };

  const onState = (listener: (state: LinkState, why: string) => void): (() => void) => {
    stateListeners.add(listener);
    listener(current.state, current.why);
    return () => void stateListeners.delete(listener);
  };

  const whenReady = (waitMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (current.state === "ready") return resolve();
      if (waitMs <= 0 || current.state === "idle") return reject(notConnected());
      let off: () => void = () => undefined;
      const timer = setTimeout(() => {
        off();
        reject(notConnected());
      }, waitMs);
      off = onState((state) => {
        if (state !== "ready" && state !== "idle") return;
        clearTimeout(timer);
        queueMicrotask(() => off());
        if (state === "ready") resolve();
        else reject(notConnected());
      });
    });

  const log = ({ state, why }: State, before: LinkState): void => {
    if (state === "ready") options.log(`${where}: connected`);
    else if (before === "ready") options.warn(`${where}: ${words[state]}${why === "" ? "" : ` (${why})`}`);
    else if (before === "connecting") options.warn(`${where}: ${words[state]}${why === "" ? "" : ` (${why})`}`);
  };

  /** The sound without an id that waits is what an answer with an id that is none of ours belongs to. */
  const soundFor = (id: string | undefined): string | undefined => {
    const isOurs = id !== undefined && (id.startsWith(`${session}.`) || asks.has(id));
    return isOurs ? undefined : namelessSound;
  };

  const hears: Hears = {
    state(state, why) {
      const before = current;
      current = { state, why };
      if (before.state !== state) log(current, before.state);
      for (const listener of [...stateListeners]) listener(state, why);
      if (state !== "ready") return tools.onDown();
      tools.onReady();
      if (before.state !== "ready") asks.repeat();
    },
    answer: (answer) => asks.answer(answer, soundFor(answer.intent.id)),
    refused: (message) =>
      asks.refuse(message, message.challenge === undefined ? soundFor(message.intent?.id) : undefined),
    registered: (message) => tools.registered(message),
    call: (call) => tools.call(call),
    event(kind, body) {
      for (const listener of [...eventListeners]) listener(kind, body);
    },
    warn: (text) => options.warn(text),
  };

  const transport = toTransport({ ...options, session }, hears);
  const tools = createTools({
    ...{ session, where, whenReady },
    isReady: () => current.state === "ready",
    sendTools: (registration) => transport.sendTools(registration),
    sendResult: (result) => transport.sendResult(result),
    warn: (text) => options.warn(text),
  });

  /** A broken connection is no end: the same id is sent again when it is back. Everything else is. */
  const dispatch = (id: string, send: () => Promise<void>): void => {
    send().catch((error: unknown) => {
      if (error instanceof ClientError) return asks.fail(id, error);
      options.warn(`${where}: ${messageOf(error)}; request ${id} is sent again`);
      // When the connection is down, its return sends it.
      setTimeout(() => current.state === "ready" && pending.get(id)?.(), againMs);
    });
  };

  const sendText = (wish: Wish, id: string, text: string): void => {
    const { source, mode, room } = wish;
    const body: IntentBody = { id, text, said_at: Date.now(), mode, ...(room !== undefined && { room }) };
    const send = (): void => dispatch(id, () => transport.sendIntent(source, body));
    pending.set(id, send);
    send();
  };

  const takePlace = (id: string): boolean => {
    if (transport.carriesSoundIds()) return true;
    if (namelessSound === undefined) namelessSound = id;
    if (namelessSound === id) return true;
    const todo = "Send it when the answer is there, or use MQTT 5 or HTTP.";
    const message = `${where}: over MQTT 3.1.1 one recording at a time can be heard, and one is; this one was not sent. ${todo}`;
    asks.fail(id, new ClientError("busy", message));
    return false;
  };

  const sendWav = ({ source, mode, room }: Wish, id: string, wav: Buffer): void => {
    if (!takePlace(id)) return;
    transport.sendSpeech(source, { id, wav, mode, ...(room !== undefined && { room }) }).catch((error: unknown) => {
      const message = `${where}: the sound was not taken: ${messageOf(error)}; whether it was heard is not known.`;
      asks.fail(id, error instanceof ClientError ? error : new ClientError("not_connected", message));
    });
  };

  const pending = new Map<string, () => void>();

  const ask = (wish: Wish, hooks: WishHooks): void => {
    count += 1;
    const id = `${session}.${count}`;
    transport.want({ source: wish.source });
    const onEnd = (error?: ClientError): void => {
      pending.delete(id);
      if (namelessSound === id) namelessSound = undefined;
      hooks.onEnd(error);
    };
    const waitMs = Math.min(options.waitMs, wish.timeoutMs);
    const opened = { id, onAnswer: hooks.onAnswer, onEnd, send: () => pending.get(id)?.() };
    if (!asks.open(opened, wish.timeoutMs)) return;
    const begin = (): void => {
      if (!asks.has(id)) return;
      if (typeof wish.content === "string") sendText(wish, id, wish.content);
      else sendWav(wish, id, wish.content);
    };
    whenReady(waitMs).then(begin, (error: ClientError) => asks.fail(id, error));
  };

  return {
    address: options.url,
    session,
    tools,
    state: () => current,
    onState,
    toolNames: () => transport.toolNames(),
    ask,
    async confirm({ source, challenge, ...rest }, timeoutMs) {
      transport.want({ source });
      await whenReady(Math.min(options.waitMs, timeoutMs));
      const id = challenge.trim().toUpperCase();
      return new Promise<Answer>((resolve, reject) => {
        const onEnd = (error?: ClientError): void => (error ? reject(error) : undefined);
        if (!asks.open({ id, onAnswer: resolve, onEnd }, timeoutMs)) return;
        transport.sendConfirmation(source, { challenge: id, ...rest }).catch((error: unknown) => {
          const message = `${where}: the confirmation was not taken: ${messageOf(error)}; whether it counted is not known.`;
          asks.fail(id, error instanceof ClientError ? error : new ClientError("not_connected", message));
        });
      });
    },
    onEvent(listener) {
      transport.want({ events: true });
      eventListeners.add(listener);
      return () => void eventListeners.delete(listener);
    },
    open: () => transport.open(),
    async close() {
      await tools.close();
      await transport.close();
      asks.failAll(
        new ClientError(
          "closed",
          `${where}: the connection was taken down before the answer came; whether it was done is not known.`,
        ),
      );
    },
  };
}
