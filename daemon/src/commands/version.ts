// needled version
import type { CommandLine } from "../argv.ts";
import { exitCodes } from "../errors.ts";
import { readVersion } from "../version.ts";
import type { CommandIo } from "./io.ts";

export async function runVersion(_line: CommandLine, io: CommandIo): Promise<number> {
  io.out(`needled ${readVersion()}`);
  return exitCodes.done;
}
