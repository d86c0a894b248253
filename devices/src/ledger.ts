// The memory of the home's services and what each action writes into it. No clock runs here.
import type { Reminder, ScheduledCall, ServiceAction, ServiceResult, ServicesSnapshot, Timer } from "./services.ts";

export interface Ledger {
  readonly timers: Map<string, Timer>;
  readonly reminders: Map<string, Reminder>;
  readonly scheduled: Map<string, ScheduledCall>;
  readonly lists: Map<string, readonly string[]>;
  next: number;
}

/** Of each kind, and on each list: what one person can still mean to have, and what the journal can carry. */
const MOST_KEPT = 500;

type Kind = ServiceAction["kind"];
type Of<K extends Kind> = Extract<ServiceAction, { kind: K }>;
type Result = Omit<ServiceResult, "action">;

export function openLedger(kept: ServicesSnapshot | undefined): Ledger {
  const byId = <T extends { readonly id: string }>(items: readonly T[] = []): Map<string, T> =>
    new Map(items.map((item) => [item.id, item]));
  const ids = [...(kept?.timers ?? []), ...(kept?.reminders ?? []), ...(kept?.scheduled ?? [])].map(({ id }) => id);
  const numbers = ids.map((id) => Number(id.split("-")[1]) || 0);
  return {
    timers: byId(kept?.timers),
    reminders: byId(kept?.reminders),
    scheduled: byId(kept?.scheduled),
    lists: new Map(Object.entries(kept?.lists ?? {})),
    next: 1 + Math.max(0, ...numbers),
  };
}

export function readLedger(ledger: Ledger): ServicesSnapshot {
  return {
    timers: [...ledger.timers.values()],
    reminders: [...ledger.reminders.values()],
    scheduled: [...ledger.scheduled.values()],
    lists: Object.fromEntries(ledger.lists),
  };
}

function keep<T extends { readonly id: string }>(kept: Map<string, T>, item: T): T {
  kept.set(item.id, item);
  return item;
}

/** What is full takes nothing more: whoever is told "added" must find it there, and the old must not go unseen. */
function fullness(ledger: Ledger, action: ServiceAction): string | undefined {
  const isOver = (kept: number, more = 1): boolean => kept + more > MOST_KEPT;
  const { timers, reminders, scheduled, lists } = ledger;
  const say = (what: string, then: string): string => `there are ${MOST_KEPT} ${what} already; ${then}`;
  switch (action.kind) {
    case "set_timer":
      return isOver(timers.size) ? say("timers", "cancel one first") : undefined;
    case "restore_timer":
      return isOver(timers.size, action.timers.length) ? say("timers", "cancel one first") : undefined;
    case "set_reminder":
      return isOver(reminders.size) ? say("reminders", "wait until one has come") : undefined;
    case "schedule":
      return isOver(scheduled.size) ? say("things set for later", "wait until one is done") : undefined;
    case "add_to_list": {
      const name = action.list.toLowerCase();
      const isFull = isOver(lists.get(action.list)?.length ?? 0);
      return isFull ? `the ${name} is full with ${MOST_KEPT} things, and nothing was taken off it` : undefined;
    }
    default:
      return undefined;
  }
}

const WRITES: { readonly [K in Kind]: (ledger: Ledger, action: Of<K>, now: number) => Result } = {
  set_timer(ledger, { durationMs, label }, now) {
    const timer = keep(ledger.timers, { id: `timer-${ledger.next++}`, label, durationMs, endsAt: now + durationMs });
    return { timers: [timer], back: { kind: "cancel_timer", ids: [timer.id] } };
  },
  cancel_timer(ledger, { ids }) {
    const timers = ids.flatMap((id) => ledger.timers.get(id) ?? []);
    for (const { id } of timers) ledger.timers.delete(id);
    return timers.length > 0 ? { timers, back: { kind: "restore_timer", timers } } : { timers };
  },
  restore_timer(ledger, { timers }) {
    return { timers: timers.map((timer) => keep(ledger.timers, timer)) };
  },
  set_reminder(ledger, { text, at }) {
    const reminder = keep(ledger.reminders, { id: `reminder-${ledger.next++}`, text, at });
    return { reminder, back: { kind: "cancel_reminder", id: reminder.id } };
  },
  cancel_reminder(ledger, { id }) {
    const reminder = ledger.reminders.get(id);
    ledger.reminders.delete(id);
    return reminder ? { reminder } : {};
  },
  add_to_list(ledger, { list, item }) {
    const items = [...(ledger.lists.get(list) ?? []), item];
    ledger.lists.set(list, items);
    return { list: { name: list, size: items.length }, back: { kind: "remove_from_list", list, item } };
  },
  remove_from_list(ledger, { list, item }) {
    const items = [...(ledger.lists.get(list) ?? [])];
    const at = items.lastIndexOf(item);
    if (at >= 0) items.splice(at, 1);
    ledger.lists.set(list, items);
    return { list: { name: list, size: items.length } };
  },
  // A message leaves no trace; the desk sends it.
  send_message: () => ({}),
  schedule(ledger, { at, call, speaker, deed }) {
    const scheduled = keep(ledger.scheduled, { id: `call-${ledger.next++}`, at, call, speaker, deed });
    return { scheduled, back: { kind: "cancel_call", id: scheduled.id } };
  },
  cancel_call(ledger, { id }) {
    const scheduled = ledger.scheduled.get(id);
    ledger.scheduled.delete(id);
    return scheduled ? { scheduled } : {};
  },
};

/** Writes it down, or changes nothing and says in `refused` why. */
export function writeLedger(ledger: Ledger, action: ServiceAction, now: number): ServiceResult {
  const refused = fullness(ledger, action);
  if (refused !== undefined) return { action, refused };
  const write = WRITES[action.kind] as (ledger: Ledger, action: ServiceAction, now: number) => Result;
  return { action, ...write(ledger, action, now) };
}
