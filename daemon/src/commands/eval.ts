// needled eval SET: the shipped engine and model over a set in the data format.
import { open, realpath } from "node:fs/promises";
import { type CommandLine, readCount } from "../argv.ts";
import { codeOf, DaemonError, exitCodes, messageOf } from "../errors.ts";
import { computeMetrics, type Metrics, readGold, type Scored } from "../eval/metrics.ts";
import { predictRecord } from "../eval/predict.ts";
import { startProgress } from "../eval/progress.ts";
import { countRecords, readRecords } from "../eval/records.ts";
import { type OpenPredictor, openPredictor } from "../predictor.ts";
import type { Prediction } from "../protocol.ts";
import type { CommandIo } from "./io.ts";

interface Sink {
  write(prediction: Prediction): Promise<void>;
  close(): Promise<void>;
}

const nowMs = (): number => performance.now();

/** Opening the output empties it, so a set that is its own output would be lost. */
async function refuseSameFile(set: string, out: string): Promise<void> {
  const [from, to] = await Promise.all([set, out].map((path) => realpath(path).catch(() => path)));
  if (from === to) throw new DaemonError("request.usage", `--out ${out} is the set itself. Name another file.`);
}

async function openSink(path: string | undefined): Promise<Sink> {
  if (path === undefined) return { write: async () => undefined, close: async () => undefined };
  try {
    const file = await open(path, "w");
    return {
      write: (prediction) => file.appendFile(`${JSON.stringify(prediction)}\n`),
      close: () => file.close(),
    };
  } catch (cause) {
    throw new DaemonError("request.cannot_write", `${path}: ${messageOf(cause)}`, "", { cause });
  }
}

interface Run {
  path: string;
  limit: number;
  predictor: OpenPredictor;
  sink: Sink;
  io: CommandIo;
}

interface Ran {
  scored: Scored[];
  /** The set broke off in the middle; what came before it was predicted all the same. */
  damage?: unknown;
}

async function predictAll(run: Run): Promise<Ran> {
  const { path, limit, predictor, sink, io } = run;
  const total = await countRecords(path, limit);
  const progress = startProgress({ total, isTerminal: io.isTerminal, write: io.progress, nowMs });
  const scored: Scored[] = [];
  let errors = 0;
  try {
    for await (const record of readRecords(path, limit)) {
      const prediction = await predictRecord(record, predictor, { nowMs, signal: io.signal });
      await sink.write(prediction);
      const { answers, raw, confidence, ms, error } = prediction;
      const failed = error !== undefined;
      errors += failed ? 1 : 0;
      scored.push({ answers, raw, confidence, ms, failed, gold: readGold(record.answers) });
      progress.step(scored.length, errors);
    }
    return { scored };
  } catch (damage) {
    if (codeOf(damage) !== "request.bad_file") throw damage;
    return { scored, damage };
  } finally {
    progress.end();
  }
}

function tableOf(metrics: Metrics): string {
  return Object.entries(metrics)
    .map(([name, value]) => {
      const isShare = value !== null && !["n", "scored", "errors", "p50_ms", "p95_ms"].includes(name);
      const text = value === null ? "-" : isShare ? (value as number).toFixed(4) : String(value);
      return `${name.padEnd(18)} ${text}`;
    })
    .join("\n");
}

async function evaluate(run: Omit<Run, "sink">, line: CommandLine): Promise<number> {
  const sink = await openSink(line.values.out);
  try {
    const { scored, damage } = await predictAll({ ...run, sink });
    const metrics = computeMetrics(scored);
    const report = { set: run.path, model: run.predictor.model, ...metrics };
    run.io.out(line.flags.has("json") ? JSON.stringify(report) : tableOf(metrics));
    if (damage !== undefined) throw damage;
    return exitCodes.done;
  } finally {
    await sink.close();
  }
}

export async function runEval(line: CommandLine, io: CommandIo): Promise<number> {
  const [path, ...more] = line.operands;
  if (path === undefined || more.length > 0) {
    throw new DaemonError("request.usage", "One set, please. Try: needled eval SET.jsonl.gz --limit 100");
  }
  const limit = readCount(line, "limit", 1) ?? 0;
  // A set that cannot be opened must not cost the predictions of an earlier run.
  await countRecords(path, 1);
  if (line.values.out !== undefined) await refuseSameFile(path, line.values.out);
  const predictor = await openPredictor({ model: line.values.model, paths: io.paths, log: io.log });
  try {
    return await evaluate({ path, limit, predictor, io }, line);
  } finally {
    await predictor.close();
  }
}
