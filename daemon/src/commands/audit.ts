// needled audit verify: whether the audit is whole, up to the head that the journal remembers.
import { existsSync } from "node:fs";
import type { CommandLine } from "../argv.ts";
import { verifyAudit } from "../audit/audit.ts";
import type { Anchor } from "../audit/chain.ts";
import { DaemonError, exitCodes } from "../errors.ts";
import { readState } from "../journal/read.ts";
import type { CommandIo } from "./io.ts";
import { auditOf, journalOf, readSettings } from "./settings.ts";

export async function runAudit(line: CommandLine, io: CommandIo): Promise<number> {
  if (line.operands.join(" ") !== "verify") throw new DaemonError("request.usage", "Try: needled audit verify");
  const { state } = await readSettings(line, io);
  if (!existsSync(auditOf(state))) throw new DaemonError("request.no_file", auditOf(state));
  const journal = existsSync(journalOf(state)) ? await readState(journalOf(state)) : undefined;
  const anchors: Anchor[] = journal?.anchor ? [journal.anchor] : [];
  const { lines, first, head, faults } = await verifyAudit(auditOf(state), anchors);
  if (line.flags.has("json")) io.out(JSON.stringify({ lines, first, head, faults }));
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
