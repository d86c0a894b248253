// So many turns at once, so many waiting, first come first served. What is refused here was not admitted.

export interface Queue {
  /** Runs `work` when there is room. Rejects only with what `work` rejects with. */
  run<T>(work: () => Promise<T>): Promise<T>;
  isFull(): boolean;
  readonly running: number;
  readonly waiting: number;
}

export function openQueue(most: number, mostWaiting: number): Queue {
  const line: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    running -= 1;
    line.shift()?.();
  };
  return {
    async run(work) {
      if (running >= most) await new Promise<void>((resolve) => line.push(resolve));
      running += 1;
      try {
        return await work();
      } finally {
        leave();
      }
    },
    isFull: () => line.length >= mostWaiting,
    get running() {
      return running;
    },
    get waiting() {
      return line.length;
    },
  };
}
