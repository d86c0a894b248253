// Runs the home's services: writes actions down and wakes when something falls due.
import type { Clock } from "./clock.ts";
import { type Ledger, openLedger, readLedger, writeLedger } from "./ledger.ts";
import { capital, sayDuration } from "./say.ts";
import type { HouseEvent, ServiceAction, ServiceResult, ServicesSnapshot, Timer } from "./services.ts";

export interface Desk {
  start(): void;
  stop(): void;
  /** `tag` comes back with the event that tells of the change, so that a journal knows whose it is. */
  run(action: ServiceAction, tag?: string): ServiceResult;
  snapshot(): ServicesSnapshot;
}

export interface DeskOptions {
  readonly clock: Clock;
  readonly restore: ServicesSnapshot | undefined;
  readonly emit: (event: HouseEvent) => void;
}

// A call that falls due later than this was slept through; doing it now would surprise.
const GRACE_MS = 60_000;

export function timerName({ label, durationMs }: Timer): string {
  if (label === "") return `${sayDuration(durationMs).replace(/s$/, "")} timer`;
  return /\btimer$/i.test(label) ? label : `${label} timer`;
}

function nextDue({ timers, reminders, scheduled }: Ledger): number {
  const due = [
    ...[...timers.values()].map((timer) => timer.endsAt),
    ...[...reminders.values()].map((reminder) => reminder.at),
    ...[...scheduled.values()].map((entry) => entry.at),
  ];
  return due.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
}

/** Takes out what is due and says what it means now. */
function takeDue(ledger: Ledger, now: number): HouseEvent[] {
  const events: HouseEvent[] = [];
  const late = (at: number): string => (now - at > GRACE_MS ? ` (${sayDuration(now - at)} ago)` : "");
  for (const timer of [...ledger.timers.values()].filter(({ endsAt }) => endsAt <= now)) {
    ledger.timers.delete(timer.id);
    events.push({
      type: "timer_done",
      timer,
      say: `${capital(`the ${timerName(timer)}`)} is done${late(timer.endsAt)}.`,
    });
  }
  for (const reminder of [...ledger.reminders.values()].filter(({ at }) => at <= now)) {
    ledger.reminders.delete(reminder.id);
    events.push({ type: "reminder_due", reminder, say: `Reminder: ${reminder.text}${late(reminder.at)}.` });
  }
  for (const scheduled of [...ledger.scheduled.values()].filter(({ at }) => at <= now)) {
    ledger.scheduled.delete(scheduled.id);
    const missed = now - scheduled.at > GRACE_MS;
    if (missed) events.push({ type: "call_missed", scheduled, say: `I was not running in time to ${scheduled.deed}.` });
    else events.push({ type: "call_due", scheduled });
  }
  return events;
}

function messageOf(action: ServiceAction, tag: string | undefined): HouseEvent | undefined {
  if (action.kind !== "send_message") return undefined;
  const { message, to, devices } = action;
  const say = to === undefined ? message : `For ${to}: ${message}`;
  return { type: "message", message, to, devices, say, ...(tag !== undefined && { tag }) };
}

export function openDesk({ clock, restore, emit }: DeskOptions): Desk {
  const ledger = openLedger(restore);
  let running = false;
  let disarm = (): void => {};
  const arm = (): void => {
    disarm();
    const at = nextDue(ledger);
    if (running && Number.isFinite(at)) disarm = clock.after(at - clock.now(), wake);
  };
  const changed = (tag?: string): void => {
    arm();
    emit({ type: "snapshot", snapshot: readLedger(ledger), ...(tag !== undefined && { tag }) });
  };
  const wake = (): void => {
    const events = takeDue(ledger, clock.now());
    // Written down first: a crash in a listener must not make the same thing fall due twice.
    changed();
    for (const event of events) emit(event);
  };
  return {
    start() {
      running = true;
      arm();
    },
    stop() {
      running = false;
      disarm();
    },
    run(action, tag) {
      const result = writeLedger(ledger, action, clock.now());
      if (result.refused !== undefined) return result;
      const message = messageOf(action, tag);
      if (message) emit(message);
      else changed(tag);
      return result;
    },
    snapshot: () => readLedger(ledger),
  };
}
