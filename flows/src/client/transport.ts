// What the nodes need of a wire; MQTT and HTTP both give it.
import type {
  Answer,
  Call,
  ConfirmationBody,
  EventBody,
  EventKind,
  IntentBody,
  RefusedMessage,
  Registered,
  Registration,
  ResultBody,
  Speech,
} from "./wire.ts";

/** `no_daemon`: the broker is there, the daemon is not. `ready`: what is sent now reaches a daemon. */
export type LinkState = "idle" | "connecting" | "disconnected" | "no_daemon" | "ready";

export interface Hears {
  state(state: LinkState, why: string): void;
  answer(answer: Answer): void;
  refused(message: RefusedMessage): void;
  registered(message: Registered): void;
  call(call: Call): void;
  event(kind: EventKind, body: EventBody): void;
  warn(text: string): void;
}

/** A send resolves when the other side has the message, and rejects when it is known not to have it. */
export interface Transport {
  readonly address: string;
  open(): void;
  close(): Promise<void>;
  /** Answers for this source and events of these kinds are wanted from now on. */
  want(wish: { source?: string; events?: boolean }): void;
  sendIntent(source: string, intent: IntentBody): Promise<void>;
  /** Over MQTT 3.1.1 a sound has no id, and so has its answer. */
  carriesSoundIds(): boolean;
  sendSpeech(source: string, speech: Speech): Promise<void>;
  sendConfirmation(source: string, confirmation: ConfirmationBody): Promise<void>;
  /** Names of what the model may call, as far as it is known. */
  toolNames(): Promise<readonly string[]>;
  sendTools(registration: Registration): Promise<void>;
  sendResult(result: ResultBody): Promise<void>;
}

export interface TransportOptions {
  url: string;
  instance: string;
  client: string;
  session: string;
  username?: string;
  password?: string;
  token?: string;
  /** 0: try 5, then 3.1.1. */
  mqttVersion: 0 | 4 | 5;
  /** What Node-RED's tls-config node adds: ca, cert, key, rejectUnauthorized, servername. */
  tls: Record<string, unknown>;
  /** First and longest wait before another attempt, in milliseconds. */
  backoff: { firstMs: number; maxMs: number };
}
