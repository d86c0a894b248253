// argv -> command -> exit code. The only process.exit, the only signals, argv and environment.
import { setMaxListeners } from "node:events";
import { parseCommandLine } from "./argv.ts";
import { commandTable } from "./commands/index.ts";
import type { CommandIo } from "./commands/io.ts";
import { adviseOn, exitCodeOf, exitCodes } from "./errors.ts";
import { createLog, readLevel } from "./log.ts";

const stopped = new AbortController();
// One signal ends everything that runs: as many listeners as devices are asked at once are no leak.
setMaxListeners(0, stopped.signal);
const signalExit = { SIGINT: 130, SIGTERM: 143 } as const;
let exitAfterSignal: number | undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Once: a second Ctrl-C ends a program that will not stop.
  process.once(signal, () => {
    exitAfterSignal = signalExit[signal];
    stopped.abort();
  });
}

// `needled eval … | head` closes the pipe early; that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  process.stderr.write(`needled: cannot write the answer: ${error.message}\n`, () => process.exit(exitCodes.refused));
});

const io: CommandIo = {
  stdin: process.stdin,
  stdout: process.stdout,
  // An empty variable is an unset one.
  paths: { modelsDir: process.env.NEEDLED_MODELS || undefined, enginePath: process.env.NEEDLED_ENGINE || undefined },
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  progress: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  log: createLog(readLevel(process.env.NEEDLED_LOG), (line) => void process.stderr.write(line)),
  env: process.env,
  signal: stopped.signal,
};

async function run(argv: readonly string[]): Promise<number> {
  try {
    const line = parseCommandLine(argv);
    return await commandTable[line.command](line, io);
  } catch (error) {
    if (stopped.signal.aborted) return exitCodes.refused;
    io.err(`needled: ${adviseOn(error)}`);
    if (process.env.NEEDLED_LOG === "debug" && error instanceof Error) io.err(error.stack ?? "");
    return exitCodeOf(error);
  }
}

/** Pipes are written later: leaving before they are empty would cut the answer short. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

const exitCode = await run(process.argv.slice(2));
await Promise.all([flush(process.stdout), flush(process.stderr)]);
process.exit(exitAfterSignal ?? exitCode);
