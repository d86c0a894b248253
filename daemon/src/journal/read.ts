// The journal as another process reads it: nothing is cut, renamed or written.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { scanRecords } from "./frames.ts";
import { apply, emptyState, type JournalRecord, type JournalState } from "./state.ts";

export async function readState(folder: string): Promise<JournalState> {
  const state = emptyState();
  const names = (await readdir(folder)).filter((name) => /^\d{8}\.log$/.test(name)).sort();
  for (const name of names) {
    const { records } = scanRecords(await readFile(join(folder, name)));
    for (const record of records) apply(state, record as JournalRecord);
  }
  return state;
}
