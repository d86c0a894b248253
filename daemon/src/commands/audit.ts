// needled audit verify: whether the audit is whole, up to the head that the journal remembers. needled audit find TEXT: its lines.
import { existsSync } from "node:fs";
import type { CommandLine } from "../argv.ts";
import { readAudit, verifyAudit } from "../audit/audit.ts";
import type { Anchor } from "../audit/chain.ts";
import { isAbout } from "../audit/salt.ts";
import { DaemonError, exitCodes } from "../errors.ts";
import { readState } from "../journal/read.ts";
import type { CommandIo } from "./io.ts";
import { auditOf, journalOf, readSettings } from "./settings.ts";

interface Given {
  folder: string;
  anchor: Anchor | undefined;
  isJson: boolean;
  io: CommandIo;
}

async function verify({ folder, anchor, isJson, io }: Given): Promise<number> {
  const { lines, first, head, faults } = await verifyAudit(folder, anchor ? [anchor] : []);
  if (isJson) io.out(JSON.stringify({ lines, first, head, faults }));
  else {
    for (const { file, line: at, why } of faults) io.err(`${file}${at > 0 ? `:${at}` : ""}: ${why}`);
    io.out(
      faults.length > 0
        ? `${faults.length} places do not fit`
        : `${lines} lines, unbroken${head ? `; head ${head.seq} ${head.h.slice(0, 16)}` : ""}`,
    );
  }
  return faults.length > 0 ? exitCodes.refused : exitCodes.done;
}

async function find(text: string, { folder, anchor, isJson, io }: Given): Promise<number> {
  const found = (await readAudit(folder)).filter((line) => isAbout(line, text, anchor?.salt));
  for (const line of found) {
    const { at, source, door, tool = "-", outcome } = line;
    io.out(isJson ? JSON.stringify(line) : `${at} ${door}/${source} ${tool} ${outcome}`);
  }
  if (found.length === 0) io.err("no line is about these words");
  return found.length > 0 ? exitCodes.done : exitCodes.refused;
}

export async function runAudit(line: CommandLine, io: CommandIo): Promise<number> {
  const [what, ...words] = line.operands;
  const isFind = what === "find" && words.length > 0;
  if (!isFind && line.operands.join(" ") !== "verify")
    throw new DaemonError("request.usage", 'Try: needled audit verify, or needled audit find "TEXT"');
  const { state } = await readSettings(line, io);
  const folder = auditOf(state);
  if (!existsSync(folder)) throw new DaemonError("request.no_file", folder);
  const journal = existsSync(journalOf(state)) ? await readState(journalOf(state)) : undefined;
  const given: Given = { folder, anchor: journal?.anchor, isJson: line.flags.has("json"), io };
  return isFind ? find(words.join(" "), given) : verify(given);
}
