// Longer and longer waits, with a spread so that a hall of Node-REDs does not knock at the same moment.

export interface Backoff {
  nextMs(): number;
  reset(): void;
}

export function createBackoff({ firstMs, maxMs }: { firstMs: number; maxMs: number }): Backoff {
  let waitMs = firstMs;
  return {
    nextMs() {
      const spread = waitMs * (0.75 + Math.random() / 2);
      waitMs = Math.min(maxMs, waitMs * 2);
      return spread;
    },
    reset() {
      waitMs = firstMs;
    },
  };
}
