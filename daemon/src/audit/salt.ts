// The salt of an audit's hashes of words: random, one a chain, in the journal. Short sentences are few, and could be guessed without it.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { messageOf } from "../errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../ports.ts";
import { type Anchor, type AuditEntry, firstHash } from "./chain.ts";

export const hashWords = (text: string, salt: string): string => createHmac("sha256", salt).update(text).digest("hex");

/** Whether a line is about these words; lines of earlier versions have a hash without a salt. */
export function isAbout(line: AuditEntry, text: string, salt: string | undefined): boolean {
  if (line.text_hmac !== undefined) return salt !== undefined && line.text_hmac === hashWords(text, salt);
  return line.text_sha256 === createHash("sha256").update(text).digest("hex");
}

/** The chain's salt; a chain without one gets it now, and it is on disk before the first line that needs it. */
export async function saltOf(journal: Journal, head: Anchor | undefined, log: Pick<Log, "warn">): Promise<string> {
  const told = journal.state.anchor;
  if (told?.salt !== undefined) return told.salt;
  const salt = randomBytes(24).toString("base64url");
  // A head that was told before stays: a new one could hide a tail that was cut since.
  const anchor = { ...(told ?? head ?? { seq: 0, h: firstHash }), salt };
  await journal.write({ t: "anchor", anchor }).catch((error: unknown) => {
    log.warn("the salt of the audit could not be kept; words of this run cannot be looked up later", {
      message: messageOf(error),
    });
  });
  return salt;
}
