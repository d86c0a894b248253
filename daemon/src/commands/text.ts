// TEXT of a command line: its operands, or stdin for "-".
import type { Readable } from "node:stream";
import { type Admitted, admitBytes, admitText, maxTextBytes } from "../admit.ts";
import type { CommandLine } from "../argv.ts";
import { DaemonError } from "../errors.ts";

export interface GivenText {
  /** For the report: as given, cut when it is far too long to print. */
  text: string;
  admitted: Admitted;
}

/** One byte more than is allowed is enough to know that it is too much. */
async function readBytes(stdin: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stdin) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > maxTextBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxTextBytes + 1);
}

/** The first line of stdin: a secret that must not stand on the command line. */
export async function readLine(stdin: Readable): Promise<string> {
  const bytes = await readBytes(stdin);
  return bytes.toString("utf8").split(/\r?\n/)[0] ?? "";
}

export async function readText(line: CommandLine, stdin: Readable): Promise<GivenText> {
  if (line.operands.length === 0) {
    throw new DaemonError("request.usage", `What shall I do? Try: needled ${line.command} "turn on the kitchen light"`);
  }
  const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
  if (line.operands.length === 1 && line.operands[0] === "-") {
    const bytes = await readBytes(stdin);
    const admitted = admitBytes(bytes);
    // What is no text is shown with its bad bytes as U+FFFD; only what was admitted must be exact, for the spans.
    const text = new TextDecoder().decode(bytes);
    return { text: admitted.ok ? text : shown(text), admitted };
  }
  const text = line.operands.join(" ");
  const admitted = admitText(text);
  return { text: admitted.ok ? text : shown(text), admitted };
}
