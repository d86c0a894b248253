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

export type Taken =
  | { ok: true; waiting: Waiting }
  | { ok: false; code: "no_such_challenge" | "expired" | "same_channel" | "wrong_pin"; message: string };

export interface Challenges {
  ask(waiting: Omit<Waiting, "challenge" | "expiresAt">): Waiting;
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
  return {
    ask(given) {
      const challenge = mintChallenge();
      const entry = { ...given, challenge, expiresAt: now() + challengeMs };
      waiting.set(challenge, entry);
      dropOld();
      return entry;
    },
    take({ challenge, source, door, yes, pin }) {
      const entry = waiting.get(challenge.toUpperCase());
      if (entry === undefined) {
        return { ok: false, code: "no_such_challenge", message: "There is no such code, or it was used already." };
      }
      // The voice that asked must not be the voice that agrees: it may be a television.
      if (entry.by === "other" && yes && (entry.source === source || entry.door === door)) {
        return { ok: false, code: "same_channel", message: "Confirm that on another channel than the one that asked." };
      }
      if (entry.by === "pin" && yes && pin === undefined) {
        return { ok: false, code: "wrong_pin", message: "That needs the PIN." };
      }
      waiting.delete(entry.challenge);
      if (entry.expiresAt < now()) return { ok: false, code: "expired", message: "That code has expired; ask again." };
      return { ok: true, waiting: entry };
    },
  };
}
