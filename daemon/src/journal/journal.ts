// The memory that survives: records on disk first, then in the state. One failed write is survived by a new segment, two are not.
import { codeOf, messageOf } from "../errors.ts";
import type { Log } from "../ports.ts";
import { openSegments, type Segments } from "./segments.ts";
import { apply, emptyState, type JournalRecord, type JournalState, prune, toPlain } from "./state.ts";

export interface JournalOptions {
  folder: string;
  now(): number;
  log: Log;
  /** Test seam: called at labelled points; a drill kills the process there. */
  at?(point: JournalPoint): void;
  /** Bytes after its snapshot at which a segment is full; the drills have no time to fill a real one. */
  rotateAfterBytes?: number;
}

// biome-ignore format: one list to read
export const journalPoints = [
  "before-intent", "after-intent", "before-plan", "after-plan", "before-start", "after-start", "after-effect", "before-step", "after-step",
  "before-answer", "after-answer", "after-told", "before-rotate", "after-rotate",
] as const;

export type JournalPoint = (typeof journalPoints)[number];

export interface Journal {
  readonly state: JournalState;
  /** Why nothing can be promised any more; undefined while all is well. */
  readonly degraded: string | undefined;
  readonly quarantined: readonly string[];
  /** On disk when it resolves, and part of the state. Rejects when that cannot be promised. */
  write(record: JournalRecord): Promise<void>;
  /** Part of the state now, on disk with the next write. */
  note(record: JournalRecord): void;
  close(): Promise<void>;
}

const rotateAtBytes = 1024 * 1024;

export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly code = "journal.not_durable";
  readonly retryable = false;
}

/** Records of what is about to happen: they count only once they are on disk. */
const isIntention = ({ t }: JournalRecord): boolean => t === "intent" || t === "plan" || t === "start";

const isSnapshot = (record: unknown): boolean => (record as Partial<JournalRecord> | undefined)?.t === "state";

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, now, log } = options;
  const stamp = new Date(now()).toISOString().replace(/[:.]/g, "-");
  const segments = await openSegments({ folder, stamp, isSnapshot });
  const state = emptyState();
  for (const record of segments.recovered.records) apply(state, record as JournalRecord);
  const { quarantined, tornBytes } = segments.recovered;
  if (tornBytes > 0) log.warn("the journal's torn tail was cut off", { bytes: tornBytes });
  if (quarantined.length > 0) log.warn("the journal is damaged; a copy was put aside", { files: quarantined });
  apply(state, { t: "boot", at: now() });
  prune(state, now());
  await segments.rotate({ t: "state", state: toPlain(state) });
  return new DiskJournal(options, segments, state);
}

class DiskJournal implements Journal {
  readonly state: JournalState;
  private readonly damage: string | undefined;
  /** Why the last record is not on disk; a disk that takes records again heals this. */
  private failure: string | undefined;
  private readonly options: JournalOptions;
  private readonly segments: Segments;
  private rotating: Promise<void> | undefined;
  private snapshotBytes: number;
  private readonly inFlight = new Set<Promise<unknown>>();

  constructor(options: JournalOptions, segments: Segments, state: JournalState) {
    this.options = options;
    this.segments = segments;
    this.state = state;
    this.snapshotBytes = segments.size;
    if (segments.recovered.quarantined.length > 0) this.damage = "the journal was damaged; see its quarantined files";
  }

  get degraded(): string | undefined {
    return this.damage ?? this.failure;
  }

  get quarantined(): readonly string[] {
    return this.segments.recovered.quarantined;
  }

  async write(record: JournalRecord): Promise<void> {
    // Whoever asked for the rotation hears of its failure; here it only has to be over.
    while (this.rotating) await this.rotating.catch(() => undefined);
    try {
      await this.append(record);
    } catch (error) {
      await this.survive(record, error);
    }
    if (this.segments.size > this.fullAtBytes()) await this.rotate();
  }

  note(record: JournalRecord): void {
    apply(this.state, record);
    this.segments.appendLazily(record);
  }

  private fullAtBytes(): number {
    const { rotateAfterBytes } = this.options;
    const { snapshotBytes } = this;
    return rotateAfterBytes === undefined
      ? Math.max(rotateAtBytes, 2 * snapshotBytes)
      : snapshotBytes + rotateAfterBytes;
  }

  /** The file is not to be trusted: its meaning goes into a new one, the record with it. All who failed together share one rotation. */
  private async survive(record: JournalRecord, error: unknown): Promise<void> {
    this.options.log.warn("the journal could not be written", { code: codeOf(error), message: messageOf(error) });
    try {
      await this.rotate();
      await this.append(record);
      this.failure = undefined;
    } catch (second) {
      this.failure = `the journal cannot be written: ${messageOf(second)}`;
      // What has happened is remembered all the same: the next snapshot that can be written says it, and a repeat is known.
      if (!isIntention(record)) apply(this.state, record);
      throw new JournalError(this.failure, { cause: second });
    }
  }

  /** On disk and in the state, with nothing in between that a snapshot could miss. */
  private async append(record: JournalRecord): Promise<void> {
    const appended = this.segments.append(record).then(() => apply(this.state, record));
    const settled = appended.catch(() => undefined);
    this.inFlight.add(settled);
    await appended.finally(() => this.inFlight.delete(settled));
  }

  private rotate(): Promise<void> {
    this.rotating ??= this.rotateNow().finally(() => {
      this.rotating = undefined;
    });
    return this.rotating;
  }

  private async rotateNow(): Promise<void> {
    this.options.at?.("before-rotate");
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
    prune(this.state, this.options.now());
    await this.segments.rotate({ t: "state", state: toPlain(this.state) });
    this.snapshotBytes = this.segments.size;
    this.options.at?.("after-rotate");
  }

  close(): Promise<void> {
    return this.segments.close();
  }
}
