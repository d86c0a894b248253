// needled explain TEXT: the turn without effects, with its reasons.
import { openApp } from "../app.ts";
import type { CommandLine } from "../argv.ts";
import { DaemonError } from "../errors.ts";
import { explainReport, explainText } from "../report.ts";
import { type CommandIo, replyTo } from "./io.ts";
import { homeOptions } from "./options.ts";
import { readSettings, readTools } from "./settings.ts";
import { readText } from "./text.ts";

/** "23:10" is that time today. */
function readClock({ values }: CommandLine): number | undefined {
  if (values.at === undefined) return undefined;
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(values.at);
  if (found === null) throw new DaemonError("request.usage", `--at needs a time such as 23:10, not "${values.at}".`);
  return new Date().setHours(Number(found[1]), Number(found[2]), 0, 0);
}

export async function runExplain(line: CommandLine, io: CommandIo): Promise<number> {
  const given = await readText(line, io.stdin);
  const { config } = await readSettings(line, io);
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
