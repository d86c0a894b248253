// Scores predictions against gold calls. Pure arithmetic: it never sees the model, and predicting never sees it.
import type { Json, PlainCall, Values } from "../protocol.ts";

export interface Scored {
  answers: PlainCall[];
  raw: PlainCall[];
  /** undefined when the record has no usable gold: such a record counts for time and errors only. */
  gold: PlainCall[] | undefined;
  confidence: number;
  ms: number;
  failed: boolean;
}

export interface Metrics {
  n: number;
  scored: number;
  exact: number | null;
  raw_exact: number | null;
  tool_f1: number | null;
  argument_accuracy: number | null;
  refusal_precision: number | null;
  refusal_recall: number | null;
  errors: number;
  p50_ms: number | null;
  p95_ms: number | null;
  ece: number | null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Strings without case and outer blanks; numbers by value; lists in order; objects by key. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a === "string" && typeof b === "string") return a.trim().toLowerCase() === b.trim().toLowerCase();
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

export function sameCall(a: PlainCall, b: PlainCall): boolean {
  return a.name === b.name && sameValue(a.arguments, b.arguments);
}

/** Equal as multisets: order says nothing, repetition does. `sameCall` is an equivalence, so greedy pairing is enough. */
export function sameCalls(a: PlainCall[], b: PlainCall[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((call) => {
    const at = left.findIndex((other) => sameCall(call, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** Gold calls of a record, or undefined when it has none that can be read. */
export function readGold(answers: Json | undefined): PlainCall[] | undefined {
  if (!isList(answers)) return undefined;
  const calls: PlainCall[] = [];
  for (const item of answers) {
    if (!isObject(item) || typeof item.name !== "string") return undefined;
    const given = item.arguments ?? {};
    if (!isObject(given)) return undefined;
    calls.push({ name: item.name, arguments: given });
  }
  return calls;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function countArguments(gold: PlainCall, got: PlainCall): { equal: number; all: number } {
  const keys = new Set([...Object.keys(gold.arguments), ...Object.keys(got.arguments)]);
  const equal = [...keys].filter(
    (key) =>
      Object.hasOwn(gold.arguments, key) &&
      Object.hasOwn(got.arguments, key) &&
      sameValue(gold.arguments[key], got.arguments[key]),
  ).length;
  return { equal, all: keys.size };
}

/** Pairs each gold call with the predicted call of the same tool that shares most arguments. */
function pairCalls(gold: PlainCall[], got: PlainCall[]): { pairs: number; equal: number; all: number } {
  const left = [...got];
  const sum = { pairs: 0, equal: 0, all: 0 };
  for (const want of gold) {
    const best = left
      .map((call, at) => ({ at, ...countArguments(want, call), same: call.name === want.name }))
      .filter((candidate) => candidate.same)
      .sort((a, b) => b.equal - a.equal || a.all - b.all)[0];
    if (best === undefined) continue;
    left.splice(best.at, 1);
    sum.pairs += 1;
    sum.equal += best.equal;
    sum.all += best.all;
  }
  return sum;
}

/** Nearest rank: the smallest value that at least `share` of the values do not exceed. */
export function percentile(values: number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** Expected calibration error over ten equal bins: how far stated confidence is from the share that is right. */
export function calibrationError(points: { confidence: number; right: boolean }[]): number | null {
  if (points.length === 0) return null;
  const bins = Array.from({ length: 10 }, () => ({ n: 0, confidence: 0, right: 0 }));
  for (const { confidence, right } of points) {
    const bin = bins[Math.min(9, Math.max(0, Math.floor(confidence * 10)))];
    if (bin === undefined) continue;
    bin.n += 1;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / points.length;
}

export function computeMetrics(records: Scored[]): Metrics {
  const scored = records.filter((r): r is Scored & { gold: PlainCall[] } => r.gold !== undefined);
  const refused = scored.filter((r) => r.answers.length === 0);
  const refusals = scored.filter((r) => r.gold.length === 0);
  const rightRefusals = refused.filter((r) => r.gold.length === 0).length;
  const sum = { pairs: 0, equal: 0, all: 0, calls: 0 };
  for (const r of scored) {
    const { pairs, equal, all } = pairCalls(r.gold, r.answers);
    sum.pairs += pairs;
    sum.equal += equal;
    sum.all += all;
    sum.calls += r.gold.length + r.answers.length;
  }
  const times = records.filter((r) => !r.failed).map((r) => r.ms);
  // The confidence speaks of what the model said, so it is held against the calls before the threshold.
  const points = scored
    .filter((r) => !r.failed)
    .map((r) => ({ confidence: r.confidence, right: sameCalls(r.raw, r.gold) }));
  return {
    n: records.length,
    scored: scored.length,
    exact: ratio(scored.filter((r) => sameCalls(r.answers, r.gold)).length, scored.length),
    raw_exact: ratio(scored.filter((r) => sameCalls(r.raw, r.gold)).length, scored.length),
    tool_f1: ratio(2 * sum.pairs, sum.calls),
    argument_accuracy: ratio(sum.equal, sum.all),
    refusal_precision: ratio(rightRefusals, refused.length),
    refusal_recall: ratio(rightRefusals, refusals.length),
    errors: records.filter((r) => r.failed).length,
    p50_ms: percentile(times, 0.5),
    p95_ms: percentile(times, 0.95),
    ece: calibrationError(points),
  };
}
