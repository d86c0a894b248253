// The lines of the unix socket as types: docs/protocol.md section 7.
import type { Announcement, Answer, ConfirmResult, Health, Receipt } from "../intake.ts";
import type { ExplainReport } from "../protocol.ts";

/** An intent of 8 KB and its envelope. */
export const maxLineBytes = 16 * 1024;

type WithoutAnswer<T> = T extends { answer: unknown } ? Omit<T, "answer"> : T;

export type ReceiptLine = WithoutAnswer<Receipt>;
export type ConfirmedLine = WithoutAnswer<ConfirmResult>;

/** One of the fields is there. Replies come in the order of the requests; answers and announcements when they are ready. */
export interface UnixLine {
  receipt?: ReceiptLine;
  confirmed?: ConfirmedLine & { challenge: string };
  answer?: Answer;
  health?: Health;
  /** Null: too much is going on. */
  explained?: ExplainReport | null;
  listening?: boolean;
  announcement?: Announcement;
  error?: { code: "malformed" | "too_long" | "internal"; message: string };
}
