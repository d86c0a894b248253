// Requests that wait for their answer. Each ends exactly once: with an answer, or with an error that says why there is none.
import { ClientError } from "./errors.ts";
import type { Answer, RefusedMessage } from "./wire.ts";

export interface AskHooks {
  /** Twice when the first answer waits for a yes. */
  onAnswer(answer: Answer): void;
  onEnd(error?: ClientError): void;
}

export interface Ask extends AskHooks {
  id: string;
  /** Sends it, again with the same id after a broken connection: the daemon recognises a repeat. */
  send?(): void;
}

export interface Asks {
  /** False: it was ended at once. */
  open(ask: Ask, timeoutMs: number): boolean;
  has(id: string): boolean;
  /** `key`: of the ask, when the message does not tell. */
  answer(answer: Answer, key?: string): void;
  refuse(message: RefusedMessage, key?: string): void;
  fail(id: string, error: ClientError): void;
  /** Everything that has no answer yet. */
  repeat(): void;
  failAll(error: ClientError): void;
  readonly size: number;
}

interface Open extends Ask {
  keys: string[];
  timer: NodeJS.Timeout;
  isAnswered: boolean;
}

const mostOpen = 256;
/** A yes that came in the last moment still has to be carried out. */
const deedMs = 35_000;
const longestMs = 600_000;

export function createAsks(where: string): Asks {
  const byKey = new Map<string, Set<Open>>();
  const all = new Set<Open>();

  const listen = (ask: Open, key: string): void => {
    const waiting = byKey.get(key) ?? new Set();
    byKey.set(key, waiting.add(ask));
    ask.keys.push(key);
  };

  const end = (ask: Open, error?: ClientError): void => {
    if (!all.delete(ask)) return;
    clearTimeout(ask.timer);
    for (const key of ask.keys) {
      const waiting = byKey.get(key);
      waiting?.delete(ask);
      if (waiting?.size === 0) byKey.delete(key);
    }
    ask.onEnd(error);
  };

  const waitForYes = (ask: Open, { confirm }: Answer): void => {
    if (confirm === undefined) return;
    ask.isAnswered = true;
    listen(ask, confirm.challenge);
    clearTimeout(ask.timer);
    const leftMs = Math.min(longestMs, Math.max(1_000, confirm.expires_at - Date.now()));
    ask.timer = setTimeout(() => {
      const message = `${where}: nobody agreed to ${confirm.deed} in time; it was not done. Ask again.`;
      end(ask, new ClientError("timeout", message));
    }, leftMs + deedMs);
  };

  const take = (ask: Open, answer: Answer): void => {
    ask.onAnswer(answer);
    if (answer.confirm === undefined || ask.isAnswered) end(ask);
    else waitForYes(ask, answer);
  };

  return {
    open(ask, timeoutMs) {
      if (all.size >= mostOpen) {
        const message = `${where}: ${mostOpen} requests wait for an answer already; this one was not sent. Send fewer at once.`;
        ask.onEnd(new ClientError("busy", message));
        return false;
      }
      const timer = setTimeout(() => {
        const message = `${where}: no answer within ${timeoutMs / 1000} s; whether it was done is not known. Look at the daemon's log.`;
        end(opened, new ClientError("timeout", message));
      }, timeoutMs);
      const opened: Open = { ...ask, keys: [], timer, isAnswered: false };
      all.add(opened);
      listen(opened, ask.id);
      return true;
    },
    has: (id) => byKey.has(id),
    answer(answer, key = answer.intent.id) {
      const waiting = byKey.get(key);
      for (const ask of [...(waiting ?? [])]) take(ask, answer);
    },
    refuse({ refused, intent, challenge }, key = challenge ?? intent?.id ?? "") {
      const error = new ClientError(
        "refused",
        `${where}: the daemon refused it (${refused.code}): ${refused.message}`,
        refused.code,
      );
      // Whoever only waits for the yes of somebody else goes on waiting when that one's attempt is refused.
      for (const ask of [...(byKey.get(key) ?? [])]) if (ask.keys[0] === key) end(ask, error);
    },
    fail(id, error) {
      for (const ask of [...(byKey.get(id) ?? [])]) if (ask.keys[0] === id) end(ask, error);
    },
    repeat() {
      for (const ask of [...all]) if (!ask.isAnswered) ask.send?.();
    },
    failAll(error) {
      for (const ask of [...all]) end(ask, error);
    },
    get size() {
      return all.size;
    },
  };
}
