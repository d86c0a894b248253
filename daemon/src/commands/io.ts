// What a command gets from the outside, and what it gives back: an exit code.
import type { Readable, Writable } from "node:stream";
import type { CommandLine } from "../argv.ts";
import type { Paths } from "../engine-options.ts";
import { exitCodes } from "../errors.ts";
import type { Log } from "../ports.ts";
import type { Turn } from "../turn.ts";

export interface CommandIo {
  stdin: Readable & { isTTY?: boolean };
  /** One line, or several, to stdout. */
  out(text: string): void;
  /** To stderr: progress and complaints. */
  err(text: string): void;
  /** To stderr as it is, without a line end. */
  progress(text: string): void;
  /** Whether a person watches stderr. */
  isTerminal: boolean;
  /** For prompts of a person at a terminal. */
  stdout: Writable;
  paths: Paths;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  signal: AbortSignal;
}

export type Command = (line: CommandLine, io: CommandIo) => Promise<number>;

/** What was said goes to stdout; an engine or a configuration that fails is a complaint. */
export function replyTo(turn: Turn, io: CommandIo, answer = turn.reply): void {
  if (turn.exitCode >= exitCodes.unavailable) io.err(`needled: ${turn.reply}`);
  else io.out(answer);
}
