// needled explain TEXT: the turn without effects, with its reasons.
import { openApp } from "../app.ts";
import type { CommandLine } from "../argv.ts";
import { explainReport, explainText } from "../report.ts";
import { type CommandIo, replyTo } from "./io.ts";
import { homeOptions } from "./options.ts";
import { readTools } from "./settings.ts";
import { readText } from "./text.ts";

export async function runExplain(line: CommandLine, io: CommandIo): Promise<number> {
  const given = await readText(line, io.stdin);
  const app = await openApp({ ...homeOptions(line), tools: await readTools(line, io), isDryRun: true, paths: io.paths, log: io.log }, io.signal);
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
