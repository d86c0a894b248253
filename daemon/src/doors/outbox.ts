// Answers on their way to the broker: kept until acknowledged, few at once, and not without end while it is away.
import type { HandOvers } from "../intake.ts";
import type { Log } from "../ports.ts";

export interface Outgoing {
  topic: string;
  payload: string;
  /** Base64, as in the reply route. */
  correlation?: string | undefined;
  /** Whose answer it is; what has none is nobody's to ask for again. */
  key?: string;
}

/** True: the broker has it; false: it does not want it. Rejects when the connection is gone. */
export type Send = (message: Outgoing) => Promise<boolean>;

export interface OutboxOptions {
  capacity: number;
  log: Log;
  /** Told of what has a key. */
  handOvers?: HandOvers;
}

export interface Outbox {
  /**
   * True when the broker acknowledged it; false when it refused it, or as soon as it is known to be away: nobody who waits
   * for this may wait as long as a broker can be gone. The message is kept and goes out when the broker is back.
   */
  put(message: Outgoing): Promise<boolean>;
  /** A connection is there. What was under way on an earlier one goes out again. */
  attach(send: Send): void;
  detach(): void;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
  /** Gives up what waits. */
  close(): void;
  readonly length: number;
}

interface Entry {
  message: Outgoing;
  resolve(isDelivered: boolean): void;
  isUnderWay: boolean;
}

/** Brokers with a receive maximum below this are none that anybody runs. */
const maxUnderWay = 8;

export function createOutbox(options: OutboxOptions): Outbox {
  let entries: Entry[] = [];
  let send: Send | undefined;
  let waiters: (() => void)[] = [];
  let hasDropped = false;

  const remove = (entry: Entry, isDelivered: boolean): void => {
    entries = entries.filter((other) => other !== entry);
    entry.resolve(isDelivered);
    if (entries.length > 0) return;
    for (const wake of waiters) wake();
    waiters = [];
    if (hasDropped && send !== undefined) options.handOvers?.room();
    hasDropped = false;
  };

  const sendOne = (entry: Entry, by: Send): void => {
    entry.isUnderWay = true;
    by(entry.message).then(
      (isTaken) => {
        const { key } = entry.message;
        if (isTaken && key !== undefined) options.handOvers?.told(key);
        remove(entry, isTaken);
        pump();
      },
      () => {
        // On a new connection the entry may be under way again already; then it is not this failure's business.
        if (by === send) entry.isUnderWay = false;
      },
    );
  };

  const pump = (): void => {
    if (send === undefined) return;
    const free = maxUnderWay - entries.filter((entry) => entry.isUnderWay).length;
    for (const entry of entries.filter(({ isUnderWay }) => !isUnderWay).slice(0, Math.max(0, free))) {
      sendOne(entry, send);
    }
  };

  const dropOldest = (): void => {
    const oldest = entries[0];
    if (oldest === undefined) return;
    options.log.warn("mqtt: too many answers wait for the broker; the oldest is dropped", {
      topic: oldest.message.topic,
    });
    const { key } = oldest.message;
    remove(oldest, false);
    hasDropped = true;
    if (key !== undefined) options.handOvers?.dropped(key);
  };

  return {
    put: (message) =>
      new Promise((resolve) => {
        if (entries.length >= options.capacity) dropOldest();
        entries.push({ message, resolve, isUnderWay: false });
        if (send === undefined) resolve(false);
        else pump();
      }),
    attach(by) {
      send = by;
      for (const entry of entries) entry.isUnderWay = false;
      pump();
    },
    detach() {
      send = undefined;
      for (const { resolve } of entries) resolve(false);
    },
    drained: () => new Promise((resolve) => (entries.length === 0 ? resolve() : waiters.push(resolve))),
    close() {
      send = undefined;
      for (const entry of [...entries]) remove(entry, false);
    },
    get length() {
      return entries.length;
    },
  };
}
