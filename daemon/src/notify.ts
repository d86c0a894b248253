// Word to systemd: ready, still working, stopping. Node has no unix datagrams, so a small C program passes the words on.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Log } from "./ports.ts";
import type { Service } from "./service.ts";

export interface Notify {
  ready(service: Service): void;
  stopping(): void;
}

const program = fileURLToPath(new URL("../../systemd/build/needle-notify", import.meta.url));

/** What is due to be told is told only when this much of the loop still turns. */
const mostLagMs = 1_000;

/** Nothing when no NOTIFY_SOCKET is set: then nobody listens. */
export function openNotify(env: Readonly<Record<string, string | undefined>>, log: Log): Notify {
  const socket = env.NOTIFY_SOCKET;
  const silent: Notify = { ready: () => {}, stopping: () => {} };
  if (!socket) return silent;
  if (!existsSync(program)) {
    log.warn("systemd waits for word, but needle-notify is not built", { program });
    return silent;
  }
  const child: ChildProcess = spawn(program, [], {
    env: { NOTIFY_SOCKET: socket },
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.on("error", (error) => log.warn("needle-notify does not run", { message: error.message }));
  child.stdin?.on("error", () => undefined);
  const tell = (words: string): void => void child.stdin?.write(`${words}\n`);
  let timer: NodeJS.Timeout | undefined;

  function watch(service: Service): void {
    const period = Number(env.WATCHDOG_USEC ?? 0) / 1_000 / 2;
    if (!(period > 0)) return;
    let due = performance.now() + period;
    timer = setInterval(() => {
      const lag = performance.now() - due;
      due = performance.now() + period;
      // A loop that lags or a turn that is stuck is told by silence: systemd then ends the process.
      if (lag < mostLagMs && service.isProgressing()) tell("WATCHDOG=1");
    }, period);
  }

  return {
    ready(service) {
      tell(`READY=1\nSTATUS=${service.spine.health().status}`);
      watch(service);
    },
    stopping() {
      clearInterval(timer);
      tell("STOPPING=1");
      child.stdin?.end();
    },
  };
}
