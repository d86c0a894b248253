// One process a state folder: two would write one journal.
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DaemonError } from "./errors.ts";

export interface Lock {
  release(): Promise<void>;
}

async function isAlive(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    // After a restart of the machine the number may be somebody else's.
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "needled");
    return line.includes("needled") || line.includes("node");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export async function takeLock(folder: string): Promise<Lock> {
  const path = join(folder, "needled.pid");
  for (let attempt = 0; ; attempt += 1) {
    try {
      const handle = await open(path, "wx", 0o600);
      try {
        await handle.writeFile(`${process.pid}\n`);
      } finally {
        await handle.close();
      }
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 3) throw error;
    }
    const pid = Number(await readFile(path, "utf8").catch(() => ""));
    if (pid !== process.pid && (await isAlive(pid))) throw new DaemonError("config.locked", folder, `process ${pid}`);
    await rm(path, { force: true });
  }
}
