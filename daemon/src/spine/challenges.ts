// Deeds that wait for a yes from somewhere else: one-use codes, half a minute, in memory only. A restart forgets them, which is safe.
import { randomInt } from "node:crypto";
import type { Speaker, ToolCall } from "@needled/devices";
import type { Confirmation, DoorName, ReplyRoute } from "../intake.ts";

export interface Waiting {
  challenge: string;
  source: string;
  door: DoorName;
  text: string;
  deed: string;
  calls: readonly ToolCall[];
  speaker: Speaker;
  reply?: ReplyRoute;
  /** Who may say yes, as policy demands. */
  by: "any" | "other" | "pin";
  expiresAt: number;
}

export interface Fault {
  ok: false;
  code: "no_such_challenge" | "expired" | "same_channel" | "wrong_pin";
  message: string;
}

export type Taken = { ok: true; waiting: Waiting } | Fault;

export interface Challenges {
  ask(waiting: Omit<Waiting, "challenge" | "expiresAt">): Waiting;
  /** What stands against the answer; undefined: it may count. Takes nothing. */
  look(confirmation: Confirmation): Fault | undefined;
  /** Takes the deed out of the list when the answer may count; a code works once. */
  take(confirmation: Confirmation): Taken;
}

export const challengeMs = 30_000;
const mostWaiting = 64;
// No letters or digits that are mistaken for each other when read aloud.
const alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

function mintChallenge(): string {
  return Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join("");
}

export function openChallenges(now: () => number): Challenges {
  const waiting = new Map<string, Waiting>();
  const dropOld = (): void => {
    for (const [code, { expiresAt }] of waiting) {
      if (expiresAt < now() - 10 * challengeMs || waiting.size > mostWaiting) waiting.delete(code);
    }
  };
  const fault = (code: Fault["code"], message: string): Fault => ({ ok: false, code, message });
  function look({ challenge, source, door, yes, pin }: Confirmation): Fault | undefined {
    const entry = waiting.get(challenge.toUpperCase());
    if (entry === undefined) return fault("no_such_challenge", "There is no such code, or it was used already.");
    // The voice that asked must not be the voice that agrees: it may be a television.
    if (entry.by === "other" && yes && (entry.source === source || entry.door === door)) {
      return fault("same_channel", "Confirm that on another channel than the one that asked.");
    }
    if (entry.by === "pin" && yes && pin === undefined) return fault("wrong_pin", "That needs the PIN.");
    return entry.expiresAt < now() ? fault("expired", "That code has expired; ask again.") : undefined;
  }
  return {
    ask(given) {
      const challenge = mintChallenge();
      const entry = { ...given, challenge, expiresAt: now() + challengeMs };
      waiting.set(challenge, entry);
      dropOld();
      return entry;
    },
    look,
    take(confirmation) {
      const found = look(confirmation);
      const code = confirmation.challenge.toUpperCase();
      if (found === undefined || found.code === "expired") {
        const entry = waiting.get(code) as Waiting;
        waiting.delete(code);
        if (found === undefined) return { ok: true, waiting: entry };
      }
      return found;
    },
  };
}
