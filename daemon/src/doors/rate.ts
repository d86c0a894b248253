// A token bucket: so many at once, so many a second.

export interface RateLimit {
  take(): boolean;
}

export function createRateLimit(perSecond: number, monotonic: () => number): RateLimit {
  let tokens = perSecond;
  let last = monotonic();
  return {
    take() {
      const now = monotonic();
      tokens = Math.min(perSecond, tokens + ((now - last) / 1000) * perSecond);
      last = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
