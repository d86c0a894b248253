// What a door sees of the rest: hand an intent in, know that it is on disk, hear the outcome. docs/protocol.md sections 4 to 8.
import type { FlowPort } from "./flows/port.ts";
import type { AskReport, ExplainReport } from "./protocol.ts";
import type { Hear } from "./speech/ears.ts";

export type DoorName = "mqtt" | "serial" | "http" | "unix" | "wyoming" | "stdin" | "timer";

/** Where an answer has to go, kept in the journal so that it still finds its way after a crash. */
export interface ReplyRoute {
  door: DoorName;
  /** For example an MQTT topic below `needled/<instance>/out/`, or the id of a connection that may be gone. */
  to: string;
  /** Echoed with the answer: MQTT 5 correlation data (base64), the id of a serial line, … */
  correlation?: string;
}

export interface DoorIntent {
  /** Who asks, as the door knows it (the topic level, the socket, the port): never a field of the message. */
  source: string;
  door: DoorName;
  /** The sender's own id, for dedupe within this source. Without one a repeat cannot be recognised, so only risk ≤ 1 may act. */
  id?: string;
  /** Words; undecodable bytes are refused before they come here. */
  text: string;
  /** Wall-clock milliseconds at which it was said, when the sender tells. */
  saidAt?: number;
  /** Milliseconds after which it may not act any more; the daemon has an upper bound. */
  ttlMs?: number;
  /** Room id or name in which the speaker stands. */
  room?: string;
  dryRun?: boolean;
  /** Only read: nothing is bound, asked of policy or sent. */
  isInterpreted?: true;
  reply?: ReplyRoute;
}

export type RefusedCode =
  | "malformed"
  | "retained"
  | "unknown_source"
  | "quota"
  | "busy"
  | "stale"
  | "too_long"
  /** Sound: no recogniser, one that failed, one that heard no words. */
  | "no_speech"
  | "speech_failed"
  | "no_words"
  | "degraded"
  | "stopping";

export type Receipt =
  /** On disk. The answer follows on the promise, and by the door's `deliver` when there is a reply route. */
  | { status: "admitted"; id: string; answer: Promise<Answer> }
  /** The same source and id within the dedupe horizon; the answer is the first one's. */
  | { status: "duplicate"; id: string; answer: Promise<Answer> }
  | { status: "refused"; code: RefusedCode; message: string };

/** A report with what only a daemon adds. */
export interface Answer extends AskReport {
  /** Never journaled twice: the same id always gives the same answer. */
  intent: { source: string; id: string };
  /** Set when a call waits for a yes: of anybody, on another channel, or with the PIN. */
  confirm?: { challenge: string; deed: string; expires_at: number; by?: "any" | "other" | "pin" };
  /** The answer was finished by another process than the one that took the intent in. */
  recovered?: true;
}

export type ConfirmResult =
  | { status: "accepted"; answer: Promise<Answer> }
  | {
      status: "refused";
      code: "no_such_challenge" | "expired" | "same_channel" | "wrong_pin" | "locked_out";
      message: string;
    };

export interface Confirmation {
  challenge: string;
  source: string;
  door: DoorName;
  yes: boolean;
  pin?: string;
}

/** Something the home says of itself: a timer that rang, an outcome that came late, a message for a room. */
export interface Announcement {
  id: string;
  kind: "timer" | "reminder" | "message" | "late_outcome" | "status";
  say: string;
  /** Room or device ids it is meant for; empty: everybody. */
  to: readonly string[];
}

export interface Health {
  status: "ok" | "degraded" | "safe" | "starting" | "stopping";
  why?: string;
  ready: boolean;
  model: string;
  uptime_s: number;
  in_flight: number;
  waiting: number;
  counters: Readonly<Record<string, number>>;
}

/** A question that moves nothing. */
export interface ExplainAsked {
  text: string;
  /** For whom policy decides. */
  source: string;
  door: DoorName;
  room?: string;
  /** For when policy decides; now, unless told. */
  at?: number;
}

/** The home as it is now, for who looks at it. */
export interface HomeView {
  name: string;
  areas: readonly { id: string; name: string }[];
  devices: readonly {
    id: string;
    name: string;
    area?: string;
    kind: string;
    state: Readonly<Record<string, string | number | boolean>>;
    reachable: boolean;
  }[];
  /** Names of what the model may call now. */
  tools: readonly string[];
}

/** The middle of the daemon, as doors see it. */
export interface Intake {
  /** Resolves when the intent is on disk or refused; only then may a door acknowledge. */
  submit(intent: DoorIntent): Promise<Receipt>;
  confirm(confirmation: Confirmation): Promise<ConfirmResult>;
  onAnnouncement(listener: (announcement: Announcement) => void): () => void;
  health(): Health;
  /** Absent: there is nothing to look at. */
  look?(): HomeView;
  /** Words of a sound; absent: no recogniser is configured. */
  readonly hear?: Hear | undefined;
  /** Undefined: too much is going on. Absent where nothing is explained. */
  explain?(asked: ExplainAsked): Promise<ExplainReport | undefined>;
  /** Tools of flows and events; absent: there are none. */
  readonly flows?: FlowPort;
}

/** What becomes of answers that a door keeps for later, by key (source/id). */
export interface HandOvers {
  told(key: string): void;
  /** There was no room to keep it. */
  dropped(key: string): void;
  /** Nothing is kept any more: what was dropped may come again. */
  room(): void;
}

/** A way in. `deliver` may be called for answers of intents that an earlier process took in. */
export interface Door {
  readonly name: DoorName;
  start(intake: Intake, signal: AbortSignal): Promise<void>;
  /** True when the answer was handed over (published, written); false when nobody is there to take it. */
  deliver(route: ReplyRoute, answer: Answer): Promise<boolean>;
  /** For doors that keep answers. */
  watch?(handOvers: HandOvers): void;
  /** Stops taking intents at once; resolves when what was taken is handed over. */
  stop(): Promise<void>;
  /** For health and doctor: "listening on 127.0.0.1:1883", "waiting for the broker". */
  state(): { ok: boolean; text: string };
}
