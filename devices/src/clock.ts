// Time as a parameter: the real clock, and one that tests move by hand.

export interface Clock {
  /** Milliseconds since 1970; may jump. */
  now(): number;
  /** Milliseconds from any origin; never jumps. */
  monotonic(): number;
  /** Runs `run` once after `ms`; the returned function takes it back. */
  after(ms: number, run: () => void): () => void;
}

// Node fires at once any timer longer than this, so longer waits are made of several.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function waitFor(ms: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const step = (left: number): void => {
    const part = Math.min(left, LONGEST_TIMER_MS);
    timer = setTimeout(() => (left > part ? step(left - part) : run()), part);
  };
  step(Math.max(0, ms));
  return () => clearTimeout(timer);
}

export const systemClock: Clock = { now: Date.now, monotonic: () => performance.now(), after: waitFor };

export interface ManualClock extends Clock {
  /** Moves time on, running what falls due in order and letting promises settle in between. */
  advance(ms: number): Promise<void>;
}

const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A clock for tests; `start` is local noon of a fixed day unless told. */
export function manualClock(start = new Date(2026, 10, 20, 12, 0, 0).getTime()): ManualClock {
  let now = start;
  let order = 0;
  const waiting = new Map<number, { due: number; run: () => void }>();
  const nextDue = (limit: number): number | undefined => {
    const due = [...waiting].filter(([, t]) => t.due <= limit).sort((a, b) => a[1].due - b[1].due || a[0] - b[0]);
    return due[0]?.[0];
  };
  return {
    now: () => now,
    monotonic: () => now - start,
    after(ms, run) {
      const id = order++;
      waiting.set(id, { due: now + Math.max(0, ms), run });
      return () => void waiting.delete(id);
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let id = nextDue(end); id !== undefined; id = nextDue(end)) {
        const timer = waiting.get(id);
        waiting.delete(id);
        if (timer) {
          now = Math.max(now, timer.due);
          timer.run();
        }
        await settle();
      }
      now = end;
    },
  };
}
