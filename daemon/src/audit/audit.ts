// Who wanted what, what policy said and what came of it: hash-chained lines in eight files of at most 1 MB.
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Anchor,
  type AuditEntry,
  type AuditLine,
  firstHash,
  sealEntry,
  type Verified,
  verifyChain,
} from "./chain.ts";

export interface Audit {
  /** The last line's number and hash: told elsewhere, it shows a cut tail. */
  readonly head: Anchor | undefined;
  /** In order; written before the next one. Never throws: an audit that fails is reported by `failed`. */
  write(entry: AuditEntry): void;
  readonly failed: string | undefined;
  close(): Promise<void>;
}

const current = "audit.jsonl";
const mostBytes = 1024 * 1024;
const mostOld = 7;
const oldName = (n: number): string => `audit.${n}.jsonl`;

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

/** Names oldest first, as far as they exist. */
async function auditFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const old = Array.from({ length: mostOld }, (_, n) => oldName(mostOld - n));
  return [...old, current].filter((name) => names.includes(name));
}

async function lastLine(folder: string): Promise<AuditLine | undefined> {
  for (const name of (await auditFiles(folder)).reverse()) {
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    for (const line of lines.reverse()) {
      try {
        if (line !== "") return JSON.parse(line) as AuditLine;
      } catch {
        // A line cut short by a power failure: the one before it is the last that was written whole.
      }
    }
  }
  return undefined;
}

/** A line cut short is ended, so that the next one is whole; verify names it. */
async function endTornLine(path: string): Promise<void> {
  if (!(await exists(path))) return;
  const text = await readFile(path, "utf8");
  if (text === "" || text.endsWith("\n")) return;
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const handle = await open(path, "w", 0o600);
  await handle.writeFile(whole);
  await handle.sync();
  await handle.close();
}

async function shift(folder: string): Promise<void> {
  await rm(join(folder, oldName(mostOld)), { force: true });
  for (let n = mostOld - 1; n >= 1; n -= 1) {
    if (await exists(join(folder, oldName(n)))) await rename(join(folder, oldName(n)), join(folder, oldName(n + 1)));
  }
  await rename(join(folder, current), join(folder, oldName(1)));
}

export async function openAudit(folder: string): Promise<Audit> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, current);
  await endTornLine(path);
  const last = await lastLine(folder);
  let head: Anchor | undefined = last && { seq: last.seq, h: last.h };
  let file: FileHandle = await open(path, "a", 0o600);
  let size = (await file.stat()).size;
  let failed: string | undefined;
  let tail: Promise<void> = Promise.resolve();

  async function put(text: string): Promise<void> {
    if (size + text.length > mostBytes) {
      await file.close();
      await shift(folder);
      file = await open(path, "a", 0o600);
      size = 0;
    }
    await file.write(text);
    size += Buffer.byteLength(text);
  }

  return {
    get head() {
      return head;
    },
    get failed() {
      return failed;
    },
    write(entry) {
      const line = sealEntry(entry, (head?.seq ?? 0) + 1, head?.h ?? firstHash);
      head = { seq: line.seq, h: line.h };
      tail = tail
        .then(() => put(`${JSON.stringify(line)}\n`))
        .catch((error: Error) => {
          failed = error.message;
        });
    },
    async close() {
      await tail;
      await file.sync().catch(() => undefined);
      await file.close();
    },
  };
}

/** Reads all files of a folder and checks them; `anchors` as for verifyChain. */
export async function verifyAudit(folder: string, anchors: readonly Anchor[] = []): Promise<Verified> {
  const names = await auditFiles(folder);
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
  );
  const verified = verifyChain(files, anchors);
  // Only a full set of files has let its beginning go.
  if (files.length <= mostOld && verified.lines > 0 && verified.first !== 1) {
    const why = `begins with line ${verified.first}: lines are missing at the beginning`;
    verified.faults.push({ file: names[0] as string, line: 1, why });
  }
  return verified;
}
