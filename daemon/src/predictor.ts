// The shipped engine and model as a predictor for `needled eval`: every record brings its own tools.
import { Catalogue, type Engine, type Tool } from "@needled/kernels";
import { type EngineOptions, openEngine } from "./engine-options.ts";
import type { Predicted, Predictor } from "./eval/predict.ts";
import type { RawFact, RawTool } from "./eval/records.ts";
import type { PlainCall } from "./protocol.ts";

export interface OpenPredictor extends Predictor {
  readonly model: string;
  close(): Promise<void>;
}

/** Sets often repeat a list of tools; the newest lists are kept compiled. */
const keptCatalogues = 64;

/** One order for any order of the same tools, so that nothing can depend on how a set was shuffled. */
function sortTools(tools: readonly RawTool[]): { key: string; sorted: Tool[] } {
  const texts = tools.map((tool) => ({ tool, text: JSON.stringify(tool) }));
  texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  // The kernels check every field of a tool themselves: a record may hold anything.
  return { key: texts.map(({ text }) => text).join("\n"), sorted: texts.map(({ tool }) => tool as unknown as Tool) };
}

/** The names that only the context holds: what a home's lexicon is in the product. */
function namesIn(facts: readonly RawFact[]): string[] {
  const names = facts.flatMap(({ name, fields = {} }) => [
    ...(name.startsWith("device ") ? [name.slice("device ".length)] : []),
    ...Object.values(fields),
  ]);
  return [...new Set(names)].sort();
}

class CatalogueCache {
  private readonly engine: Engine;
  private readonly kept = new Map<string, Catalogue>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  async get(tools: readonly RawTool[], facts: readonly RawFact[], signal: AbortSignal): Promise<Catalogue> {
    const { key: toolsKey, sorted } = sortTools(tools);
    const lexicon = namesIn(facts);
    const key = [toolsKey, ...lexicon].join("\n");
    const known = this.kept.get(key);
    this.kept.delete(key);
    const catalogue = known ?? (await Catalogue.create(this.engine, { tools: sorted, lexicon, signal }));
    this.kept.set(key, catalogue);
    const [oldest] = this.kept.keys();
    if (this.kept.size > keptCatalogues && oldest !== undefined) this.kept.delete(oldest);
    return catalogue;
  }
}

export async function openPredictor(options: EngineOptions): Promise<OpenPredictor> {
  const engine = await openEngine(options);
  const cache = new CatalogueCache(engine);
  const { threshold, name } = engine.model;

  async function predict(
    query: string,
    tools: readonly RawTool[],
    signal: AbortSignal,
    facts: readonly RawFact[] = [],
  ): Promise<Predicted> {
    // Without a tool there is one legal answer, and it needs no model.
    if (tools.length === 0) return { raw: [], answers: [], confidence: 1 };
    const catalogue = await cache.get(tools, facts, signal);
    const { calls, refusal } = await catalogue.ask(query, { facts, signal });
    const plain = (call: (typeof calls)[number]): PlainCall => ({ name: call.name, arguments: call.arguments });
    // What the product would refuse, eval does not count as an answer: too unsure, or against the tool's own schema.
    const kept = calls.filter((call) => call.confidence >= threshold && call.findings.length === 0);
    return {
      raw: calls.map(plain),
      answers: kept.map(plain),
      confidence: Math.min(
        ...calls.map((call) => call.confidence),
        ...(calls.length === 0 ? [refusal?.confidence ?? 0] : []),
      ),
    };
  }

  return { model: name, predict, close: () => engine.close() };
}
