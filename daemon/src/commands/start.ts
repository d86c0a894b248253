// needled start: for now a prompt on the simulated home; the service grows from here.
import { createInterface } from "node:readline";
import { type App, openApp } from "../app.ts";
import type { CommandLine } from "../argv.ts";
import { exitCodes } from "../errors.ts";
import { readVersion } from "../version.ts";
import type { CommandIo } from "./io.ts";
import { homeOptions } from "./options.ts";

const suggestions = [
  "turn off the kitchen lights and set the bedroom to 21 degrees",
  "is the front door locked",
  "close the blinds in the living room",
];

function greeting(app: App): string {
  return [
    `needled ${readVersion()}: a simulated home with ${app.deviceCount} devices in ${app.rooms.length} rooms, model ${app.model}.`,
    `Rooms: ${app.rooms.join(", ")}.`,
    "Three things to try (copy and paste), or say it your own way:",
    "",
    ...suggestions.map((text) => `  ${text}`),
    "",
    "Empty line, exit or Ctrl-D: leave.",
  ].join("\n");
}

const isGoodbye = (text: string): boolean => /^\s*(exit|quit)?\s*$/i.test(text);

async function converse(app: App, io: CommandIo): Promise<void> {
  const isTalking = io.stdin.isTTY === true;
  const lines = createInterface({ input: io.stdin, ...(isTalking && { output: io.stdout }), prompt: "> " });
  const leaving = new AbortController();
  const signal = AbortSignal.any([io.signal, leaving.signal]);
  signal.addEventListener("abort", () => lines.close(), { once: true });
  // At a terminal Ctrl-C is a key, no signal; it must also end a turn that waits for the engine.
  lines.once("SIGINT", () => leaving.abort());
  const stopListening = app.onSpoken((text) => {
    io.out(isTalking ? `\r\u001B[K${text}` : text);
    // The home may speak while a line is being typed.
    if (isTalking) lines.prompt(true);
  });
  try {
    if (isTalking) lines.prompt();
    for await (const text of lines) {
      if (isTalking && isGoodbye(text)) break;
      const turn = await app.ask({ text }, signal);
      if (signal.aborted) break;
      io.out(turn.reply);
      if (isTalking) lines.prompt();
    }
  } finally {
    stopListening();
    lines.close();
  }
}

export async function runStart(line: CommandLine, io: CommandIo): Promise<number> {
  const app = await openApp({ ...homeOptions(line), isDryRun: false, paths: io.paths, log: io.log }, io.signal);
  try {
    await app.ready(io.signal);
    io.out(greeting(app));
    await converse(app, io);
    return exitCodes.done;
  } finally {
    await app.close();
  }
}
