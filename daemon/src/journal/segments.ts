// The journal's files: numbered segments, appended with one fdatasync for all who wait, replaced only by a synced successor.
import { constants } from "node:fs";
import { copyFile, type FileHandle, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { encodeRecord, type Scan, scanRecords } from "./frames.ts";

const nameOf = (number: number): string => `${String(number).padStart(8, "0")}.log`;
const numberOf = (name: string): number => Number(/^(\d{8})\.log$/.exec(name)?.[1] ?? Number.NaN);

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export interface Recovered {
  records: unknown[];
  /** Damaged files, renamed; what they held cannot be trusted to be all there was. */
  quarantined: string[];
  /** Bytes cut off a torn tail: never acknowledged, so nothing is lost. */
  tornBytes: number;
}

export interface Segments {
  readonly recovered: Recovered;
  /** Bytes of the segment in use. */
  readonly size: number;
  /** Resolves when the record and all before it are on disk; rejects when that is not sure. */
  append(record: unknown): Promise<void>;
  /** Written soon, on disk with the next append or on close: for what may be lost in a crash. */
  appendLazily(record: unknown): void;
  /** A new segment that begins with `first`; the old ones go once it is on disk. */
  rotate(first: unknown): Promise<void>;
  close(): Promise<void>;
}

interface Read extends Scan {
  name: string;
  bytes: number;
}

async function readSegments(folder: string): Promise<Read[]> {
  const names = (await readdir(folder)).filter((name) => !Number.isNaN(numberOf(name))).sort();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name));
      return { name, bytes: bytes.length, ...scanRecords(bytes) };
    }),
  );
}

/**
 * The newest segment that begins with a snapshot and all after it; older ones were about to be removed. Only the last that holds
 * anything may be torn. Of a damaged one the records up to the bad place are kept, and the file is put aside for a person.
 */
async function recover({ folder, stamp, isSnapshot }: SegmentOptions): Promise<{ recovered: Recovered; last: number }> {
  const all = await readSegments(folder);
  const from = Math.max(
    0,
    all.findLastIndex(({ records }) => isSnapshot(records[0])),
  );
  const live = all.slice(from);
  const lastFull = live.findLastIndex(({ goodBytes }) => goodBytes > 0);
  const recovered: Recovered = { records: live.flatMap(({ records }) => records), quarantined: [], tornBytes: 0 };
  for (const [index, { name, bytes, goodBytes, end }] of live.entries()) {
    if (end === "clean") continue;
    if (end === "torn" && index >= lastFull) {
      recovered.tornBytes += bytes - goodBytes;
      continue;
    }
    recovered.quarantined.push(`${name}.${stamp}.damaged`);
    await copyFile(join(folder, name), join(folder, `${name}.${stamp}.damaged`));
  }
  // Empty files are what starts on a full disk leave: their numbers are used again, so that they do not pile up.
  const used = all.filter(({ bytes }) => bytes > 0).map(({ name }) => numberOf(name));
  return { recovered, last: Math.max(0, ...used) };
}

interface Waiting {
  bytes: Buffer;
  resolve(): void;
  reject(error: unknown): void;
}

export interface SegmentOptions {
  folder: string;
  /** Names quarantined files; a time. */
  stamp: string;
  /** Whether a record stands for all before it. */
  isSnapshot(record: unknown): boolean;
}

/** Reads what is there and opens a fresh segment; the caller rotates into it once the state is rebuilt. Throws what the file system says. */
export async function openSegments(options: SegmentOptions): Promise<Segments> {
  const { folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { recovered, last } = await recover(options);
  let number = last + 1;
  let file = await openNew(folder, number);
  let size = 0;
  let waiting: Waiting[] = [];
  let lazy: Buffer[] = [];
  let flushing: Promise<void> | undefined;
  // After a failed write or sync nobody knows what the file holds: nothing more may go into it.
  let broken: unknown;

  async function writeOut(): Promise<void> {
    while (waiting.length + lazy.length > 0) {
      const batch = waiting;
      const bytes = Buffer.concat([...lazy, ...batch.map((item) => item.bytes)]);
      waiting = [];
      lazy = [];
      try {
        if (broken !== undefined) throw broken;
        await writeAll(file, bytes);
        if (batch.length > 0) await file.datasync();
        size += bytes.length;
        for (const item of batch) item.resolve();
      } catch (error) {
        broken = error;
        for (const item of batch) item.reject(error);
      }
    }
  }

  /** One writer at a time; whoever comes meanwhile shares the next sync. */
  function flush(): Promise<void> {
    flushing ??= writeOut().finally(() => {
      flushing = undefined;
      if (waiting.length + lazy.length > 0) void flush();
    });
    return flushing;
  }

  return {
    recovered,
    get size() {
      return size;
    },
    append(record) {
      return new Promise((resolve, reject) => {
        waiting.push({ bytes: encodeRecord(record), resolve, reject });
        void flush();
      });
    },
    appendLazily(record) {
      lazy.push(encodeRecord(record));
      void flush();
    },
    async rotate(first) {
      await flushing;
      const next = await openNew(folder, number + 1);
      const bytes = encodeRecord(first);
      try {
        await writeAll(next, bytes);
        await next.datasync();
        await syncFolder(folder);
      } catch (error) {
        await next.close().catch(() => undefined);
        await rm(join(folder, nameOf(number + 1)), { force: true }).catch(() => undefined);
        throw error;
      }
      const old = file;
      file = next;
      number += 1;
      size = bytes.length;
      // The snapshot says all that the old files said, lazily written records included.
      lazy = [];
      broken = undefined;
      await old.close().catch(() => undefined);
      await removeBefore(folder, number);
    },
    async close() {
      while (flushing) await flushing;
      await file.datasync();
      await file.close();
    },
  };
}

async function openNew(folder: string, number: number): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND;
  const handle = await open(join(folder, nameOf(number)), flags, 0o600);
  try {
    await syncFolder(folder);
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
  return handle;
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesWritten } = await file.write(bytes, at);
    if (bytesWritten === 0) throw new Error("nothing was written");
    at += bytesWritten;
  }
}

async function removeBefore(folder: string, number: number): Promise<void> {
  for (const name of await readdir(folder)) if (numberOf(name) < number) await rm(join(folder, name), { force: true });
}
