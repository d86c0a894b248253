// needled config validate [FILE]: everything that is wrong with a configuration, at once.
import type { CommandLine } from "../argv.ts";
import { problemText } from "../config/read.ts";
import { DaemonError, exitCodes } from "../errors.ts";
import { readWhole } from "../owner/config.ts";
import type { CommandIo } from "./io.ts";
import { configFile } from "./settings.ts";

export async function runConfig(line: CommandLine, io: CommandIo): Promise<number> {
  const [what, named, ...more] = line.operands;
  if (what !== "validate" || more.length > 0)
    throw new DaemonError("request.usage", "Try: needled config validate FILE");
  const file = named ?? configFile(line, io);
  if (file === undefined)
    throw new DaemonError("request.usage", "There is no configuration yet. Try: needled config validate FILE");
  const read = await readWhole(file, { credentials: io.env.CREDENTIALS_DIRECTORY, withSecrets: true });
  if (read.ok) {
    for (const note of read.notes) io.err(`note: ${problemText(note)}`);
    io.out(`${file} is fine`);
    return exitCodes.done;
  }
  for (const problem of read.problems) io.err(problemText(problem));
  return exitCodes.config;
}
