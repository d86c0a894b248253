/** One life of the engine program: start, handshake, requests and answers by id, death. */

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { KernelError } from "./errors.ts";
import type { Frame } from "./frames.ts";
import { encodeFrame, FrameReader, TYPE } from "./frames.ts";
import { readError, readJson } from "./messages.ts";
import { garbage } from "./wire.ts";

export interface ProcessOptions {
  readonly enginePath: string;
  readonly args: readonly string[];
  /** Descriptor of the weights; the engine gets it as fd 3. */
  readonly weightsFd: number;
  readonly log: (line: string) => void;
  readonly readyTimeoutMs: number;
  /** With work outstanding and no frame for this long, the engine counts as hung. */
  readonly hangTimeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
}

export type ReadyInfo = { readonly [key: string]: unknown };

interface Pending {
  readonly type: number;
  readonly resolve: (body: Uint8Array) => void;
  readonly reject: (error: KernelError) => void;
}

const EXIT_DRAIN_MS = 250;
const CLOSE_GRACE_MS = 500;
const MAX_ID = 0xffff_ffff;

export class EngineProcess {
  /** Resolves, never rejects, with the reason once the process is gone and every request has failed. */
  readonly ended: Promise<KernelError>;
  private readonly child: ChildProcess;
  private readonly stdin: Writable;
  private readonly options: ProcessOptions;
  private readonly reader = new FrameReader();
  private readonly pending = new Map<number, Pending>();
  private readonly whenReady: Promise<ReadyInfo>;
  private settleReady: { resolve: (info: ReadyInfo) => void; reject: (error: KernelError) => void } | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private reason: KernelError | undefined;
  private hasEnded = false;
  private lastId = 0;

  private constructor(options: ProcessOptions) {
    this.options = options;
    const { args, enginePath, env, weightsFd } = options;
    this.child = spawn(enginePath, [...args], { env: { ...env }, stdio: ["pipe", "pipe", "pipe", weightsFd] });
    this.stdin = this.child.stdin as Writable;
    this.whenReady = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject };
    });
    this.ended = new Promise((resolve) => this.listen(resolve));
    this.watch(options.readyTimeoutMs);
  }

  /** Starts the program and waits for its READY. */
  static async start(options: ProcessOptions): Promise<{ process: EngineProcess; info: ReadyInfo }> {
    const process = new EngineProcess(options);
    return { process, info: await process.whenReady };
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** How many requests the engine still owes an answer, abandoned ones included. */
  get waiting(): number {
    return this.pending.size;
  }

  /** Sends one request. The answer's body comes, or the process dies and the promise rejects: never neither. */
  request(type: number, body: Uint8Array): { id: number; answer: Promise<Uint8Array> } {
    const id = this.nextId();
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      if (this.hasEnded || this.reason !== undefined) reject(this.reason ?? died("before the request"));
      else this.send({ id, type, body }, { type, resolve, reject });
    });
    return { id, answer };
  }

  /** Sends a frame that has no answer. */
  notify(type: number, body: Uint8Array): void {
    if (!this.hasEnded) this.stdin.write(encodeFrame({ id: this.nextId(), type, body }));
  }

  /** Ends the process now; what waits fails with `reason`. */
  kill(reason: KernelError): void {
    this.reason ??= reason;
    this.child.kill("SIGKILL");
  }

  /** Lets the process leave by itself, then ends it. */
  async close(): Promise<void> {
    this.reason ??= new KernelError("engine.closed");
    this.stdin.end();
    const timer = setTimeout(() => this.child.kill("SIGKILL"), CLOSE_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  private send(frame: Frame, pending: Pending): void {
    this.stdin.write(encodeFrame(frame));
    this.pending.set(frame.id, pending);
    if (this.pending.size === 1) this.watch(this.options.hangTimeoutMs);
  }

  private listen(resolveEnded: (reason: KernelError) => void): void {
    const { child } = this;
    const finish = (how: string): void => this.finish(how, resolveEnded);
    child.once("error", (error) => {
      this.reason ??= new KernelError("config.engine_missing", { path: this.options.enginePath }, error);
      if (child.pid === undefined) finish("never started");
    });
    child.once("exit", (code, signal) => {
      const how = signal ?? `exit ${code}`;
      // Answers may still lie in the pipe; a descendant holding it open must not keep us waiting.
      const timer = setTimeout(() => finish(how), EXIT_DRAIN_MS);
      child.once("close", () => {
        clearTimeout(timer);
        finish(how);
      });
    });
    // A write to a dead engine fails here; the exit event that follows tells the waiting requests.
    this.stdin.on("error", (error) => this.options.log(`stdin: ${error.message}`));
    (child.stdout as Readable).on("data", (chunk: Uint8Array) => this.receive(chunk));
    logLines(child.stderr as Readable, this.options.log);
  }

  /** Bytes from the engine are not trusted: whatever cannot be read ends it. */
  private receive(chunk: Uint8Array): void {
    if (this.reason !== undefined && this.pending.size === 0) return;
    try {
      for (const frame of this.reader.push(chunk)) this.dispatch(frame);
    } catch (error) {
      this.kill(error instanceof KernelError ? error : garbage(String(error)));
    }
  }

  private dispatch(frame: Frame): void {
    if (frame.id === 0 || this.settleReady !== undefined) {
      this.dispatchOwn(frame);
      return;
    }
    const pending = this.pending.get(frame.id);
    if (pending === undefined) throw garbage(`an answer to nothing (${frame.id})`);
    const error = frame.type === TYPE.error ? readError(frame.body) : undefined;
    if (error === undefined && frame.type !== pending.type + TYPE.ready)
      throw garbage(`type ${frame.type} in answer to ${pending.type}`);
    // Only what has been read whole is taken off: anything above leaves the request to fail with the process.
    this.pending.delete(frame.id);
    this.watch(this.pending.size > 0 ? this.options.hangTimeoutMs : undefined);
    if (error === undefined) pending.resolve(frame.body);
    else pending.reject(error);
  }

  /** Frames the engine sends of itself: READY, or what keeps it from working. */
  private dispatchOwn(frame: Frame): void {
    if (frame.type === TYPE.error) {
      this.kill(readError(frame.body));
      return;
    }
    if (this.settleReady === undefined) return;
    if (frame.id !== 0 || frame.type !== TYPE.ready) throw garbage("no READY");
    const info = readJson(frame.body);
    this.watch(undefined);
    this.settleReady.resolve(info);
    this.settleReady = undefined;
  }

  private watch(ms: number | undefined): void {
    clearTimeout(this.watchdog);
    if (ms === undefined) return;
    this.watchdog = setTimeout(() => this.kill(new KernelError("engine.hung", { ms })), ms);
  }

  /** The one place where a life ends: every promise given out is settled here. */
  private finish(how: string, resolveEnded: (reason: KernelError) => void): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.watch(undefined);
    this.reason ??= died(how);
    for (const { reject } of this.pending.values()) reject(this.reason);
    this.pending.clear();
    this.settleReady?.reject(this.reason);
    this.settleReady = undefined;
    resolveEnded(this.reason);
  }

  /** 0 is the engine's own, and an id is not used again while its answer is due. */
  private nextId(): number {
    do this.lastId = this.lastId >= MAX_ID ? 1 : this.lastId + 1;
    while (this.pending.has(this.lastId));
    return this.lastId;
  }
}

function died(how: string): KernelError {
  return new KernelError("engine.died", { how });
}

const MAX_LINE = 4096;

/** Lines of a stream; what is longer than a line can be is cut, not kept. */
function logLines(stream: Readable, log: (line: string) => void): void {
  let held = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (held + text).split("\n");
    held = (lines.pop() ?? "").slice(0, MAX_LINE);
    for (const line of lines) log(line.slice(0, MAX_LINE));
  });
  stream.once("end", () => {
    if (held !== "") log(held);
  });
}
