// What the journal means: the life of every intent, the home's services, what is still to be told. Pure: record in, state changed.
import type { BoundCall, ServicesSnapshot, Speaker, ToolCall } from "@needled/devices";
import type { Anchor } from "../audit/chain.ts";
import type { Before } from "../follow-up.ts";
import type { Announcement, Answer, DoorName, ReplyRoute } from "../intake.ts";
import type { CallReport, OutcomeWord } from "../protocol.ts";

/** An intent as it was admitted. */
export interface KeptIntent {
  /** source and id: what makes it the same intent when it comes again. */
  key: string;
  id: string;
  source: string;
  door: DoorName;
  text: string;
  /** Calls that fell due or were confirmed: the words were understood when they were said. */
  calls?: readonly ToolCall[];
  confirmed?: { source: string; door: string; withPin: boolean };
  speaker: Speaker;
  /** What half a sentence leans on. */
  before?: Before;
  /** The sender gave the id, so a repeat would be recognised. */
  hasId: boolean;
  dryRun: boolean;
  isInterpreted?: true;
  admittedAt: number;
  expiresAt: number;
  reply?: ReplyRoute;
}

export type ToldByFlow = Pick<CallReport, "said_by" | "data">;

/** One call of a plan, as far as it is known on disk. */
export interface KeptStep {
  report: CallReport;
  /** Absent: it was stopped before binding. */
  bound?: BoundCall;
  outcome: OutcomeWord | null;
  said: string;
  told?: ToldByFlow;
  /** Something that cannot be repeated may have left. */
  started?: true;
}

export interface OpenIntent extends KeptIntent {
  /** Times that a process began to work on it and died. */
  attempts: number;
  steps?: KeptStep[];
}

export interface Answered {
  answer: Answer;
  reply?: ReplyRoute;
  told: boolean;
  /** The door had no room to keep it; gone when it is told. */
  dropped?: true;
  at: number;
}

export type JournalRecord =
  | { t: "boot"; at: number }
  | { t: "intent"; intent: KeptIntent }
  | { t: "attempt"; key: string }
  | { t: "plan"; key: string; steps: KeptStep[] }
  | { t: "start"; key: string; n: number }
  /** `told`: what a flow said and gave back. */
  | { t: "step"; key: string; n: number; outcome: OutcomeWord | null; said: string; told?: ToldByFlow }
  | { t: "answer"; key: string; answer: Answer; at: number }
  | { t: "told"; key: string }
  | { t: "dropped"; key: string }
  | { t: "desk"; desk: ServicesSnapshot; tag?: string }
  | { t: "announce"; announcement: Announcement; tag?: string }
  | { t: "announced"; id: string }
  /** Clients that have tools now: `mqtt/nodered`. */
  | { t: "flows"; clients: string[] }
  /** Head of the audit's chain: shows a tail that was cut off. */
  | { t: "anchor"; anchor: Anchor }
  | { t: "state"; state: PlainState };

/** The state as plain data: the first record of a segment. */
export interface PlainState {
  boots: number[];
  open: OpenIntent[];
  answered: (Answered & { key: string })[];
  applied: string[];
  announcements: Announcement[];
  flows?: string[];
  desk?: ServicesSnapshot;
  anchor?: Anchor;
}

export interface JournalState {
  boots: number[];
  open: Map<string, OpenIntent>;
  /** For dedupe and for answers that were not handed over yet, oldest first. */
  answered: Map<string, Answered>;
  /** Tags of service acts that are in `desk` or were announced, while their intent is open. */
  applied: Set<string>;
  announcements: Map<string, Announcement>;
  flows: string[];
  desk: ServicesSnapshot | undefined;
  anchor: Anchor | undefined;
}

const bootsKept = 16;
/** reliability §4.2: dedupe needs the TTL, the broker's session expiry and clock skew; this is far more. */
export const dedupeMs = 10 * 60_000;
export const dedupeIds = 10_000;
/** An answer that nobody took for so long is not waited for any more. */
const untoldMs = 60 * 60_000;

export function emptyState(): JournalState {
  return {
    boots: [],
    open: new Map(),
    answered: new Map(),
    applied: new Set(),
    announcements: new Map(),
    flows: [],
    desk: undefined,
    anchor: undefined,
  };
}

export function toPlain(state: JournalState): PlainState {
  return {
    boots: state.boots,
    open: [...state.open.values()],
    answered: [...state.answered].map(([key, value]) => ({ key, ...value })),
    applied: [...state.applied],
    announcements: [...state.announcements.values()],
    flows: state.flows,
    ...(state.desk && { desk: state.desk }),
    ...(state.anchor && { anchor: state.anchor }),
  };
}

function fromPlain(state: JournalState, plain: PlainState): void {
  state.boots = [...plain.boots];
  state.open = new Map(plain.open.map((intent) => [intent.key, intent]));
  state.answered = new Map(plain.answered.map(({ key, ...rest }) => [key, rest]));
  state.applied = new Set(plain.applied);
  state.announcements = new Map(plain.announcements.map((one) => [one.id, one]));
  state.flows = plain.flows ?? [];
  state.desk = plain.desk;
  state.anchor = plain.anchor;
}

export const tagOf = (key: string, n: number): string => `${key}#${n}`;

function answerIntent(state: JournalState, { key, answer, at }: Extract<JournalRecord, { t: "answer" }>): void {
  const intent = state.open.get(key);
  state.open.delete(key);
  for (const n of intent?.steps?.keys() ?? []) state.applied.delete(tagOf(key, n));
  state.answered.delete(key);
  state.answered.set(key, {
    answer,
    ...(intent?.reply && { reply: intent.reply }),
    told: intent?.reply === undefined,
    at,
  });
}

/** What flows gave back is kept for repeats up to this, the newest first: an answer may hold 16 KB of it twice. */
const dataBytes = 4 * 1024 * 1024;

function withoutData(answer: Answer): Answer {
  const { data: _, ...rest } = answer;
  return { ...rest, calls: rest.calls.map(({ data: __, ...call }) => call) };
}

function pruneData(state: JournalState): void {
  let left = dataBytes;
  for (const entry of [...state.answered.values()].reverse()) {
    if (entry.answer.data === undefined) continue;
    left -= Buffer.byteLength(JSON.stringify(entry.answer));
    if (left < 0 && entry.told) entry.answer = withoutData(entry.answer);
  }
}

/** Forgets answers that nobody can ask for again; called with the wall clock. */
export function prune(state: JournalState, now: number): void {
  for (const [key, { at, told }] of state.answered) {
    // A clock that was set back makes ages negative; then they say nothing and old is what is far away.
    const age = Math.abs(now - at);
    if (age > untoldMs || (told && age > dedupeMs) || state.answered.size > dedupeIds) state.answered.delete(key);
  }
  pruneData(state);
}

function applyToIntent(state: JournalState, record: JournalRecord): void {
  if (!("key" in record)) return;
  const intent = state.open.get(record.key);
  if (intent === undefined) return;
  if (record.t === "attempt") intent.attempts += 1;
  if (record.t === "plan") intent.steps = record.steps.map((step) => ({ ...step }));
  const step = "n" in record ? intent.steps?.[record.n] : undefined;
  if (step === undefined) return;
  if (record.t === "start") step.started = true;
  if (record.t !== "step") return;
  Object.assign(step, { outcome: record.outcome, said: record.said, ...(record.told && { told: record.told }) });
}

export function apply(state: JournalState, record: JournalRecord): void {
  switch (record.t) {
    case "boot":
      state.boots = [...state.boots, record.at].slice(-bootsKept);
      break;
    case "state":
      fromPlain(state, record.state);
      break;
    case "intent":
      state.open.set(record.intent.key, { ...record.intent, attempts: 0 });
      break;
    case "answer":
      answerIntent(state, record);
      break;
    case "told": {
      const answered = state.answered.get(record.key);
      if (answered) answered.told = true;
      delete answered?.dropped;
      break;
    }
    case "dropped": {
      const answered = state.answered.get(record.key);
      if (answered && !answered.told) answered.dropped = true;
      break;
    }
    case "desk":
      state.desk = record.desk;
      if (record.tag !== undefined) state.applied.add(record.tag);
      break;
    case "announce":
      state.announcements.set(record.announcement.id, record.announcement);
      if (record.tag !== undefined) state.applied.add(record.tag);
      break;
    case "announced":
      state.announcements.delete(record.id);
      break;
    case "flows":
      state.flows = record.clients;
      break;
    case "anchor":
      state.anchor = record.anchor;
      break;
    default:
      applyToIntent(state, record);
  }
}
