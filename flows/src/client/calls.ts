// Calls of the daemon that a flow works on, and what was answered before: a call that comes again is not done again.
import { ClientError } from "./errors.ts";
import type { Call, ResultBody } from "./wire.ts";

export interface CallHooks {
  /** Once: undefined when a result went out, an error when none did in time. */
  onEnd(error?: ClientError): void;
}

export interface Calls {
  /** `again`: the flow has it already; a body: it was answered so. */
  begin(call: Call, timeoutMs: number, onEnd: CallHooks["onEnd"]): "new" | "again" | ResultBody;
  /** The call that waits, or undefined. */
  find(id: string): Call | undefined;
  /** Notes the result, before it is sent; throws when no such call waits. */
  finish(id: string, body: ResultBody): void;
  close(): void;
}

interface Open {
  call: Call;
  timer: NodeJS.Timeout;
  onEnd: CallHooks["onEnd"];
}

/** Longer than any call can be sent again for. */
const mostRemembered = 512;

export function createCalls(where: string): Calls {
  const open = new Map<string, Open>();
  const answered = new Map<string, ResultBody>();

  const remember = (id: string, body: ResultBody): void => {
    answered.set(id, body);
    const oldest = answered.keys().next();
    if (answered.size > mostRemembered && !oldest.done) answered.delete(oldest.value);
  };

  const giveUp = (id: string): void => {
    const entry = open.get(id);
    if (entry === undefined) return;
    open.delete(id);
    const { tool } = entry.call;
    const todo = "Wire every way through the flow to a needled-result node, or allow more time.";
    entry.onEnd(
      new ClientError("timeout", `${where}: the flow gave no result for ${tool} (call ${id}) in time. ${todo}`),
    );
  };

  return {
    begin(call, timeoutMs, onEnd) {
      const before = answered.get(call.call);
      if (before !== undefined) return before;
      if (open.has(call.call)) return "again";
      const timer = setTimeout(() => giveUp(call.call), timeoutMs);
      open.set(call.call, { call, timer, onEnd });
      return "new";
    },
    find: (id) => open.get(id)?.call,
    finish(id, body) {
      const entry = open.get(id);
      if (entry === undefined) {
        const why = answered.has(id) ? "it has its result already" : "it ran out of time, or was cut off by a deploy";
        throw new ClientError("no_such_call", `${where}: no call ${id} waits for a result: ${why}.`);
      }
      open.delete(id);
      clearTimeout(entry.timer);
      remember(id, body);
      entry.onEnd();
    },
    close() {
      for (const [id, { timer, onEnd, call }] of [...open]) {
        open.delete(id);
        clearTimeout(timer);
        const message = `${where}: ${call.tool} (call ${id}) was cut off: the connection was taken down while the flow worked on it.`;
        onEnd(new ClientError("closed", message));
      }
    },
  };
}
