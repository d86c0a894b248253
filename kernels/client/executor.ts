/** The grammar in plain TypeScript: which ids are legal after which (docs/protocol.md section 2). The oracle of grammar.c. */
import { jsonWalk } from "./json-walk.ts";
import type { CompiledProp, CompiledTool, Program } from "./program.ts";
import { EVIDENCE, KIND } from "./program.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { ARG, EOS, TOOL_CALL, VAL } from "./tokenizer.ts";
import { VocabularyTrie } from "./vocabulary-trie.ts";
import type { Walk } from "./walks.ts";
import { DummySpaceWalk, NumberWalk, SpanText, SpanWalk, TextWalk } from "./walks.ts";

const DEFAULT_MAX_BYTES = 512;
const MAX_CALLS = 8;

/** What an answer is decoded against. */
export interface Grammar {
  readonly program: Program;
  readonly tokenizer: Tokenizer;
  /** Program indices of the tools in play. */
  readonly inPlay: readonly number[];
  readonly query: string;
  readonly maxCalls?: number;
}

/** A set of id sequences that agree with the ids read so far; `at` ids of each are read. */
interface Sequences {
  readonly options: readonly { readonly index: number; readonly ids: readonly number[] }[];
  readonly at: number;
}

/** A value half read: as bytes, as one of the canonical texts, or as either. */
interface Value {
  readonly walk: Walk | undefined;
  readonly names: Sequences | undefined;
}

type State =
  | { readonly at: "start" | "end" }
  | { readonly at: "name"; readonly calls: number; readonly names: Sequences }
  | { readonly at: "key"; readonly calls: number; readonly tool: CompiledTool; readonly keys: Sequences }
  | {
      readonly at: "value";
      readonly calls: number;
      readonly tool: CompiledTool;
      readonly prop: number;
      readonly count: number;
      readonly value: Value;
    };

/** A place in an answer: what is legal there, and where each legal id leads. */
export interface Step {
  readonly legal: ReadonlySet<number>;
  /** The place after a legal id; undefined after any other. */
  take(id: number): Step | undefined;
}

/** The place before an answer's first id. */
export function beginAnswer(grammar: Grammar): Step {
  const executor = new Executor(grammar);
  const stepAt = (state: State): Step => {
    const legal = executor.legal(state);
    const take = (id: number): Step | undefined => {
      const next = legal.has(id) ? executor.next(state, id) : undefined;
      return next && stepAt(next);
    };
    return { legal, take };
  };
  return stepAt({ at: "start" });
}

/** The legal ids before each of `ids` and after the last; fewer rows when an id is not legal. */
export function legalIds(grammar: Grammar, ids: readonly number[]): ReadonlySet<number>[] {
  let step: Step | undefined = beginAnswer(grammar);
  const rows = [step.legal];
  for (const id of ids) {
    step = step?.take(id);
    if (step === undefined) break;
    rows.push(step.legal);
  }
  return rows;
}

class Executor {
  private readonly grammar: Grammar;
  private readonly maxCalls: number;
  private readonly trie: VocabularyTrie;
  private readonly question: SpanText;

  constructor(grammar: Grammar) {
    this.grammar = grammar;
    this.maxCalls = grammar.maxCalls ?? MAX_CALLS;
    this.trie = VocabularyTrie.of(grammar.tokenizer);
    this.question = new SpanText(grammar.query);
  }

  legal(state: State): Set<number> {
    switch (state.at) {
      case "start":
        return new Set([TOOL_CALL, EOS]);
      case "end":
        return new Set();
      case "name": {
        const tool = this.toolOf(state.names);
        return new Set([...ahead(state.names), ...(tool ? this.afterProp(tool, -1, state.calls) : [])]);
      }
      case "key":
        return new Set([...ahead(state.keys), ...(complete(state.keys) === undefined ? [] : [VAL])]);
      case "value":
        return this.legalInValue(state);
    }
  }

  next(state: State, id: number): State | undefined {
    if (id === EOS) return { at: "end" };
    if (id === TOOL_CALL) return this.startCall(state);
    if (id === ARG) return this.startArgument(state);
    if (id === VAL) return this.startValue(state);
    switch (state.at) {
      case "name":
        return { ...state, names: advance(state.names, id) };
      case "key":
        return { ...state, keys: advance(state.keys, id) };
      case "value":
        return { ...state, value: this.stepValue(state.value, id) };
      default:
        return undefined;
    }
  }

  /** Only tools in play can be named; equal names mean the first of them. */
  private startCall(state: State): State {
    const calls = "calls" in state ? state.calls : 0;
    const options = this.grammar.inPlay.map((index) => ({
      index,
      ids: this.encode(this.grammar.program.tools[index]?.shownName ?? ""),
    }));
    return { at: "name", calls: calls + 1, names: { options, at: 0 } };
  }

  /** Keys from the last one used up to the first required one: parameters come in order, none required is passed over. */
  private startArgument(state: State): State | undefined {
    const tool = state.at === "name" ? this.toolOf(state.names) : state.at === "value" ? state.tool : undefined;
    if (tool === undefined || (state.at !== "name" && state.at !== "value")) return undefined;
    const from = state.at === "value" ? state.prop + 1 : 0;
    const firstRequired = tool.props.findIndex((prop, i) => i >= from && prop.required);
    const to = firstRequired < 0 ? tool.props.length : firstRequired + 1;
    const options = tool.props.slice(from, to).map((prop, i) => ({ index: from + i, ids: this.encode(prop.shownKey) }));
    return { at: "key", calls: state.calls, tool, keys: { options, at: 0 } };
  }

  private startValue(state: State): State | undefined {
    if (state.at === "value")
      return { ...state, count: state.count + 1, value: this.freshValue(state.tool.props[state.prop]) };
    const prop = state.at === "key" ? complete(state.keys) : undefined;
    if (state.at !== "key" || prop === undefined) return undefined;
    return {
      at: "value",
      calls: state.calls,
      tool: state.tool,
      prop,
      count: 1,
      value: this.freshValue(state.tool.props[prop]),
    };
  }

  /** A value's own ids, and what ends it; a list below its least number of items can only go on. */
  private legalInValue(state: Extract<State, { at: "value" }>): Set<number> {
    const { value, tool, prop, count, calls } = state;
    const legal = new Set(value.names ? ahead(value.names) : []);
    if (value.walk !== undefined) for (const id of this.trie.idsOf(value.walk)) legal.add(id);
    if (!canEnd(value)) return legal;
    const shape = tool.props[prop] as CompiledProp;
    if (shape.list && (shape.maxItems === 0 || count < shape.maxItems)) legal.add(VAL);
    if (!shape.list || count >= shape.minItems) for (const id of this.afterProp(tool, prop, calls)) legal.add(id);
    return legal;
  }

  /** What may follow a finished name (prop -1) or value. */
  private afterProp(tool: CompiledTool, prop: number, calls: number): number[] {
    const rest = tool.props.slice(prop + 1);
    const ids = rest.length > 0 ? [ARG] : [];
    if (rest.some(({ required }) => required)) return ids;
    return [...ids, EOS, ...(calls < this.maxCalls ? [TOOL_CALL] : [])];
  }

  /** Choices are canonical ids only; an entity is canonical ids of a name or the bytes of a span, both followed until one fails. */
  private freshValue(prop: CompiledProp | undefined): Value {
    if (prop?.kind === KIND.choice) return { walk: undefined, names: this.sequences(prop.members) };
    const walk = new DummySpaceWalk(this.valueWalk(prop));
    return { walk, names: prop?.kind === KIND.entity ? this.lexicon() : undefined };
  }

  private valueWalk(prop: CompiledProp | undefined): Walk {
    const { nodes } = this.grammar.program;
    switch (prop?.kind) {
      case KIND.integer:
      case KIND.number:
        return new NumberWalk(prop.kind === KIND.number);
      case KIND.json:
        return jsonWalk(nodes, nodes[prop.root] ?? { type: "any" });
      case KIND.entity:
        return new SpanWalk(this.question);
      default:
        if (prop?.evidence === EVIDENCE.hard) return new SpanWalk(this.question);
        return new TextWalk(prop?.maxBytes || DEFAULT_MAX_BYTES);
    }
  }

  private stepValue(value: Value, id: number): Value {
    const names = value.names && advance(value.names, id);
    return {
      walk: value.walk && this.trie.step(value.walk, id),
      names: names && names.options.length > 0 ? names : undefined,
    };
  }

  private toolOf(names: Sequences): CompiledTool | undefined {
    const index = complete(names);
    return index === undefined ? undefined : this.grammar.program.tools[index];
  }

  /** A name without ids is ignored: it would let an entity be empty. */
  private lexicon(): Sequences {
    const { options, at } = this.sequences(this.grammar.program.lexicon);
    return { options: options.filter(({ ids }) => ids.length > 0), at };
  }

  private sequences(texts: readonly string[]): Sequences {
    return { options: texts.map((text, index) => ({ index, ids: this.encode(text) })), at: 0 };
  }

  private encode(text: string): readonly number[] {
    return this.grammar.tokenizer.encode(text);
  }
}

function canEnd({ walk, names }: Value): boolean {
  return walk?.canEnd === true || (names !== undefined && complete(names) !== undefined);
}

/** The ids that go on with some sequence. */
function ahead({ options, at }: Sequences): number[] {
  return options.flatMap(({ ids }) => ids.slice(at, at + 1));
}

/** The first sequence that is read whole; equal ones mean the first in program order. */
function complete({ options, at }: Sequences): number | undefined {
  const whole = options.filter(({ ids }) => ids.length === at).map(({ index }) => index);
  return whole.length > 0 ? Math.min(...whole) : undefined;
}

function advance({ options, at }: Sequences, id: number): Sequences {
  return { options: options.filter(({ ids }) => ids[at] === id), at: at + 1 };
}
