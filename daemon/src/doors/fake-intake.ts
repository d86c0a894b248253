// An intake in memory for the tests of doors: remembers what it was given, and answers what the test wants.
import type {
  Announcement,
  Answer,
  Confirmation,
  ConfirmResult,
  Door,
  DoorIntent,
  Health,
  Intake,
  Receipt,
} from "../intake.ts";
import type { Log } from "../ports.ts";

export interface FakeIntake extends Intake {
  readonly submitted: DoorIntent[];
  readonly confirmed: Confirmation[];
  /** Set to change what happens; the default admits, and answers at once. */
  onSubmit: (intent: DoorIntent) => Promise<Receipt>;
  onConfirm: (confirmation: Confirmation) => Promise<ConfirmResult>;
  current: Health;
  announce(announcement: Announcement): void;
  /** Answers of intents with a reply route go there, as the real one does. */
  serve(door: Door): void;
}

export const silentLog: Log = { debug: () => undefined, warn: () => undefined };

export function answerTo(intent: Pick<DoorIntent, "source" | "text">, id: string, more: Partial<Answer> = {}): Answer {
  const timings = { total: 1, load: 0, engine: 1, encode: 0.5, decode: 0.5, dispatch: 0 };
  const call = { name: "turn_on", arguments: {}, spans: {}, confidence: 1, policy: "allow", outcome: "done" } as const;
  const said = { text: intent.text, calls: [call], reply: `Did: ${intent.text}.`, handled_by: "model" } as const;
  return { id, ...said, calls: [call], timings, intent: { source: intent.source, id }, ...more };
}

const healthy: Health = {
  ...{ status: "ok", ready: true, model: "fake", uptime_s: 1, in_flight: 0, waiting: 0 },
  counters: { intents: 3, "refused.quota": 1 },
};

export function createFakeIntake(): FakeIntake {
  const answers = new Map<string, Answer>();
  const listeners = new Set<(announcement: Announcement) => void>();
  const doors: Door[] = [];
  let minted = 0;

  const admit = async (intent: DoorIntent): Promise<Receipt> => {
    const id = intent.id ?? `minted-${++minted}`;
    const key = `${intent.source} ${id}`;
    const earlier = answers.get(key);
    if (earlier !== undefined) return { status: "duplicate", id, answer: Promise.resolve(earlier) };
    const answer = answerTo(intent, id);
    answers.set(key, answer);
    const { reply } = intent;
    if (reply !== undefined) for (const door of doors) void door.deliver(reply, answer);
    return { status: "admitted", id, answer: Promise.resolve(answer) };
  };

  const intake: FakeIntake = {
    submitted: [],
    confirmed: [],
    onSubmit: admit,
    onConfirm: async () => ({ status: "refused", code: "no_such_challenge", message: "Nothing waits for that code." }),
    current: healthy,
    submit(intent) {
      intake.submitted.push(intent);
      return intake.onSubmit(intent);
    },
    confirm(confirmation) {
      intake.confirmed.push(confirmation);
      return intake.onConfirm(confirmation);
    },
    onAnnouncement(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: () => intake.current,
    announce(announcement) {
      for (const listener of listeners) listener(announcement);
    },
    serve: (door) => doors.push(door),
  };
  return intake;
}
