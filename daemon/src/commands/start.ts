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
    "Empty line or Ctrl-D: leave.",
  ].join("\n");
}

async function converse(app: App, io: CommandIo): Promise<void> {
  const isTalking = io.stdin.isTTY === true;
  const lines = createInterface({ input: io.stdin, ...(isTalking && { output: io.stdout }), prompt: "> " });
  const close = (): void => lines.close();
  io.signal.addEventListener("abort", close, { once: true });
  const stopListening = app.onSpoken((text) => io.out(text));
  try {
    if (isTalking) lines.prompt();
    for await (const text of lines) {
      if (text.trim() === "" && isTalking) break;
      const turn = await app.ask({ text }, io.signal);
      io.out(turn.reply);
      if (isTalking) lines.prompt();
    }
  } finally {
    stopListening();
    io.signal.removeEventListener("abort", close);
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
