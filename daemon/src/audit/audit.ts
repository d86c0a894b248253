// Who wanted what, what policy said and what came of it: hash-chained lines in eight files of at most 1 MB.
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import type { Log } from "../ports.ts";
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
  /** In order; written before the next one. Never throws: what cannot be written waits, and `failed` says why. */
  write(entry: AuditEntry): void;
  readonly failed: string | undefined;
  close(): Promise<void>;
}

const current = "audit.jsonl";
const mostBytes = 1024 * 1024;
const mostOld = 7;
const oldName = (n: number): string => `audit.${n}.jsonl`;

/** Only a file with bytes in it can be read to its end; a device cannot. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile() && found.size > 0,
    () => false,
  );
}

/** Names oldest first, as far as they exist. */
async function auditFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const old = Array.from({ length: mostOld }, (_, n) => oldName(mostOld - n));
  return [...old, current].filter((name) => names.includes(name));
}

/** undefined: empty, or cut short. */
function readLine(text: string): AuditLine | undefined {
  try {
    return text === "" ? undefined : (JSON.parse(text) as AuditLine);
  } catch {
    return undefined;
  }
}

async function lastLine(folder: string): Promise<AuditLine | undefined> {
  for (const name of (await auditFiles(folder)).reverse()) {
    if (!(await exists(join(folder, name)))) continue;
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    for (const text of lines.reverse()) {
      // A line cut short by a power failure: the one before it is the last that was written whole.
      const line = readLine(text);
      if (line !== undefined) return line;
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
  // After a failure in between it is gone already.
  if (await exists(join(folder, current))) await rename(join(folder, current), join(folder, oldName(1)));
}

/** The file in use. A line is in it whole or not at all, as far as the disk lets us. */
interface Sheet {
  put(line: string): Promise<void>;
  close(): Promise<void>;
}

async function openSheet(folder: string): Promise<Sheet> {
  const path = join(folder, current);
  let file: FileHandle = await open(path, "a", 0o600);
  let size = (await file.stat()).size;
  let isTorn = false;

  async function turnOver(): Promise<void> {
    await shift(folder);
    const next = await open(path, "a", 0o600);
    await file.close().catch(() => undefined);
    file = next;
    size = 0;
  }

  return {
    async put(line) {
      const bytes = Buffer.from(line);
      if (isTorn) await file.truncate(size);
      if (size + bytes.length > mostBytes) await turnOver();
      isTorn = true;
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
      isTorn = false;
      size += bytes.length;
    },
    async close() {
      if (isTorn) await file.truncate(size).catch(() => undefined);
      await file.sync().catch(() => undefined);
      await file.close();
    },
  };
}

/** What a full disk leaves unwritten waits here; beyond that the next line says how many are lost. */
const mostWaiting = 1_000;

export async function openAudit(folder: string, log: Pick<Log, "warn"> = { warn: () => {} }): Promise<Audit> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await endTornLine(join(folder, current));
  const last = await lastLine(folder);
  const sheet = await openSheet(folder);
  let head: Anchor | undefined = last && { seq: last.seq, h: last.h };
  let failed: string | undefined;
  let waiting: AuditEntry[] = [];
  let lost = 0;
  let writing: Promise<void> | undefined;

  async function writeOut(): Promise<void> {
    for (let entry = waiting[0]; entry !== undefined; entry = waiting[0]) {
      const line = sealEntry({ ...entry, ...(lost > 0 && { lost }) }, (head?.seq ?? 0) + 1, head?.h ?? firstHash);
      await sheet.put(`${JSON.stringify(line)}\n`);
      head = { seq: line.seq, h: line.h };
      waiting = waiting.slice(1);
      lost = 0;
    }
  }

  async function write(): Promise<void> {
    try {
      await writeOut();
      failed = undefined;
    } catch (error) {
      if (failed === undefined) log.warn("the audit cannot be written", { message: messageOf(error) });
      failed = messageOf(error);
      // Lines that wait keep their order; the oldest are what tells how it began.
      lost += waiting.splice(mostWaiting).length;
    } finally {
      // One that came in the last moment must not wait for the next.
      writing = waiting.length > 0 && failed === undefined ? write() : undefined;
    }
  }

  return {
    get head() {
      return head;
    },
    get failed() {
      return failed;
    },
    write(entry) {
      waiting.push(entry);
      writing ??= write();
    },
    async close() {
      while (writing) await writing;
      if (waiting.length > 0) await write();
      await sheet.close();
    },
  };
}

/** All lines that can be read, oldest first. */
export async function readAudit(folder: string): Promise<AuditLine[]> {
  const paths = (await auditFiles(folder)).map((name) => join(folder, name));
  const texts = await Promise.all(paths.map(async (path) => ((await exists(path)) ? readFile(path, "utf8") : "")));
  return texts.flatMap((text) => text.split("\n")).flatMap((line) => readLine(line) ?? []);
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
