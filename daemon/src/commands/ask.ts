// needled ask TEXT: one turn on the simulated home.
import { openApp } from "../app.ts";
import type { CommandLine } from "../argv.ts";
import { askReport } from "../report.ts";
import type { CommandIo } from "./io.ts";
import { homeOptions } from "./options.ts";
import { readText } from "./text.ts";

export async function runAsk(line: CommandLine, io: CommandIo): Promise<number> {
  const given = await readText(line, io.stdin);
  const app = await openApp(
    { ...homeOptions(line), isDryRun: line.flags.has("dry-run"), paths: io.paths, log: io.log },
    io.signal,
  );
  try {
    const turn = await app.ask(given, io.signal);
    if (line.flags.has("json")) io.out(JSON.stringify(askReport(turn)));
    else io.out(turn.reply);
    if (turn.steps.some((step) => step.outcome === "scheduled")) {
      io.err("note: this simulated home ends with the command; timers ring only under: needled start");
    }
    return turn.exitCode;
  } finally {
    await app.close();
  }
}
