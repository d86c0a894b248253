// How long to wait before the next attempt: doubling, with jitter so that many daemons do not come back at once.

export interface Backoff {
  nextMs(): number;
  reset(): void;
}

export interface BackoffOptions {
  firstMs: number;
  maxMs: number;
}

export function createBackoff({ firstMs, maxMs }: BackoffOptions, random: () => number = Math.random): Backoff {
  let ceiling = firstMs;
  return {
    nextMs() {
      const wait = ceiling / 2 + (random() * ceiling) / 2;
      ceiling = Math.min(ceiling * 2, maxMs);
      return wait;
    },
    reset() {
      ceiling = firstMs;
    },
  };
}
