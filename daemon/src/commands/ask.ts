// needled ask TEXT: one turn on the simulated home.
import { openApp } from "../app.ts";
import type { CommandLine } from "../argv.ts";
import { askReport } from "../report.ts";
import type { Step } from "../turn.ts";
import { askDaemon } from "./ask-daemon.ts";
import { type CommandIo, replyTo } from "./io.ts";
import { homeOptions } from "./options.ts";
import { readTools } from "./settings.ts";
import { readText } from "./text.ts";

/** What is kept in the home of this very process, and goes with it. */
function isForLater({ outcome, effect }: Step): boolean {
  const kind = effect?.service?.action.kind;
  return outcome === "scheduled" || (outcome === "done" && (kind === "set_timer" || kind === "set_reminder"));
}

export async function runAsk(line: CommandLine, io: CommandIo): Promise<number> {
  const given = await readText(line, io.stdin);
  const handled = given.admitted.ok ? await askDaemon(line, io, given) : undefined;
  if (handled !== undefined) return handled;
  const app = await openApp(
    {
      ...homeOptions(line),
      tools: await readTools(line, io),
      isDryRun: line.flags.has("dry-run"),
      paths: io.paths,
      log: io.log,
    },
    io.signal,
  );
  try {
    const turn = await app.ask(given, io.signal);
    if (line.flags.has("json")) io.out(JSON.stringify(askReport(turn)));
    else replyTo(turn, io);
    if (turn.steps.some(isForLater)) {
      io.err(
        "note: this simulated home ends with the command; what is set for later happens only under: needled start",
      );
    }
    return turn.exitCode;
  } finally {
    await app.close();
  }
}
