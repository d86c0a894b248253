// Whether the devices themselves say that a wish is fulfilled, without sending anything: for what a crash left in doubt.
import type { Command } from "./adapter.ts";
import type { Clock } from "./clock.ts";
import { proofOf } from "./echo.ts";
import type { State } from "./home.ts";

export interface Evidence {
  readonly commands: readonly Command[];
  /** What a device has reported since this process began; what a file says of it is no evidence. */
  reportedOf(id: string): State;
  /** Called after each report. */
  onReport(listener: () => void): () => void;
  readonly clock: Clock;
  /** Reports may still be on their way after a start. */
  readonly withinMs: number;
}

/** True once every device reports the state asked for, false when that has not come in time. */
export function isProven({ commands, reportedOf, onReport, clock, withinMs }: Evidence): Promise<boolean> {
  const isFulfilled = (): boolean =>
    commands.every(({ device, expect }) => {
      return Object.keys(expect).length > 0 && proofOf(expect, reportedOf(device)) === "done";
    });
  if (commands.length === 0) return Promise.resolve(false);
  if (isFulfilled()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (proven: boolean): void => {
      stopListening();
      stopTimer();
      resolve(proven);
    };
    const stopTimer = clock.after(withinMs, () => finish(false));
    const stopListening = onReport(() => isFulfilled() && finish(true));
  });
}
