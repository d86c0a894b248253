/** The engine as callers see it: register blocks, call, survive its deaths. */
import type { EngineProcess, ReadyInfo } from "./engine-process.ts";
import { codeOf, KernelError } from "./errors.ts";
import { TYPE } from "./frames.ts";
import type { BlockAnswer, BlockId, BlockKind, CallAnswer } from "./messages.ts";
import * as messages from "./messages.ts";
import type { ModelInfo } from "./model-info.ts";
import { Scope } from "./scope.ts";
import type { Supervisor } from "./supervisor.ts";

/** A block as the engine knows it; holds its text so that an engine that forgot can be told again. */
export interface Block {
  readonly id: BlockId;
  readonly kind: BlockKind;
  readonly text: string;
  readonly tokens: number;
}

/** A grammar program, by its bytes; one object stays one program over all lives of the engine. */
export interface ProgramHandle {
  readonly bytes: Uint8Array;
}

export interface CallRequest {
  readonly query: string;
  /** In program order. */
  readonly tools: readonly Block[];
  readonly facts?: readonly Block[];
  readonly program: ProgramHandle;
  /** At most this many calls in one answer; the engine's own limit, 8, when absent. */
  readonly maxCalls?: number;
  readonly signal?: AbortSignal | undefined;
  /** From now, waiting included; past it the call fails and the engine is told to stop. */
  readonly deadlineMs?: number | undefined;
}

/** For comparing executors: what is legal after each prefix of `ids`. */
export interface MasksRequest {
  readonly program: ProgramHandle;
  readonly tools: readonly number[];
  readonly query: string;
  readonly ids: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** For comparing with training: logits before each of `ids`, which start with 1. */
export interface LogitsRequest {
  readonly blocks: readonly Block[];
  readonly query: string;
  readonly ids: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface Engine {
  readonly model: ModelInfo;
  /** What the engine said in its READY frame: version, pid, lockdown, isa, … */
  readonly ready: ReadyInfo;
  readonly restarts: number;
  /** Makes a block known; telling the same text twice costs a frame, not an encoding. */
  register(text: string, kind: BlockKind, signal?: AbortSignal): Promise<Block>;
  /** Fails with a typed error, retryable where the engine died or hung; it is never repeated here, for the caller may have a deadline. */
  call(request: CallRequest): Promise<CallAnswer>;
  tokenize(text: string, signal?: AbortSignal): Promise<number[]>;
  /** One row of ⌈vocabulary / 8⌉ bytes a step. */
  masks(request: MasksRequest): Promise<Uint8Array[]>;
  logits(request: LogitsRequest): Promise<Float32Array[]>;
  stats(signal?: AbortSignal): Promise<{ readonly [key: string]: unknown }>;
  close(): Promise<void>;
}

// The engine refuses its 65th waiting frame; a few places stay free for CANCEL and STATS.
const ENGINE_QUEUE = 60;

/** What one life of the engine was told. */
interface Memory {
  readonly blocks: Set<BlockId>;
  readonly programs: Map<ProgramHandle, bigint>;
}

interface Needs {
  readonly blocks: readonly Block[];
  readonly program?: ProgramHandle;
}

export interface EngineLimits {
  readonly maxQueue: number;
  readonly timeoutMs: number;
}

export class SupervisedEngine implements Engine {
  readonly model: ModelInfo;
  private readonly supervisor: Supervisor;
  // Keyed by the process, so that a new life starts with nothing known.
  private readonly memories = new WeakMap<EngineProcess, Memory>();
  private readonly maxQueue: number;
  private readonly timeoutMs: number;
  private active = 0;
  private readonly release: () => Promise<void>;

  constructor(model: ModelInfo, supervisor: Supervisor, limits: EngineLimits, release: () => Promise<void>) {
    this.model = model;
    this.supervisor = supervisor;
    this.maxQueue = limits.maxQueue;
    this.timeoutMs = limits.timeoutMs;
    this.release = release;
  }

  get ready(): ReadyInfo {
    return this.supervisor.info;
  }

  get restarts(): number {
    return this.supervisor.restarts;
  }

  async register(text: string, kind: BlockKind, signal?: AbortSignal): Promise<Block> {
    const answer = await this.within(signal, undefined, async (scope) => {
      const process = await this.supervisor.running(scope.signal);
      return this.tellBlock(process, { kind, text }, scope);
    });
    return { id: answer.id, kind, text, tokens: answer.tokens };
  }

  async call(request: CallRequest): Promise<CallAnswer> {
    const { tools, facts = [], program } = request;
    const needs = { blocks: facts.length > 0 ? [...tools, ...facts] : tools, program };
    const ids = { tools: tools.map(({ id }) => id), facts: facts.map(({ id }) => id) };
    const body = await this.within(request.signal, request.deadlineMs, (scope) =>
      this.asking(needs, scope, TYPE.call, (programId) =>
        messages.callBody({
          ...ids,
          program: programId,
          maxCalls: request.maxCalls ?? 0,
          deadlineMs: request.deadlineMs === undefined ? 0 : scope.leftMs(),
          query: request.query,
        }),
      ),
    );
    return messages.readCall(body);
  }

  async tokenize(text: string, signal?: AbortSignal): Promise<number[]> {
    return messages.readIds(await this.plain(TYPE.tokenize, messages.textBody(text), signal));
  }

  async masks(request: MasksRequest): Promise<Uint8Array[]> {
    const { program, ...rest } = request;
    const body = await this.within(request.signal, undefined, (scope) =>
      this.asking({ blocks: [], program }, scope, TYPE.masks, (id) => messages.masksBody({ ...rest, program: id })),
    );
    return messages.readMasks(body, this.model.tokenizer.size);
  }

  async logits(request: LogitsRequest): Promise<Float32Array[]> {
    const { blocks, query, ids } = request;
    const body = await this.within(request.signal, undefined, (scope) =>
      this.asking({ blocks }, scope, TYPE.logits, () =>
        messages.logitsBody({ blocks: blocks.map(({ id }) => id), query, ids }),
      ),
    );
    return messages.readLogits(body);
  }

  async stats(signal?: AbortSignal): Promise<{ readonly [key: string]: unknown }> {
    return messages.readJson(await this.plain(TYPE.stats, new Uint8Array(0), signal));
  }

  async close(): Promise<void> {
    await this.supervisor.close();
    await this.release();
  }

  private plain(type: number, body: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.within(signal, undefined, async (scope) =>
      this.send(await this.supervisor.running(scope.signal), type, body, scope),
    );
  }

  private async within<T>(
    signal: AbortSignal | undefined,
    deadlineMs: number | undefined,
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> {
    if (this.active >= this.maxQueue) throw new KernelError("request.busy");
    const scope = new Scope(signal, deadlineMs ?? this.timeoutMs);
    this.active++;
    try {
      return await work(scope);
    } finally {
      this.active--;
      scope.end();
    }
  }

  /** Tells the engine what the request needs, asks, and once more from scratch when it had forgotten something. */
  private async asking(
    needs: Needs,
    scope: Scope,
    type: number,
    body: (program: bigint) => Uint8Array,
  ): Promise<Uint8Array> {
    const process = await this.supervisor.running(scope.signal);
    const once = async (): Promise<Uint8Array> => {
      const program = await this.prepare(process, needs, scope);
      return this.send(process, type, body(program), scope);
    };
    try {
      return await once();
    } catch (error) {
      if (codeOf(error) !== "engine.forgot") throw error;
      this.memories.delete(process);
    }
    try {
      return await once();
    } catch (error) {
      // Told everything a moment ago, the engine can only have forgotten for want of room.
      throw codeOf(error) === "engine.forgot" ? new KernelError("request.too_many_blocks", {}, error) : error;
    }
  }

  private async prepare(process: EngineProcess, needs: Needs, scope: Scope): Promise<bigint> {
    const memory = this.memoryOf(process);
    for (const block of needs.blocks) if (!memory.blocks.has(block.id)) await this.tellBlock(process, block, scope);
    if (needs.program === undefined) return 0n;
    const known = memory.programs.get(needs.program);
    if (known !== undefined) return known;
    const id = messages.readProgramId(await this.send(process, TYPE.program, needs.program.bytes, scope));
    memory.programs.set(needs.program, id);
    return id;
  }

  private async tellBlock(
    process: EngineProcess,
    { kind, text }: Pick<Block, "kind" | "text">,
    scope: Scope,
  ): Promise<BlockAnswer> {
    const answer = messages.readBlock(await this.send(process, TYPE.block, messages.blockBody(kind, text), scope));
    this.memoryOf(process).blocks.add(answer.id);
    return answer;
  }

  private memoryOf(process: EngineProcess): Memory {
    const known = this.memories.get(process);
    if (known !== undefined) return known;
    const memory = { blocks: new Set<BlockId>(), programs: new Map<ProgramHandle, bigint>() };
    this.memories.set(process, memory);
    return memory;
  }

  private async send(process: EngineProcess, type: number, body: Uint8Array, scope: Scope): Promise<Uint8Array> {
    scope.check();
    // Abandoned requests still occupy the engine until it answers them.
    if (process.waiting >= ENGINE_QUEUE) throw new KernelError("request.busy");
    const { id, answer } = process.request(type, body);
    const result = await scope.race(answer, () => process.notify(TYPE.cancel, messages.cancelBody(id)));
    this.supervisor.noteAnswer();
    return result;
  }
}
