// Asks devices for their state, one after the other: two hundred questions at once would fill a Zigbee network for a minute.

export interface Asking {
  /** Leaves out what has spoken by itself when its turn comes. */
  add(topics: readonly string[]): void;
  /** It has told its state: nothing to ask any more. */
  drop(topic: string): void;
  stop(): void;
}

/** `ask` says whether there was anything to ask. */
export function openAsking(ask: (topic: string) => boolean, { firstMs = 500, stepMs = 150 } = {}): Asking {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  function next(): void {
    timer = undefined;
    for (const topic of waiting) {
      waiting.delete(topic);
      if (ask(topic)) break;
    }
    if (waiting.size > 0) timer = setTimeout(next, stepMs).unref();
  }
  return {
    add(topics) {
      for (const topic of topics) waiting.add(topic);
      // What the broker keeps comes first and need not be asked.
      if (waiting.size > 0) timer ??= setTimeout(next, firstMs).unref();
    },
    drop: (topic) => void waiting.delete(topic),
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting.clear();
    },
  };
}
