// The interpreter of a home: its tools and names as one catalogue on an engine that is started with the first question.
import type { Speaker } from "@needled/devices";
import {
  type Answer,
  type AnsweredCall,
  Catalogue,
  type Engine,
  type Fact,
  renderTool,
  type Tool,
} from "@needled/kernels";
import { type EngineOptions, openEngine } from "./engine-options.ts";
import { isRetryable, messageOf } from "./errors.ts";
import type { Interpreter, Question, ReadCall, Reading } from "./ports.ts";
import type { Refusal } from "./protocol.ts";

export interface BrainOptions extends EngineOptions {
  tools(): readonly Tool[];
  /** Without those that came at run time: one of these that cannot be shown is left out instead of failing all. */
  ownTools?(): readonly Tool[];
  /** The names of the home as they are now. */
  lexicon(): readonly string[];
  /** What the model may know of the speaker; only the kinds that it was trained with are passed on. */
  facts?(speaker: Speaker): readonly Fact[];
}

export interface Brain extends Interpreter {
  /** Loads the engine and registers the tools; throws a coded error when that cannot be done. */
  ready(signal: AbortSignal): Promise<void>;
  /** Name of the model, once it is loaded. */
  readonly model: string;
  /** Calibrated confidence below which the model's card says not to act. */
  readonly threshold: number;
  /** Names or tools have changed: the next question gets a new catalogue. */
  renew(): void;
  /** Makes the new catalogue now rather than with the next question; never rejects. */
  warm(signal: AbortSignal): Promise<void>;
  /** Why a tool cannot be shown to the model; undefined: it can, or nobody knows yet. */
  unfitFor(tool: Tool): string | undefined;
  close(): Promise<void>;
}

interface Loaded {
  engine: Engine;
  catalogue: Catalogue;
}

function findingOf({ findings }: AnsweredCall): Refusal | undefined {
  const [first] = findings;
  if (first === undefined) return undefined;
  return { code: first.code, message: `${first.key || "The call"} ${first.message}.` };
}

function toReadCall(call: AnsweredCall): ReadCall {
  const problem = findingOf(call);
  return {
    name: call.name,
    arguments: call.arguments,
    spans: call.spans,
    confidence: call.confidence,
    rawConfidence: call.raw,
    maskMass: call.maskMass,
    ...(problem && { problem }),
  };
}

function toReading(answer: Answer, registered: number, load: number): Reading {
  const { encodeMs, decodeMs, totalMs } = answer.timings;
  return {
    calls: answer.calls.map(toReadCall),
    ...(answer.refusal && { refusal: answer.refusal }),
    inPlay: [...answer.inPlay],
    registered,
    ms: { load, engine: totalMs, encode: encodeMs, decode: decodeMs },
  };
}

/** Why the model cannot be shown a tool. */
function faultOf({ model }: Engine, tool: Tool): string | undefined {
  try {
    renderTool(tool, model.blockTokens, (segment) => model.tokenizer.encode(segment).length);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

export function openBrain(options: BrainOptions): Brain {
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;
  let isStale = false;
  let renewing: Promise<Catalogue> | undefined;

  async function create(engine: Engine, signal: AbortSignal): Promise<Catalogue> {
    const lexicon = options.lexicon();
    const own = new Set(options.ownTools?.() ?? options.tools());
    const create = (tools: readonly Tool[]) => Catalogue.create(engine, { tools, lexicon, signal });
    return create(options.tools()).catch((error: unknown) => {
      if (options.ownTools === undefined || isRetryable(error)) throw error;
      const fit = options.tools().filter((tool) => own.has(tool) || faultOf(engine, tool) === undefined);
      options.log.warn("tools of flows are left out", { message: messageOf(error) });
      return create(fit);
    });
  }

  async function catalogueOn(engine: Engine, signal: AbortSignal): Promise<Catalogue> {
    isStale = false;
    const catalogue = await create(engine, signal).catch((error: unknown) => {
      // The next question tries again; the old names would stay else.
      isStale = true;
      throw error;
    });
    for (const cut of catalogue.cuts) options.log.warn("a tool was shortened", { ...cut });
    return catalogue;
  }

  /** Who asks while a new catalogue is made waits for it: what was registered before a question counts for it. */
  async function newest(now: Loaded, signal: AbortSignal): Promise<Catalogue> {
    if (isStale) {
      const before = renewing?.catch(() => undefined);
      const mine = (async () => {
        await before;
        now.catalogue = await catalogueOn(now.engine, signal);
        return now.catalogue;
      })();
      isStale = false;
      renewing = mine;
      void mine
        .catch(() => undefined)
        .finally(() => {
          if (renewing === mine) renewing = undefined;
        });
    }
    return renewing ?? now.catalogue;
  }

  async function load(signal: AbortSignal): Promise<Loaded> {
    const engine = await openEngine(options);
    try {
      loaded = { engine, catalogue: await catalogueOn(engine, signal) };
      return loaded;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** A failed start is forgotten, so that the next question may try again. */
  function whenLoaded(signal: AbortSignal): Promise<Loaded> {
    loading ??= load(signal).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return {
    async ready(signal) {
      await whenLoaded(signal);
    },
    async read(question: Question, signal: AbortSignal): Promise<Reading> {
      const asked = performance.now();
      const now = await whenLoaded(signal);
      const catalogue = await newest(now, signal);
      const load = performance.now() - asked;
      const { facts: known } = now.engine.model;
      const told = (options.facts?.(question.speaker) ?? []).filter(({ name }) =>
        known.includes(name.split(" ")[0] ?? ""),
      );
      return toReading(
        await catalogue.ask(question.text, { signal, facts: told }),
        catalogue.program.tools.length,
        load,
      );
    },
    get model() {
      return loaded === undefined ? "not loaded" : loaded.engine.model.name;
    },
    get threshold() {
      return loaded?.engine.model.threshold ?? 1;
    },
    renew() {
      isStale = true;
    },
    async warm(signal) {
      if (loaded === undefined) return;
      await newest(loaded, signal).catch((error: unknown) => {
        // The next question tries again, and says what is wrong.
        options.log.debug("the new catalogue is not made yet", { message: messageOf(error) });
      });
    },
    unfitFor: (tool) => (loaded === undefined ? undefined : faultOf(loaded.engine, tool)),
    async close() {
      // Whoever asked has been told of a failed start; here it only means that there is nothing to close.
      const open = await loading?.catch(() => undefined);
      await open?.engine.close();
    },
  };
}
