// The yes of a person: what policy wants confirmed gets a code, and the code with a yes becomes a wish of its own.
import type { ToolCall } from "@needled/devices";
import type { Answer, Confirmation, ConfirmResult, Receipt } from "../intake.ts";
import type { KeptIntent } from "../journal/state.ts";
import type { PinCheck } from "../policy/pin.ts";
import type { Turn } from "../turn.ts";
import type { Announcer } from "./announcer.ts";
import { openChallenges } from "./challenges.ts";
import type { Counters } from "./counters.ts";
import type { Telling } from "./telling.ts";

export interface ConfirmingOptions {
  now(): number;
  /** Who may not ask may not agree either. */
  knows(source: string): boolean;
  pin?: PinCheck | undefined;
  counters: Counters;
  announcer: Announcer;
  telling: Pick<Telling, "asked" | "closed">;
  submitCall(
    wish: Pick<KeptIntent, "source" | "id" | "text" | "speaker" | "calls" | "expiresAt"> & Partial<KeptIntent>,
  ): Promise<Receipt>;
}

export interface Confirming {
  /** The answer, with a code in it when a call of the turn waits for a yes. */
  askForYes(intent: KeptIntent, turn: Turn, answer: Answer): Answer;
  confirm(confirmation: Confirmation): Promise<ConfirmResult>;
}

type Refused = Extract<ConfirmResult, { status: "refused" }>;

const refuse = (code: Refused["code"], message: string): Refused => ({ status: "refused", code, message });

export function openConfirming(options: ConfirmingOptions): Confirming {
  const { now, knows, pin, counters, announcer, telling, submitCall } = options;
  const challenges = openChallenges(now);

  async function refusePin(given: string): Promise<Refused | undefined> {
    if (pin === undefined) return refuse("wrong_pin", "No PIN is set in the configuration (pin:).");
    const verdict = await pin.check(given);
    if (verdict === "right") return undefined;
    counters.add(`pin_${verdict}`);
    if (verdict === "wrong") return refuse("wrong_pin", "That is not the PIN.");
    return refuse("locked_out", "Too many wrong PINs; try again in five minutes.");
  }

  return {
    askForYes(intent, turn, answer) {
      const waiting = turn.steps.filter(({ outcome }) => outcome === "needs_confirmation");
      // A dry run asks nobody: a yes to it would move something.
      if (waiting.length === 0 || intent.dryRun) return answer;
      const { source, door, text, reply } = intent;
      // What the words pointed at is known with the plan, and a yes is a yes to that.
      const speaker = waiting[0]?.bound?.speaker ?? intent.speaker;
      const deed = waiting.map(({ bound }) => bound?.deed ?? "").join(" and ");
      const calls = waiting.map(({ call }): ToolCall => ({ name: call.name, arguments: call.arguments }));
      const wanted = new Set(waiting.map(({ decision }) => decision?.by ?? "other"));
      const by = wanted.has("pin") ? "pin" : wanted.has("other") ? "other" : "any";
      const asked = challenges.ask({ source, door, text, deed, calls, speaker, by, ...(reply && { reply }) });
      telling.asked(intent, asked);
      announcer.announce({
        id: `confirm-${asked.challenge}`,
        kind: "status",
        say: `To ${deed}, confirm ${asked.challenge}.`,
        to: [],
      });
      return { ...answer, confirm: { challenge: asked.challenge, deed, expires_at: asked.expiresAt, by } };
    },
    async confirm(confirmation) {
      const { source, door, yes } = confirmation;
      if (!knows(source)) return refuse("no_such_challenge", `The source ${source} is not in the configuration.`);
      // Without a code that waits there is nothing to guess a PIN for, and nobody can lock it from afar.
      const fault = challenges.look(confirmation);
      if (fault) return refuse(fault.code, fault.message);
      const refusedPin = confirmation.pin === undefined ? undefined : await refusePin(confirmation.pin);
      if (refusedPin) return refusedPin;
      const taken = challenges.take(confirmation);
      if (!taken.ok) return refuse(taken.code, taken.message);
      const { waiting } = taken;
      const { text, speaker, calls, reply, challenge, expiresAt } = waiting;
      const common = { id: challenge, source: waiting.source, door: waiting.door, text, speaker, expiresAt };
      const wish = { ...common, ...(reply && { reply }) };
      const confirmed = { source, door, withPin: confirmation.pin !== undefined };
      const receipt = await submitCall({ ...wish, calls: yes ? calls : [], confirmed });
      if (receipt.status === "refused") return refuse("expired", receipt.message);
      telling.closed(challenge, yes ? "yes" : "no");
      return { status: "accepted", answer: receipt.answer };
    },
  };
}
