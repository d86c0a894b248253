// What happens to intents and devices, told as it happens to whoever listens; nobody waits for them, and nothing is kept.
import type { Clock, House, HouseEvent } from "@needled/devices";
import type { Flows } from "../flows/flows.ts";
import type { Answer } from "../intake.ts";
import type { KeptIntent } from "../journal/state.ts";
import type { CallReport } from "../protocol.ts";
import { reportCall } from "../report.ts";
import type { Ledger } from "../turn.ts";

type Wish = Pick<KeptIntent, "source" | "id">;

export interface Asked {
  challenge: string;
  deed: string;
  expiresAt: number;
  /** Who may agree. */
  by: "any" | "other" | "pin";
}

export interface Telling {
  intent(intent: KeptIntent): void;
  calls(intent: Wish, calls: readonly CallReport[]): void;
  outcome(answer: Answer): void;
  /** A deed waits for a yes. */
  asked(intent: Wish, asked: Asked): void;
  closed(challenge: string, how: "yes" | "no"): void;
  /** The ledger that tells the plan as well. */
  tellingLedger(intent: Wish, ledger: Ledger): Ledger;
  start(): void;
  stop(): void;
}

export interface TellingOptions {
  emit: Flows["emit"] | undefined;
  house: House;
  clock: Clock;
}

const about = ({ source, id }: Wish) => ({ source, id });

export function openTelling({ emit = () => undefined, house, clock }: TellingOptions): Telling {
  const waiting = new Map<string, { intent: Wish; asked: Asked; disarm(): void }>();
  let stopListening = (): void => {};

  function confirm(intent: Wish, { challenge, deed, expiresAt, by }: Asked, closed?: "yes" | "no" | "expired"): void {
    const body = { at: clock.now(), intent: about(intent), challenge, deed, expires_at: expiresAt, by };
    emit({ kind: "confirm", body: { ...body, ...(closed && { closed }) } });
  }

  function close(challenge: string, how: "yes" | "no" | "expired"): void {
    const entry = waiting.get(challenge);
    waiting.delete(challenge);
    entry?.disarm();
    if (entry) confirm(entry.intent, entry.asked, how);
  }

  function onHouse(event: HouseEvent): void {
    if (event.type !== "state" && event.type !== "reachable") return;
    const device = house.home.devices.find(({ id }) => id === event.device);
    if (device === undefined) return;
    const { id, area, reachable } = device;
    const state = event.type === "state" ? event.state : {};
    emit({
      kind: "device",
      body: { at: clock.now(), device: id, ...(area !== undefined && { area }), state, reachable },
    });
  }

  const calls: Telling["calls"] = (intent, reports) => {
    const told = reports.map(({ name, arguments: args, confidence, policy }) => ({
      ...{ name, arguments: args, confidence, policy },
    }));
    emit({ kind: "calls", body: { at: clock.now(), intent: about(intent), calls: told } });
  };

  return {
    intent(intent) {
      const { text, speaker } = intent;
      const room = speaker.area === undefined ? {} : { room: speaker.area };
      emit({ kind: "intent", body: { at: clock.now(), intent: about(intent), text, ...room } });
    },
    calls,
    outcome: (answer) => emit({ kind: "outcome", body: { at: clock.now(), ...answer } }),
    asked(intent, asked) {
      const disarm = clock.after(asked.expiresAt - clock.now(), () => close(asked.challenge, "expired"));
      waiting.set(asked.challenge, { intent: about(intent), asked, disarm });
      confirm(intent, asked);
    },
    closed: close,
    tellingLedger: (intent, ledger) => ({
      ...ledger,
      planned(steps) {
        calls(intent, steps.map(reportCall));
        return ledger.planned(steps);
      },
    }),
    start() {
      stopListening = house.on(onHouse);
    },
    stop() {
      stopListening();
      for (const { disarm } of waiting.values()) disarm();
      waiting.clear();
    },
  };
}
