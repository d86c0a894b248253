// JSON lines on stderr, for machines that read logs. Silent below the level that the environment asks for.
import type { Log } from "./ports.ts";

const levels = ["debug", "warn", "silent"] as const;

export type LogLevel = (typeof levels)[number];

export function createLog(write: (line: string) => void, level: LogLevel, nowMs: () => number): Log {
  const emit = (at: "debug" | "warn", message: string, fields?: Record<string, unknown>): void => {
    if (levels.indexOf(at) < levels.indexOf(level)) return;
    write(`${JSON.stringify({ at: new Date(nowMs()).toISOString(), level: at, message, ...fields })}\n`);
  };
  return {
    debug: (message, fields) => emit("debug", message, fields),
    warn: (message, fields) => emit("warn", message, fields),
  };
}

export function readLevel(word: string | undefined): LogLevel {
  return levels.find((level) => level === word) ?? "silent";
}
