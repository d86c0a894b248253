// needled explain TEXT: the turn without effects, with its reasons; by the running daemon, which knows the home, else on a simulated one.
import { openApp } from "../app.ts";
import type { CommandLine } from "../argv.ts";
import { isSimulated } from "../config/schema.ts";
import { connectToDaemon } from "../doors/unix-client.ts";
import { DaemonError, exitCodes } from "../errors.ts";
import type { ExplainReport } from "../protocol.ts";
import { explainReport, explainText } from "../report.ts";
import { socketOf } from "../state-folder.ts";
import { exitOfCalls, isAlone } from "./ask-daemon.ts";
import { type CommandIo, replyTo } from "./io.ts";
import { homeOptions } from "./options.ts";
import { readSettings, readTools, type Settings } from "./settings.ts";
import { type GivenText, readText } from "./text.ts";

/** "23:10" is that time today. */
function readClock({ values }: CommandLine): number | undefined {
  if (values.at === undefined) return undefined;
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(values.at);
  if (found === null) throw new DaemonError("request.usage", `--at needs a time such as 23:10, not "${values.at}".`);
  return new Date().setHours(Number(found[1]), Number(found[2]), 0, 0);
}

/** Undefined when no daemon runs. */
async function byDaemon(
  { values }: CommandLine,
  { state }: Settings,
  text: string,
  at: number | undefined,
): Promise<ExplainReport | undefined> {
  const client = await connectToDaemon(socketOf(state));
  if (client === undefined) return undefined;
  try {
    const { room, source = "prompt" } = values;
    const asked = { text, source, ...(room !== undefined && { room }), ...(at !== undefined && { at }) };
    const report = await client.explain(asked);
    if (report === undefined) throw new DaemonError("request.busy", socketOf(state));
    return report;
  } finally {
    client.close();
  }
}

async function alone(line: CommandLine, io: CommandIo, given: GivenText, { config }: Settings): Promise<number> {
  const asker = { source: line.values.source, at: readClock(line) };
  const tools = await readTools(line, io);
  const common = { ...homeOptions(line), tools, rows: config.policy, asker, paths: io.paths, log: io.log };
  const app = await openApp({ ...common, isDryRun: true }, io.signal);
  try {
    const turn = await app.ask(given, io.signal);
    const report = explainReport(turn, app.model);
    if (line.flags.has("json")) io.out(JSON.stringify(report));
    else replyTo(turn, io, explainText(report));
    return turn.exitCode;
  } finally {
    await app.close();
  }
}

export async function runExplain(line: CommandLine, io: CommandIo): Promise<number> {
  const given = await readText(line, io.stdin);
  const settings = await readSettings(line, io);
  const at = readClock(line);
  if (isAlone(line) || !given.admitted.ok) return alone(line, io, given, settings);
  const report = await byDaemon(line, settings, given.text, at);
  if (report === undefined) {
    const where = `no daemon listens at ${socketOf(settings.state)}`;
    if (!isSimulated(settings.config)) io.err(`note: ${where}, so this is about a simulated home and not about yours`);
    return alone(line, io, given, settings);
  }
  io.out(line.flags.has("json") ? JSON.stringify(report) : explainText(report));
  return report.refusal?.code === "engine" ? exitCodes.unavailable : exitOfCalls(report);
}
