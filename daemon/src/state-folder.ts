// Where the daemon keeps what must survive it: the one place that every command agrees on.
import { homedir } from "node:os";
import { join } from "node:path";
import { codeOf, DaemonError, messageOf } from "./errors.ts";

export interface StatePlaces {
  /** --state DIR */
  given: string | undefined;
  /** `state` of the configuration. */
  configured: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/** In this order: command line, configuration, NEEDLED_STATE, systemd's STATE_DIRECTORY, XDG_STATE_HOME/needled, ~/.local/state/needled. */
export function stateFolder({ given, configured, env }: StatePlaces): string {
  const fixed = given ?? configured ?? (env.NEEDLED_STATE || undefined) ?? (env.STATE_DIRECTORY || undefined);
  if (fixed !== undefined) return fixed;
  const base = env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state");
  return join(base, "needled");
}

// Node knows no name for Linux's EDQUOT.
const quotaUsed = "the disk quota is used up";
const reasons: Readonly<Record<string, string>> = {
  EROFS: "the file system is read-only",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  // What mkdir says of every failure of a file system in the middle of a path.
  ENOENT: "that folder cannot be made",
  ENOTDIR: "a part of that path is no folder",
  EEXIST: "a file with that name is in the way",
  ENOSPC: "the disk is full",
  EDQUOT: quotaUsed,
  "Unknown system error -122": quotaUsed,
  EIO: "the disk reports an error",
};
/** What may pass without a person: the next start may find room. */
const mayPass = new Set(["the disk is full", quotaUsed, "the disk reports an error"]);

/** Does something to the state folder; what the file system says against it becomes one line that names the folder. */
export async function inState<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = reasons[codeOf(error)];
    if (reason === undefined) throw error;
    const code = mayPass.has(reason) ? "state.unwritable" : "config.state";
    throw new DaemonError(code, folder, `${reason} (${messageOf(error)})`, { cause: error });
  }
}

export const socketOf = (state: string): string => join(state, "needled.sock");
