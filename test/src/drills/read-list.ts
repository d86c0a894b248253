// The shopping list as the journal of a stopped daemon has it.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal } from "@needled/daemon";

export async function readList(state: string): Promise<readonly string[]> {
  const copy = mkdtempSync(join(tmpdir(), "needled-list-"));
  cpSync(join(state, "journal"), copy, { recursive: true });
  const journal = await openJournal({ folder: copy, now: Date.now, log: { debug: () => {}, warn: () => {} } });
  const lists = Object.values(journal.state.desk?.lists ?? {});
  await journal.close();
  rmSync(copy, { recursive: true, force: true });
  return lists.flat();
}
