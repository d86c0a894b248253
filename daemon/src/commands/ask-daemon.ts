// One question to the running daemon, through its socket: two processes never share a journal.
import type { CommandLine } from "../argv.ts";
import { isSimulated } from "../config/schema.ts";
import { connectToDaemon } from "../doors/unix-client.ts";
import { DaemonError, exitCodes } from "../errors.ts";
import { mintId } from "../ids.ts";
import type { Answer } from "../intake.ts";
import { socketOf } from "../state-folder.ts";
import type { CommandIo } from "./io.ts";
import { readSettings } from "./settings.ts";
import type { GivenText } from "./text.ts";

export function exitOfCalls({ calls, refusal }: Pick<Answer, "calls" | "refusal">): number {
  const isFine = calls.every(({ outcome }) => outcome === "done" || outcome === "scheduled" || outcome === null);
  return refusal === undefined && isFine ? exitCodes.done : exitCodes.refused;
}

function show(answer: Answer, line: CommandLine, io: CommandIo): number {
  const { confirm } = answer;
  if (line.flags.has("json")) io.out(JSON.stringify(answer));
  else io.out(confirm ? `${answer.reply}\nConfirm on another channel within 30 s: ${confirm.challenge}` : answer.reply);
  return exitOfCalls(answer);
}

/** What only a home of one's own can do. */
export function isAlone({ flags, values }: CommandLine): boolean {
  return flags.has("alone") || values.model !== undefined || values["sim-seed"] !== undefined;
}

/** The exit code, or undefined when no daemon runs and the command has to do it alone. */
export async function askDaemon(line: CommandLine, io: CommandIo, given: GivenText): Promise<number | undefined> {
  if (isAlone(line)) return undefined;
  const { state, config } = await readSettings(line, io);
  const client = await connectToDaemon(socketOf(state));
  // With a real home configured, a simulated one must not answer "done" in its place.
  if (client === undefined && !isSimulated(config)) throw new DaemonError("request.no_daemon", socketOf(state));
  if (client === undefined) return undefined;
  try {
    const { room } = line.values;
    const asked = await client.ask({
      text: given.text,
      id: mintId(Date.now()),
      ...(room !== undefined && { room }),
      ...(line.flags.has("dry-run") && { dry_run: true }),
    });
    if ("answer" in asked) return show(await asked.answer, line, io);
    io.out(asked.receipt.message);
    return exitCodes.refused;
  } finally {
    client.close();
  }
}
