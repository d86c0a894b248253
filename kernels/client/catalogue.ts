/** Tools, names and facts registered with an engine as one thing that can be asked. */
import type { Block, Engine, ProgramHandle } from "./engine.ts";
import { KernelError } from "./errors.ts";
import type { RawCall, Refusal, Timings } from "./messages.ts";
import type { CompiledTool, Program } from "./program.ts";
import { compileProgram } from "./program.ts";
import type { Fact, TokenCounter } from "./render.ts";
import { renderFact, renderTool } from "./render.ts";
import type { Tool } from "./schema.ts";
import type { Question, Span } from "./spans.ts";
import { findSpan, readQuestion } from "./spans.ts";
import type { Finding, Validator } from "./validate.ts";
import { loadValidation, makeValidator } from "./validate.ts";
import type { Json } from "./values.ts";
import { readArguments } from "./values.ts";
import { garbage } from "./wire.ts";

export const MAX_TOOLS = 4096;

export interface CatalogueOptions {
  readonly tools: readonly Tool[];
  /** Names that exist in this home now. */
  readonly lexicon?: readonly string[];
  readonly facts?: readonly Fact[];
  readonly signal?: AbortSignal | undefined;
}

export interface AskOptions {
  /** True for this question only: the speaker's room, the time. */
  readonly facts?: readonly Fact[];
  readonly maxCalls?: number;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number | undefined;
}

export interface AnsweredCall {
  readonly name: string;
  readonly arguments: { readonly [key: string]: Json };
  /** Calibrated, 0 … 1: the share of such calls that are right. */
  readonly confidence: number;
  /** The product of the model's own probabilities. */
  readonly raw: number;
  /** How much probability the grammar left the model at its least free step; low means it wanted to say something else. */
  readonly maskMass: number;
  /** By key, in UTF-16 units of the question as it was asked. */
  readonly spans: { readonly [key: string]: Span };
  /** What the schema forbids and the grammar let through: ranges above all. */
  readonly findings: readonly Finding[];
}

export interface Answer {
  readonly calls: readonly AnsweredCall[];
  /** Set when nothing was called: how sure the model is that nothing fits. */
  readonly refusal: Refusal | undefined;
  /** The tools the engine chose to look at. */
  readonly inPlay: readonly string[];
  readonly timings: Timings;
}

/** What had to be cut so that a block fits. */
export interface Cut {
  readonly block: string;
  readonly cuts: readonly string[];
}

const NO_TIME: Timings = { queryTokens: 0, answerTokens: 0, passes: 0, encodeMs: 0, decodeMs: 0, totalMs: 0 };

/** One catalogue on one engine; immutable: a changed home makes a new one, and equal blocks are not encoded again. */
export class Catalogue {
  readonly program: Program;
  readonly cuts: readonly Cut[];
  private readonly engine: Engine;
  private readonly toolBlocks: readonly Block[];
  private readonly factBlocks: readonly Block[];
  private readonly validators: readonly Validator[];
  private readonly handle: ProgramHandle;

  private constructor(engine: Engine, program: Program, blocks: Blocks, tools: readonly Tool[]) {
    this.engine = engine;
    this.program = program;
    this.handle = { bytes: program.bytes };
    this.toolBlocks = blocks.tools;
    this.factBlocks = blocks.facts;
    this.cuts = blocks.cuts;
    this.validators = tools.map(makeValidator);
  }

  /** Compiles the tools and registers every block. */
  static async create(engine: Engine, options: CatalogueOptions): Promise<Catalogue> {
    const { tools, lexicon = [], facts = [], signal } = options;
    if (tools.length > MAX_TOOLS)
      throw new KernelError("request.too_many_tools", { count: tools.length, limit: MAX_TOOLS });
    const program = compileProgram(tools, lexicon);
    const registering = registerBlocks(engine, { tools, program, facts }, signal);
    // The engine encodes now, and this process would only wait.
    loadValidation();
    return new Catalogue(engine, program, await registering, tools);
  }

  /** Asks one question. Answers are independent of each other. */
  async ask(query: string, options: AskOptions = {}): Promise<Answer> {
    const question = readQuestion(query);
    if (question.cleaned === "") throw new KernelError("request.empty_query");
    // With nothing to call there is one right answer, and the grammar has no way to say it.
    if (this.toolBlocks.length === 0)
      return { calls: [], refusal: { confidence: 1, maskMass: 1 }, inPlay: [], timings: NO_TIME };
    const { facts = [], signal, deadlineMs, maxCalls } = options;
    const moreFacts = await registerFacts(this.engine, facts, [], signal);
    const answer = await this.engine.call({
      query: question.cleaned,
      tools: this.toolBlocks,
      facts: [...this.factBlocks, ...moreFacts],
      program: this.handle,
      ...(maxCalls === undefined ? {} : { maxCalls }),
      signal,
      deadlineMs,
    });
    return {
      calls: answer.calls.map((call) => this.readCall(call, question)),
      refusal: answer.refusal,
      inPlay: answer.inPlay.map((index) => this.tool(index).name),
      timings: answer.timings,
    };
  }

  private readCall(call: RawCall, question: Question): AnsweredCall {
    const tool = this.tool(call.tool);
    const args = readArguments(tool, call.arguments);
    const spans = call.arguments.flatMap(({ prop: index, values }) => {
      const prop = tool.props[index];
      const span = prop && findSpan(question, prop, values, args[prop.key] ?? null);
      return prop && span ? [[prop.key, span] as const] : [];
    });
    const findings = this.validators[call.tool]?.(args) ?? [];
    const { confidence, raw, maskMass } = call;
    return { name: tool.name, arguments: args, spans: Object.fromEntries(spans), confidence, raw, maskMass, findings };
  }

  private tool(index: number): CompiledTool {
    const tool = this.program.tools[index];
    if (tool === undefined) throw garbage(`tool ${index} of ${this.program.tools.length}`);
    return tool;
  }
}

interface Blocks {
  readonly tools: readonly Block[];
  readonly facts: readonly Block[];
  readonly cuts: readonly Cut[];
}

interface Sources {
  readonly tools: readonly Tool[];
  readonly program: Program;
  readonly facts: readonly Fact[];
}

async function registerBlocks(
  engine: Engine,
  { tools, program, facts }: Sources,
  signal?: AbortSignal,
): Promise<Blocks> {
  const cuts: Cut[] = [];
  const blocks: Block[] = [];
  for (const [i, tool] of tools.entries()) {
    const name = program.tools[i]?.shownName ?? tool.name;
    const rendered = renderTool(tool, engine.model.blockTokens, counterOf(engine), name);
    if (rendered.cuts.length > 0) cuts.push({ block: name, cuts: rendered.cuts });
    blocks.push(await engine.register(rendered.text, "tool", signal));
  }
  return { tools: blocks, facts: await registerFacts(engine, facts, cuts, signal), cuts };
}

async function registerFacts(
  engine: Engine,
  facts: readonly Fact[],
  cuts: Cut[],
  signal?: AbortSignal,
): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const fact of facts) {
    const rendered = renderFact(fact, engine.model.blockTokens, counterOf(engine));
    if (rendered.cuts.length > 0) cuts.push({ block: fact.name, cuts: rendered.cuts });
    blocks.push(await engine.register(rendered.text, "fact", signal));
  }
  return blocks;
}

function counterOf(engine: Engine): TokenCounter {
  return (segment) => engine.model.tokenizer.encode(segment).length;
}
