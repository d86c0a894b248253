// Logs for machines that read them: pino's JSON lines on stderr. No secrets; what people said only when the owner wants it.
import { pino } from "pino";
import type { Log } from "./ports.ts";

const levels = ["debug", "info", "warn", "silent"] as const;

export type LogLevel = (typeof levels)[number];

/** Fields that must never be written, wherever they stand. */
const secrets = ["password", "token", "pin", "secret", "authorization", "*.password", "*.token", "*.pin", "*.secret"];

export function createLog(level: LogLevel, write: (line: string) => void): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: secrets }, { write });
  const emit =
    (at: "debug" | "warn") =>
    (message: string, fields?: Record<string, unknown>): void =>
      logger[at](fields ?? {}, message);
  return { debug: emit("debug"), warn: emit("warn") };
}

/** The level that a word of the environment names; silent for anything else. */
export function readLevel(word: string | undefined): LogLevel {
  return levels.find((level) => level === word) ?? "silent";
}
