/** The time one request has: the caller's signal and its deadline as one. */
import { KernelError } from "./errors.ts";

export class Scope {
  private readonly controller = new AbortController();
  private readonly outer: AbortSignal | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly endsAt: number;
  private readonly onOuter: () => void;

  constructor(outer: AbortSignal | undefined, ms: number) {
    this.outer = outer;
    this.endsAt = performance.now() + ms;
    this.onOuter = () => this.controller.abort(new KernelError("request.cancelled", {}, outer?.reason));
    this.timer = setTimeout(() => this.controller.abort(new KernelError("request.deadline", { ms })), ms);
    if (outer?.aborted) this.onOuter();
    else outer?.addEventListener("abort", this.onOuter);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Never 0, which would mean no deadline on the wire. */
  leftMs(): number {
    return Math.max(1, Math.ceil(this.endsAt - performance.now()));
  }

  check(): void {
    if (this.signal.aborted) throw this.signal.reason;
  }

  /** The promise's result, unless time runs out first; then `onAbort` tells the other side. */
  race<T>(promise: Promise<T>, onAbort: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        onAbort();
        reject(this.signal.reason);
      };
      this.signal.addEventListener("abort", abort);
      const leave = (): void => this.signal.removeEventListener("abort", abort);
      promise.then(resolve, reject).finally(leave);
    });
  }

  end(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener("abort", this.onOuter);
  }
}
