// needled confirm CODE: the yes of a person at this machine, through the running daemon.
import type { CommandLine } from "../argv.ts";
import { connectToDaemon } from "../doors/unix-client.ts";
import { DaemonError, exitCodes } from "../errors.ts";
import type { Answer } from "../intake.ts";
import { socketOf } from "../state-folder.ts";
import { exitOfCalls } from "./ask-daemon.ts";
import type { CommandIo } from "./io.ts";
import { readSettings } from "./settings.ts";
import { readLine } from "./text.ts";

export async function runConfirm(line: CommandLine, io: CommandIo): Promise<number> {
  const [challenge, ...more] = line.operands;
  if (challenge === undefined || more.length > 0) {
    throw new DaemonError("request.usage", "Which code? Try: needled confirm CODE");
  }
  const { state } = await readSettings(line, io);
  const client = await connectToDaemon(socketOf(state));
  if (client === undefined) throw new DaemonError("request.no_daemon", socketOf(state));
  try {
    const pin = line.flags.has("pin") ? { pin: await readLine(io.stdin) } : {};
    // What is carried out after a yes has the code as its id.
    const answer = new Promise<Answer>((resolve) => {
      client.onAnswer((given) => {
        if (given.intent.id === challenge.toUpperCase()) resolve(given);
      });
    });
    const confirmed = await client.confirm({ challenge, yes: !line.flags.has("no"), ...pin });
    if (confirmed.status === "refused") {
      io.out(confirmed.message);
      return exitCodes.refused;
    }
    const given = await answer;
    io.out(given.reply || "Refused. Nothing has moved.");
    return exitOfCalls(given);
  } finally {
    client.close();
  }
}
