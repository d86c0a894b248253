// What every drill is given and gives back.

export interface DrillOptions {
  n: number;
  seed: number;
  /** How many homes at a time, where a drill has several. */
  homes: number;
  /** Leave out what the drill is about, to show that it would be seen. */
  isControl: boolean;
  /** A line of progress. */
  report(line: string): void;
}

export interface DrillResult {
  figures: Record<string, number | string>;
  /** Empty, or the drill has failed. */
  violations: string[];
}

export type Drill = (options: DrillOptions) => Promise<DrillResult>;

/** mulberry32: the same numbers for the same seed on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
