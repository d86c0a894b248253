// Options that several commands share, read from the command line.
import { type CommandLine, readCount } from "../argv.ts";

export interface HomeOptions {
  model: string | undefined;
  room: string | undefined;
  seed: number;
}

export function homeOptions(line: CommandLine): HomeOptions {
  return { model: line.values.model, room: line.values.room, seed: readCount(line, "sim-seed", 0) ?? 1 };
}
