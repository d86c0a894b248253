// One command to one device: send it, then believe only what the device says.
import type { Command, Receipt } from "./adapter.ts";
import type { Clock } from "./clock.ts";
import { differs, proofOf } from "./echo.ts";
import { DeviceError } from "./errors.ts";
import type { Device, State } from "./home.ts";
import type { DeviceOutcome } from "./outcome.ts";

/** The way to one device: its adapter and its reports. */
export interface Link {
  send(command: Command, signal: AbortSignal): Promise<Receipt>;
  /** Reports of this device from now on. */
  onReport(listener: (report: State) => void): () => void;
}

export interface DispatchOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

type Verdict = Pick<DeviceOutcome, "status" | "moving" | "reason">;

/** Resolves with what is known of the command's effect when it is proven, refused, timed out or cancelled. */
function watch(device: Device, command: Command, link: Link, options: DispatchOptions): Promise<Verdict> {
  const { timeoutMs, clock, signal } = options;
  return new Promise((resolve) => {
    let report: State = {};
    const stopSending = new AbortController();
    const finish = (verdict: Verdict): void => {
      stopReports();
      stopTimer();
      signal?.removeEventListener("abort", onAbort);
      stopSending.abort();
      resolve(verdict);
    };
    const judge = (seen: State): void => {
      const proof = proofOf(command.expect, seen);
      if (proof === "done") finish({ status: "done" });
      if (proof === "moving") finish({ status: "done", moving: true });
    };
    const onAbort = (): void => finish({ status: "unknown", reason: "cancelled before it answered" });
    const stopReports = link.onReport((news) => {
      report = { ...report, ...news };
      judge(report);
    });
    const stopTimer = clock.after(timeoutMs, () => {
      const reason = differs(command.expect, report);
      finish(reason ? { status: "failed", reason } : { status: "unknown" });
    });
    signal?.addEventListener("abort", onAbort, { once: true });
    const onReceipt = (receipt: Receipt): void => {
      // A device that was already there may not report again; its acceptance and its last word are proof enough.
      if (receipt === "accepted") judge({ ...device.state, ...report });
    };
    const onError = (error: unknown): void => {
      const reason = error instanceof Error ? error.message : String(error);
      // Only these two say for certain that nothing happened.
      const certain = error instanceof DeviceError && (error.code === "device.refused" || error.code === "device.link");
      finish({ status: certain ? "failed" : "unknown", reason });
    };
    link.send(command, stopSending.signal).then(onReceipt, onError);
  });
}

export async function dispatch(
  device: Device,
  command: Command,
  link: Link,
  options: DispatchOptions,
): Promise<DeviceOutcome> {
  const { clock, signal } = options;
  const started = clock.monotonic();
  const before = { ...device.state };
  const verdict: Verdict = signal?.aborted
    ? { status: "rejected", reason: "cancelled before it was sent" }
    : await watch(device, command, link, options);
  const ms = Math.round(clock.monotonic() - started);
  return { device: device.id, name: device.name, ...verdict, before, after: { ...device.state }, ms };
}
