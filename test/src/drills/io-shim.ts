// Failures of the file system on purpose: a library before libc that makes the k-th call of a kind fail below one folder.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../native/failio.c", import.meta.url));
const errors = { EIO: 5, ENOSPC: 28, EROFS: 30, EDQUOT: 122 } as const;

export type Errno = keyof typeof errors;
export const errnos = Object.keys(errors) as Errno[];

export function buildShim(folder: string): string {
  const library = join(folder, "failio.so");
  const made = spawnSync("cc", ["-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", "-o", library, source, "-ldl"], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`the io drill needs a C compiler: ${made.stderr ?? made.error?.message}`);
  return library;
}

export interface Failure {
  folder: string;
  operation: string;
  errno: Errno;
  /** The first call that fails. */
  k: number;
  /** How many fail from then on; 0: all. */
  count: number;
  /** A write that writes a part. */
  isShort?: boolean;
}

/** The environment of a process that meets this failure. */
export function environmentOf(library: string, failure: Failure): Record<string, string> {
  const { folder, operation, errno, k, count, isShort } = failure;
  return {
    LD_PRELOAD: library,
    FAILIO_DIR: folder,
    FAILIO_K: String(k),
    FAILIO_OP: operation,
    FAILIO_ERRNO: String(errors[errno]),
    FAILIO_FOR: String(count),
    ...(isShort && { FAILIO_SHORT: "1" }),
  };
}
