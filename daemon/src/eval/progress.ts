// How far a long job is: one living line for a person, a line now and then for a log.

export interface ProgressOptions {
  total: number;
  isTerminal: boolean;
  write(text: string): void;
  /** Monotonic milliseconds. */
  nowMs(): number;
}

export interface Progress {
  step(done: number, errors: number): void;
  end(): void;
}

const terminalEveryMs = 200;
const logEveryMs = 5_000;

function spellSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function startProgress(options: ProgressOptions): Progress {
  const startedMs = options.nowMs();
  const everyMs = options.isTerminal ? terminalEveryMs : logEveryMs;
  let shownMs = startedMs;
  let last = { done: 0, errors: 0 };

  const show = (): void => {
    const seconds = (options.nowMs() - startedMs) / 1000;
    const rate = seconds > 0 ? last.done / seconds : 0;
    const left = rate > 0 ? `, ${spellSeconds((options.total - last.done) / rate)} left` : "";
    const errors = last.errors > 0 ? `, ${last.errors} ${last.errors === 1 ? "error" : "errors"}` : "";
    const text = `${last.done}/${options.total} records, ${rate.toFixed(1)}/s${left}${errors}`;
    options.write(options.isTerminal ? `\r\u001B[K${text}` : `${text}\n`);
  };

  return {
    step(done, errors) {
      last = { done, errors };
      if (options.nowMs() - shownMs < everyMs) return;
      shownMs = options.nowMs();
      show();
    },
    end() {
      show();
      if (options.isTerminal) options.write("\n");
    },
  };
}
