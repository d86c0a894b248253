// The way in: what may come, is on disk before its receipt, and comes once.
import { mintId } from "../ids.ts";
import type { DoorIntent, Receipt } from "../intake.ts";
import { JournalError } from "../journal/journal.ts";
import type { KeptIntent, OpenIntent } from "../journal/state.ts";
import type { Counters } from "./counters.ts";
import { refuse } from "./gate.ts";
import type { SpineOptions } from "./options.ts";
import type { Queue } from "./queue.ts";
import type { Telling } from "./telling.ts";
import type { Turns } from "./turns.ts";

export interface AdmissionOptions {
  spine: SpineOptions;
  queue: Queue;
  counters: Counters;
  turns: Turns;
  telling: Pick<Telling, "intent">;
  isStopping(): boolean;
}

/** A wish that no door brought: a scheduled call or a confirmed one. */
export type Wish = Pick<KeptIntent, "source" | "id" | "text" | "speaker" | "calls" | "expiresAt"> & Partial<KeptIntent>;

export interface Admission {
  submit(intent: DoorIntent): Promise<Receipt>;
  submitCall(wish: Wish): Promise<Receipt>;
  /** What an earlier process left comes first; whoever knocks before this waits. */
  open(): void;
}

export function openAdmission(options: AdmissionOptions): Admission {
  const { spine, queue, counters, turns, telling, isStopping } = options;
  const { journal, gate } = spine;
  const { clock } = spine.ports;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  // Two copies of one message may arrive before the first is on disk: the second waits for the first one's receipt.
  const admitting = new Map<string, Promise<Receipt>>();

  async function admit(kept: KeptIntent): Promise<Receipt> {
    spine.at?.("before-intent");
    try {
      await journal.write({ t: "intent", intent: kept });
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      return refuse("degraded", "I cannot keep my records, so I take no orders.");
    }
    spine.at?.("after-intent");
    counters.add("admitted");
    telling.intent(kept);
    return { status: "admitted", id: kept.id, answer: turns.run(journal.state.open.get(kept.key) as OpenIntent) };
  }

  const knownAnswer = (key: string) => {
    const found = journal.state.answered.get(key);
    return turns.underWay.get(key) ?? (found && Promise.resolve(found.answer));
  };

  async function submitKept(kept: KeptIntent): Promise<Receipt> {
    const first = admitting.get(kept.key);
    if (first) {
      const receipt = await first;
      return receipt.status === "admitted" ? { ...receipt, status: "duplicate" } : receipt;
    }
    const known = knownAnswer(kept.key);
    if (known) {
      counters.add("duplicates");
      return { status: "duplicate", id: kept.id, answer: known };
    }
    if (queue.isFull(admitting.size)) return refuse("busy", "Too much is going on; try again in a moment.");
    const admission = admit(kept).finally(() => admitting.delete(kept.key));
    admitting.set(kept.key, admission);
    return admission;
  }

  return {
    open: () => open(),
    submitCall(wish) {
      const key = `${wish.source}/${wish.id}`;
      const common = { door: "timer" as const, hasId: true, dryRun: false, admittedAt: clock.now() };
      return submitKept({ key, ...common, ...wish });
    },
    async submit(intent) {
      await opened;
      if (isStopping()) return refuse("stopping", "I am shutting down.");
      const { source, door, text, room, dryRun = false, isInterpreted, reply } = intent;
      const hasId = intent.id !== undefined;
      const key = `${source}/${intent.id}`;
      // A repeat costs nothing, so it must not be refused for the quota or for its age.
      const isKnown = hasId && (admitting.has(key) || knownAnswer(key) !== undefined);
      const refused = isKnown ? undefined : gate.check(intent);
      if (refused) {
        counters.add(`refused_${refused.code}`);
        return refused;
      }
      const now = clock.now();
      const id = intent.id ?? mintId(now);
      const who = { key: `${source}/${id}`, id, source, door, text, speaker: spine.speakerAt(room, source) };
      const when = { admittedAt: now, expiresAt: gate.expiryOf(intent) };
      const before = spine.beforeOf?.(source);
      const how = { hasId, dryRun, ...(isInterpreted && { isInterpreted }), ...(before && { before }) };
      return submitKept({ ...who, ...how, ...when, ...(reply && { reply }) });
    },
  };
}
