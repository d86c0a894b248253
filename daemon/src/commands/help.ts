// needled help [COMMAND]
import { type CommandLine, helpText } from "../argv.ts";
import { exitCodes } from "../errors.ts";
import type { CommandIo } from "./io.ts";

export async function runHelp(line: CommandLine, io: CommandIo): Promise<number> {
  io.out(helpText(line.operands[0]));
  return exitCodes.done;
}
