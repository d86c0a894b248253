// Where the daemon keeps what must survive it: the one place that every command agrees on.
import { homedir } from "node:os";
import { join } from "node:path";

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

export const socketOf = (state: string): string => join(state, "needled.sock");
