// One record to one prediction line. It is handed the query, the tools and the context, and nothing else a record holds.
import { blankControls } from "../admit.ts";
import { codeOf, isRetryable, messageOf } from "../errors.ts";
import type { PlainCall, Prediction } from "../protocol.ts";
import type { EvalRecord, RawFact, RawTool } from "./records.ts";

export interface Predicted {
  raw: PlainCall[];
  /** What is left of `raw` after the shipped threshold. */
  answers: PlainCall[];
  confidence: number;
}

export interface Predictor {
  predict(
    query: string,
    tools: readonly RawTool[],
    signal: AbortSignal,
    facts?: readonly RawFact[],
  ): Promise<Predicted>;
}

const nothing: Predicted = { raw: [], answers: [], confidence: 0 };

async function predictTwice(
  predictor: Predictor,
  { query, tools, facts }: Pick<EvalRecord, "query" | "tools" | "facts">,
  signal: AbortSignal,
): Promise<Predicted> {
  try {
    return await predictor.predict(query, tools, signal, facts);
  } catch (error) {
    if (!isRetryable(error) || signal.aborted) throw error;
    return await predictor.predict(query, tools, signal, facts);
  }
}

/** Never throws for what a record holds; only an abort ends the run. */
export async function predictRecord(
  record: EvalRecord,
  predictor: Predictor,
  options: { nowMs(): number; signal: AbortSignal },
): Promise<Prediction> {
  const { id, query } = record;
  const startedMs = options.nowMs();
  const finish = (found: Predicted, error?: string): Prediction => {
    const ms = Number((options.nowMs() - startedMs).toFixed(3));
    const { answers, raw, confidence } = found;
    return {
      id,
      query,
      answers,
      raw,
      confidence: Number(confidence.toFixed(6)),
      ms,
      ...(error !== undefined && { error }),
    };
  };
  if (record.broken !== undefined) return finish(nothing, `request.record: ${record.broken}`);
  try {
    return finish(await predictTwice(predictor, { ...record, query: blankControls(query) }, options.signal));
  } catch (error) {
    options.signal.throwIfAborted();
    return finish(nothing, `${codeOf(error)}: ${messageOf(error)}`);
  }
}
