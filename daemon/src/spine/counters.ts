// Numbers that only grow, for health and metrics.

export interface Counters {
  add(name: string): void;
  all(): Readonly<Record<string, number>>;
}

export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    add: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    all: () => Object.fromEntries([...counts].sort()),
  };
}
