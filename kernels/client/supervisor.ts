/** Keeps one engine process running: restarts it with growing pauses and hands it to requests. */

import type { ProcessOptions, ReadyInfo } from "./engine-process.ts";
import { EngineProcess } from "./engine-process.ts";
import { codeOf, isRetryable, KernelError } from "./errors.ts";

// Doubles from the first to the last, so that a crash loop costs little and a single crash is hardly felt.
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 10_000;

interface Waiter {
  readonly resolve: (process: EngineProcess) => void;
  readonly reject: (error: unknown) => void;
  /** Takes its listener off the request's signal. */
  readonly leave: () => void;
}

export class Supervisor {
  /** What the running (or last) engine said of itself. */
  info: ReadyInfo = {};
  restarts = 0;
  private readonly options: ProcessOptions;
  private readonly waiters = new Set<Waiter>();
  private current: EngineProcess | undefined;
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;
  private launching: Promise<void> | undefined;
  private isClosed = false;

  constructor(options: ProcessOptions) {
    this.options = options;
  }

  /** The first start; its failure is the caller's to report and is not retried. */
  async start(): Promise<void> {
    await this.launch();
  }

  /** The running process, or the next one. */
  async running(signal: AbortSignal): Promise<EngineProcess> {
    if (this.isClosed) throw new KernelError("engine.closed");
    if (signal.aborted) throw signal.reason;
    if (this.current !== undefined) return this.current;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.waiters.delete(waiter);
        const isLate = codeOf(signal.reason) !== "request.cancelled";
        reject(isLate ? new KernelError("engine.unavailable", { why: "it did not come back in time" }) : signal.reason);
      };
      const waiter = { resolve, reject, leave: () => signal.removeEventListener("abort", abort) };
      this.waiters.add(waiter);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** A finished request shows that the engine works: the next pause is short again. */
  noteAnswer(): void {
    this.pauseMs = FIRST_PAUSE_MS;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.settle((waiter) => waiter.reject(new KernelError("engine.closed")));
    await this.launching?.catch((error: unknown) => this.options.log(`closing: ${String(error)}`));
    await this.current?.close();
  }

  /** Waiting requests go on the moment READY has come. */
  private async launch(): Promise<void> {
    const { process, info } = await EngineProcess.start(this.options);
    this.current = process;
    this.info = info;
    void process.ended.then((reason) => this.lost(reason));
    this.settle((waiter) => waiter.resolve(process));
  }

  private settle(how: (waiter: Waiter) => void): void {
    for (const waiter of this.waiters) {
      waiter.leave();
      how(waiter);
    }
    this.waiters.clear();
  }

  private lost(reason: KernelError): void {
    this.current = undefined;
    if (this.isClosed) return;
    this.options.log(`engine: ${reason.message}; restarting in ${this.pauseMs} ms`);
    this.timer = setTimeout(() => this.relaunch(), this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, LAST_PAUSE_MS);
  }

  private relaunch(): void {
    this.restarts++;
    this.launching = this.launch()
      .catch((error: unknown) => {
        const reason =
          error instanceof KernelError ? error : new KernelError("engine.unavailable", { why: String(error) });
        // Waiting cannot mend a missing program or damaged weights.
        if (!isRetryable(reason)) this.settle((waiter) => waiter.reject(reason));
        this.lost(reason);
      })
      .finally(() => {
        this.launching = undefined;
      });
  }
}
