// Logs for machines that read them: pino's JSON lines on stderr. No secrets; what people said only when the owner wants it.
import { createRequire } from "node:module";
import type { Logger } from "pino";
import type { Log } from "./ports.ts";

const levels = ["debug", "info", "warn", "silent"] as const;

export type LogLevel = (typeof levels)[number];

/** Fields that must never be written, wherever they stand. */
const secrets = ["password", "token", "pin", "secret", "authorization", "*.password", "*.token", "*.pin", "*.secret"];

/** With the first line: most starts have none to write. */
function openPino(level: LogLevel, write: (line: string) => void): Logger {
  const { pino }: typeof import("pino") = createRequire(import.meta.url)("pino");
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: secrets }, { write });
}

export function createLog(level: LogLevel, write: (line: string) => void): Log {
  let logger: Logger | undefined;
  const emit =
    (at: "debug" | "warn") =>
    (message: string, fields?: Record<string, unknown>): void => {
      if (levels.indexOf(at) < levels.indexOf(level)) return;
      logger ??= openPino(level, write);
      logger[at](fields ?? {}, message);
    };
  return { debug: emit("debug"), warn: emit("warn") };
}

/** The level that a word of the environment names; silent for anything else. */
export function readLevel(word: string | undefined): LogLevel {
  return levels.find((level) => level === word) ?? "silent";
}
