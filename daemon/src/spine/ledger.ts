// The turn's steps as journal records. What cannot be written down is not begun; what has happened is told even if it cannot be written.
import { codeOf, messageOf } from "../errors.ts";
import type { Journal, JournalPoint } from "../journal/journal.ts";
import { tagOf } from "../journal/state.ts";
import type { Log } from "../ports.ts";
import { toldByFlow } from "../report.ts";
import type { Ledger } from "../turn.ts";
import { keepStep, repeatOf } from "./steps.ts";

export interface LedgerOptions {
  journal: Journal;
  key: string;
  log: Log;
  at: ((point: JournalPoint) => void) | undefined;
}

export function ledgerFor({ journal, key, log, at }: LedgerOptions): Ledger {
  return {
    async planned(steps) {
      if (!steps.some(({ decision }) => decision?.approved)) return;
      at?.("before-plan");
      await journal.write({ t: "plan", key, steps: steps.map(keepStep) });
      at?.("after-plan");
    },
    async starting(n, { bound }) {
      const repeat = bound && repeatOf(bound);
      if (repeat !== "once" && repeat !== "readable") return;
      at?.("before-start");
      await journal.write({ t: "start", key, n });
      at?.("after-start");
    },
    async ended(n, step) {
      const { outcome, said } = step;
      const told = toldByFlow(step);
      at?.("after-effect");
      // No wait: the answer that follows is written after it in the same file, and one sync serves both.
      at?.("before-step");
      journal
        .write({ t: "step", key, n, outcome, said, ...(Object.keys(told).length > 0 && { told }) })
        .catch((error: unknown) => {
          log.warn("an outcome could not be written down", { code: codeOf(error), message: messageOf(error) });
        });
      at?.("after-step");
    },
    tagOf: (n) => tagOf(key, n),
  };
}
