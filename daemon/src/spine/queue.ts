// So many turns at once, so many waiting, first come first served. What is refused here was not admitted.

export interface Queue {
  /** Runs `work` when there is room. Rejects only with what `work` rejects with. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** `coming`: what is on its way into the queue already. */
  isFull(coming?: number): boolean;
  readonly running: number;
  readonly waiting: number;
  /** Milliseconds that the oldest running work has taken so far; 0 when nothing runs. */
  oldestMs(): number;
}

export function openQueue(most: number, mostWaiting: number): Queue {
  const line: (() => void)[] = [];
  const since = new Map<number, number>();
  let running = 0;
  let next = 0;
  const leave = (id: number): void => {
    running -= 1;
    since.delete(id);
    line.shift()?.();
  };
  return {
    async run(work) {
      if (running >= most) await new Promise<void>((resolve) => line.push(resolve));
      running += 1;
      const id = next++;
      since.set(id, performance.now());
      try {
        return await work();
      } finally {
        leave(id);
      }
    },
    isFull: (coming = 0) => line.length + coming >= mostWaiting,
    oldestMs: () => Math.max(0, ...[...since.values()].map((at) => performance.now() - at)),
    get running() {
      return running;
    },
    get waiting() {
      return line.length;
    },
  };
}
