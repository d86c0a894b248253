// Tools that clients on the wire handle themselves: who has which, how a call reaches them, and what they hear of the rest.
import { createHash } from "node:crypto";
import type { Clock, FlowMessage, OwnerTool, OwnerVerdict, PostOptions, Risk } from "@needled/devices";
import { messageOf } from "../errors.ts";
import type { OpenIntent } from "../journal/state.ts";
import type { Log } from "../ports.ts";
import type { Values } from "../protocol.ts";
import { openCalls } from "./calls.ts";
import type { FlowLine, FlowPort, Verdict } from "./port.ts";
import { callIn, readRegistration, readResult } from "./read.ts";
import { keyOf, openRegistry } from "./registry.ts";
import type { FlowCall, FlowEvent, FlowRegistered } from "./wire.ts";

export interface FlowsOptions {
  /** Names of clients that may register; undefined: whoever comes over a line of our own. */
  allowed: readonly string[] | undefined;
  maxRisk: Risk;
  /** How soon a flow must say that it has a call. */
  ackMs: number;
  /** Who has a name already, in words. */
  holderOf(name: string): string | undefined;
  /** Why the model cannot be shown a tool. */
  unfitFor(tool: OwnerTool): string | undefined;
  /** Tools came or went. */
  onChange(): void;
  /** The intent that an act belongs to. */
  intentOf(tag: string): OpenIntent | undefined;
  /** Clients that an earlier process knew; they are waited for. */
  before: readonly string[];
  /** Writes down who is there now. */
  keep(clients: readonly string[]): void;
  clock: Clock;
  log: Log;
}

export interface Flows {
  readonly port: FlowPort;
  tools(): OwnerTool[];
  /** With what was there a moment ago. */
  bindable(): OwnerTool[];
  knows(name: string): boolean;
  /** A name that a plan on disk speaks of. */
  recall(name: string): void;
  send(message: FlowMessage, options: PostOptions): Promise<OwnerVerdict>;
  emit(event: FlowEvent): void;
  /** The lines are open: whoever was there before is asked to register again. */
  start(): void;
  /** Resolves when who was there before is back, or has been given up. */
  returned(): Promise<void>;
  stop(): void;
}

/** A client connects again within this time of a restart, or is not waited for. */
const returnMs = 3_000;
/** Registrations that are not just renewals: each is compiled. */
const perMinute = 120;

type Refusal = Extract<Verdict, { ok: false }>;

const refuse = (code: Refusal["code"], message: string): Refusal => ({ ok: false, code, message });

function openRate(clock: Clock): () => boolean {
  let left = perMinute;
  let at = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    left = Math.min(perMinute, left + ((now - at) * perMinute) / 60_000);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

function openReturn(clock: Clock, before: readonly string[], onGivenUp: () => void) {
  const awaited = new Set(before);
  let disarm = (): void => {};
  let resolve = (): void => {};
  const over = new Promise<void>((done) => {
    resolve = done;
  });
  if (awaited.size === 0) resolve();
  return {
    over,
    start: (): void => {
      if (awaited.size === 0) return;
      disarm = clock.after(returnMs, () => {
        awaited.clear();
        resolve();
        onGivenUp();
      });
    },
    saw(key: string): void {
      if (!awaited.delete(key) || awaited.size > 0) return;
      disarm();
      resolve();
    },
    stop: (): void => disarm(),
  };
}

export function openFlows(options: FlowsOptions): Flows {
  const { clock, log, allowed } = options;
  const lines = new Map<string, FlowLine>();
  const listeners = new Set<(event: FlowEvent) => void>();
  const mayChange = openRate(clock);
  let kept = [...options.before].sort().join(" ");

  const emit = (event: FlowEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.warn("an event was not told", { kind: event.kind, message: messageOf(error) });
      }
    }
  };
  const calls = openCalls({
    clock,
    ackMs: options.ackMs,
    onLate: (client, intent, result) =>
      emit({ kind: "outcome", body: { at: clock.now(), intent, kind: "late", client, result } }),
  });
  const keepNow = (): void => {
    const now = [...registry.clients.keys()].sort();
    if (now.join(" ") === kept) return;
    kept = now.join(" ");
    options.keep(now);
  };
  const registry = openRegistry({
    clock,
    maxRisk: options.maxRisk,
    holderOf: options.holderOf,
    unfitFor: options.unfitFor,
    onForgotten: calls.forgotten,
    onChange() {
      options.onChange();
      keepNow();
    },
  });
  const back = openReturn(clock, options.before, keepNow);

  const standing = (key: string): Pick<FlowRegistered, "tools"> => ({
    tools: registry.find(key)?.tools.map(({ name }) => name) ?? [],
  });
  const mayRegister = (line: FlowLine, name: string): boolean => allowed?.includes(name) ?? line.isOwn;

  function register(line: FlowLine, name: string, bytes: Uint8Array): { verdict: Verdict; told: FlowRegistered } {
    const key = keyOf(line, name);
    const no = (verdict: Refusal, session?: string) => ({
      verdict,
      told: {
        ...(session !== undefined && { session }),
        ...standing(key),
        refused: [{ name: "", path: "", message: verdict.message }],
      },
    });
    if (!mayRegister(line, name))
      return no(refuse("not_allowed", `The client ${name} may not have tools here: add it to flows.clients.`));
    const read = readRegistration(bytes);
    if (!read.ok) return no(refuse(read.code, read.message));
    const text = Buffer.from(bytes).toString();
    if (!registry.isKnown(key, text) && !mayChange())
      return no(refuse("quota", "Tools change too often; wait a little."), read.value.session);
    const told = registry.register(line, name, read.value, text);
    back.saw(key);
    return { verdict: { ok: true }, told };
  }

  function result(line: FlowLine, name: string, bytes: Uint8Array): Verdict {
    const key = keyOf(line, name);
    const read = readResult(bytes);
    if (read.ok) return calls.take(key, read.value);
    const call = callIn(bytes);
    if (call !== undefined) calls.spoil(key, call, read.message);
    return refuse(read.code, read.message);
  }

  const ask = (keys: Iterable<string>): void => {
    const named = (allowed ?? []).map((name) => `mqtt/${name}`);
    for (const key of new Set([...keys, ...named])) {
      const [line = "", name = ""] = key.split("/");
      lines.get(line)?.tell(name, { start: true, tools: [], refused: [] });
    }
  };

  const port: FlowPort = {
    open: (line) => void lines.set(line.name, line),
    reopened: ({ name }) => ask([...registry.clients.keys()].filter((key) => key.startsWith(`${name}/`))),
    register,
    result,
    leave: (line, name) => registry.drop(keyOf(line, name)),
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };

  /** What an earlier process may have sent is sent again to whatever life the client has now. */
  function callFor(message: FlowMessage, { timeoutMs, tag = "" }: PostOptions): FlowCall | OwnerVerdict {
    const intent = options.intentOf(tag);
    const isAgain = (intent?.attempts ?? 0) > 0;
    const target = registry.find(message.client);
    const isThere = target?.tools.some((tool) => tool.name === message.tool) ?? false;
    if (target === undefined || !isThere || (target.session !== message.session && !isAgain)) {
      return isAgain && message.repeat === "idempotent"
        ? { status: "unknown", reason: "I was interrupted, and its flow has not come back" }
        : { status: "failed", reason: "its flow is not there any more, so it was not started" };
    }
    const { source = "", id = "", text = "", admittedAt = 0, speaker } = intent ?? {};
    return {
      // An id that its sender uses again one day is another call.
      call: createHash("sha256").update(`${tag} ${admittedAt}`).digest("hex").slice(0, 32),
      session: target.session,
      tool: message.tool,
      arguments: (message.arguments ?? {}) as Values,
      text,
      intent: { source, id },
      ...(speaker?.area !== undefined && { room: speaker.area }),
      deadline: clock.now() + timeoutMs,
    };
  }

  return {
    port,
    tools: registry.tools,
    bindable: registry.bindable,
    knows: (name) => registry.knows(name),
    recall: registry.recall,
    emit,
    async send(message, post) {
      const call = callFor(message, post);
      if ("status" in call) return call;
      const client = registry.find(message.client);
      const { timeoutMs, signal } = post;
      const send = async () => client?.line.call(client.name, call) ?? "unheard";
      return calls.run({ client: message.client, call, timeoutMs, signal, send });
    },
    start() {
      ask(options.before);
      back.start();
    },
    returned: () => back.over,
    stop() {
      back.stop();
      registry.stop();
    },
  };
}
