// One lane per device: commands to a device run one after the other, never two at once.

export interface Lanes {
  /** Runs `work` when its turn comes; undefined when the lane is full. Urgent work goes before what waits. */
  enter<T>(lane: string, urgent: boolean, work: () => Promise<T>): Promise<T> | undefined;
}

export const LANE_DEPTH = 32;

export function openLanes(): Lanes {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const drain = async (lane: string, queue: (() => Promise<void>)[]): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await next();
    waiting.delete(lane);
  };
  return {
    enter(lane, urgent, work) {
      const queue = waiting.get(lane);
      if (queue && queue.length >= LANE_DEPTH) return undefined;
      return new Promise((resolve, reject) => {
        const run = (): Promise<void> => work().then(resolve, reject);
        if (queue) {
          if (urgent) queue.unshift(run);
          else queue.push(run);
          return;
        }
        const fresh = [run];
        waiting.set(lane, fresh);
        void drain(lane, fresh);
      });
    },
  };
}
