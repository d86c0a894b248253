// What the home says of itself: written down with the change that caused it, told until somebody took it.
import type { House, HouseEvent } from "@needled/devices";
import { codeOf, messageOf } from "../errors.ts";
import type { Announcement, Receipt } from "../intake.ts";
import type { Journal } from "../journal/journal.ts";
import type { JournalRecord, KeptIntent } from "../journal/state.ts";
import type { Log } from "../ports.ts";

export interface AnnouncerOptions {
  journal: Journal;
  house: House;
  now(): number;
  log: Log;
  submitCall(
    wish: Pick<KeptIntent, "source" | "id" | "text" | "speaker" | "calls" | "expiresAt"> & Partial<KeptIntent>,
  ): Promise<Receipt>;
}

export interface Announcer {
  on(listener: (announcement: Announcement) => void): () => void;
  announce(announcement: Announcement, tag?: string): void;
  start(): void;
  /** Tells again what a crash may have swallowed. */
  resume(): Promise<void>;
  stop(): void;
}

/** A scheduled call that could not be begun within this time of its hour is dropped and said. */
const scheduledTtlMs = 60_000;

function announcementOf(event: HouseEvent): Announcement | undefined {
  switch (event.type) {
    case "timer_done":
      return { id: event.timer.id, kind: "timer", say: event.say, to: [] };
    case "reminder_due":
      return { id: event.reminder.id, kind: "reminder", say: event.say, to: [] };
    case "call_missed":
      return { id: event.scheduled.id, kind: "late_outcome", say: event.say, to: [] };
    default:
      return undefined;
  }
}

export function openAnnouncer(options: AnnouncerOptions): Announcer {
  const { journal, house, now, log } = options;
  const listeners = new Set<(announcement: Announcement) => void>();
  let messages = 0;
  let stopListening = (): void => {};

  const write = (record: JournalRecord): Promise<void> =>
    journal.write(record).catch((error: unknown) => {
      log.warn("the journal missed a change", { code: codeOf(error), message: messageOf(error) });
    });

  function tell(announcement: Announcement): void {
    if (listeners.size === 0) return;
    for (const listener of listeners) listener(announcement);
    journal.note({ t: "announced", id: announcement.id });
  }

  function announce(announcement: Announcement, tag?: string): void {
    void write({ t: "announce", announcement, ...(tag !== undefined && { tag }) }).then(() => tell(announcement));
  }

  function onEvent(event: HouseEvent): void {
    if (event.type === "snapshot") {
      void write({ t: "desk", desk: event.snapshot, ...(event.tag !== undefined && { tag: event.tag }) });
      return;
    }
    if (event.type === "message") {
      messages += 1;
      const id = event.tag ?? `message-${now().toString(36)}-${messages}`;
      announce({ id, kind: "message", say: event.say, to: event.devices }, event.tag);
      return;
    }
    if (event.type === "call_due") {
      const { id, at, call, speaker, deed } = event.scheduled;
      const wish = {
        source: "timer",
        id: `${id}-${at}`,
        text: deed,
        speaker,
        calls: [call],
        expiresAt: now() + scheduledTtlMs,
      };
      void options.submitCall(wish).then(async (receipt) => {
        const say =
          receipt.status === "refused" ? `I could not ${deed}: ${receipt.message}` : (await receipt.answer).reply;
        announce({ id: `${id}-${at}`, kind: "late_outcome", say, to: [] });
      });
      return;
    }
    const announcement = announcementOf(event);
    if (announcement) announce({ ...announcement, id: `${announcement.id}-${now().toString(36)}` });
  }

  return {
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    announce,
    start() {
      stopListening = house.on(onEvent);
    },
    async resume() {
      for (const announcement of [...journal.state.announcements.values()]) tell(announcement);
    },
    stop() {
      stopListening();
    },
  };
}
