// Answers that a door could not keep until their broker was back: known to the journal, said in health, handed over when there is room.
import type { Door } from "../intake.ts";
import type { Journal } from "../journal/journal.ts";
import type { Counters } from "./counters.ts";
import type { Turns } from "./turns.ts";

export interface HandingOptions {
  journal: Journal;
  counters: Counters;
  turns: Pick<Turns, "handOver">;
}

export interface Handing {
  watch(door: Door): void;
  /** For health: what waits for room. */
  trouble(): string | undefined;
}

export function openHanding({ journal, counters, turns }: HandingOptions): Handing {
  const left = new Set<string>();
  let isHanding = false;

  const answeredOf = (key: string) => {
    const found = journal.state.answered.get(key);
    return found?.told === false ? found : undefined;
  };

  /** One after the other, so that they do not push each other out again. */
  async function handOverLeft(): Promise<void> {
    if (isHanding) return;
    isHanding = true;
    for (const key of [...left]) {
      left.delete(key);
      const { reply, answer } = answeredOf(key) ?? {};
      if (reply && answer) await turns.handOver(key, reply, answer);
    }
    isHanding = false;
  }

  return {
    watch(door) {
      door.watch?.({
        told(key) {
          left.delete(key);
          if (answeredOf(key)) journal.note({ t: "told", key });
        },
        dropped(key) {
          counters.add("answers_dropped");
          if (answeredOf(key) === undefined) return;
          left.add(key);
          journal.note({ t: "dropped", key });
        },
        room: () => void handOverLeft(),
      });
    },
    trouble() {
      for (const key of left) if (answeredOf(key) === undefined) left.delete(key);
      if (left.size === 0) return undefined;
      return `${left.size} answers found no room while their broker was away; they go out when it takes the others`;
    },
  };
}
