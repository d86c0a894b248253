// Calls that a flow works on: acknowledged soon, ended by a result, the deadline, or the end of the client.
import type { Clock, OwnerVerdict } from "@needled/devices";
import type { Sent, Verdict } from "./port.ts";
import type { FlowCall, FlowResult } from "./wire.ts";

export interface Sending {
  /** Way and name of the client. */
  client: string;
  call: FlowCall;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  send(): Promise<Sent>;
}

export interface Calls {
  /** Sends, and resolves with what became of it. */
  run(sending: Sending): Promise<OwnerVerdict>;
  take(client: string, result: FlowResult): Verdict;
  /** The client answered, and nobody can read what. */
  spoil(client: string, call: string, why: string): void;
  /** The client forgot what it was doing. */
  forgotten(client: string): void;
}

interface Open {
  client: string;
  isAcknowledged: boolean;
  settle(verdict: OwnerVerdict): void;
}

/** Of so many ended calls a late result is still known. */
const mostEnded = 256;

const notSent: Readonly<Record<Exclude<Sent, "sent">, string>> = {
  unheard: "nobody listens for it, so it was not started",
  away: "the broker is away, so it was not started",
  refused: "the broker does not let it out, so it was not started",
};

const unknown = (reason: string): OwnerVerdict => ({ status: "unknown", reason });

function verdictOf(result: Exclude<FlowResult, { ack: true }>): OwnerVerdict {
  if (!result.ok) return { status: "failed", reason: result.error ?? "the flow gave no reason" };
  const { say, data } = result;
  return { status: "done", ...(say !== undefined && { say }), ...(data !== undefined && { data }) };
}

/** When a busy machine wakes us later than this, what came meanwhile is looked at before anything is given up. */
const lateMs = 100;
const graceMs = 250;

export function openCalls(options: {
  clock: Clock;
  /** Who has not said by then that it has the call may not have it. */
  ackMs: number;
  onLate(client: string, intent: FlowCall["intent"], result: FlowResult): void;
}): Calls {
  const { clock, ackMs } = options;

  /** Like `clock.after`; a wake-up that is itself late is followed by a moment to read what waits. */
  function afterOnTime(ms: number, run: () => void): () => void {
    const due = clock.monotonic() + ms;
    let disarm = clock.after(ms, () => {
      if (clock.monotonic() - due < lateMs) run();
      else disarm = clock.after(graceMs, run);
    });
    return () => disarm();
  }
  const open = new Map<string, Open>();
  const ended = new Map<string, { client: string; intent: FlowCall["intent"]; isAnswered: boolean }>();

  function remember({ call, intent }: FlowCall, client: string, isAnswered: boolean): void {
    ended.delete(call);
    ended.set(call, { client, intent, isAnswered });
    if (ended.size > mostEnded) ended.delete(ended.keys().next().value as string);
  }

  /** The first verdict; everything that could bring another one ends with it. */
  function begin({ client, call, timeoutMs, signal }: Sending): { entry: Open; verdict: Promise<OwnerVerdict> } {
    const ends: (() => void)[] = [];
    let resolve: (verdict: OwnerVerdict) => void = () => undefined;
    const verdict = new Promise<OwnerVerdict>((done) => {
      resolve = done;
    });
    const entry: Open = {
      client,
      isAcknowledged: false,
      settle(given) {
        for (const end of ends.splice(0)) end();
        if (open.get(call.call) === entry) open.delete(call.call);
        remember(call, client, given.status === "done" || given.status === "failed");
        resolve(given);
      },
    };
    const onAbort = (): void => entry.settle(unknown("needled was stopped before the flow answered"));
    signal?.addEventListener("abort", onAbort, { once: true });
    const nothing = (): void =>
      entry.settle(unknown(entry.isAcknowledged ? "the flow did not answer in time" : "the flow did not take it up"));
    ends.push(
      () => signal?.removeEventListener("abort", onAbort),
      afterOnTime(timeoutMs, nothing),
      afterOnTime(Math.min(ackMs, timeoutMs), () => void (entry.isAcknowledged || nothing())),
    );
    open.set(call.call, entry);
    return { entry, verdict };
  }

  return {
    run(sending) {
      const { entry, verdict } = begin(sending);
      sending.send().then(
        (sent) => void (sent === "sent" || entry.settle({ status: "failed", reason: notSent[sent] })),
        // It may have left before the line broke: the acknowledgement tells.
        () => undefined,
      );
      return verdict;
    },
    take(client, result) {
      const entry = open.get(result.call);
      if (entry?.client === client) {
        if ("ack" in result) entry.isAcknowledged = true;
        else entry.settle(verdictOf(result));
        return { ok: true };
      }
      const over = ended.get(result.call);
      if (entry === undefined && over?.client === client) {
        // A result that comes twice says nothing new.
        if (!("ack" in result) && !over.isAnswered) options.onLate(client, over.intent, result);
        return { ok: true };
      }
      const message = `There is no call ${result.call} for this client.`;
      return { ok: false, code: "no_such_call", message };
    },
    spoil(client, call, why) {
      const entry = open.get(call);
      if (entry?.client === client) entry.settle(unknown(`the flow's answer cannot be read: ${why}`));
    },
    forgotten(client) {
      for (const entry of [...open.values()]) {
        if (entry.client === client) entry.settle(unknown("the flow vanished in the middle"));
      }
    },
  };
}
