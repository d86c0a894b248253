// What several commands read first: the configuration and the folder of the daemon's state.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "../argv.ts";
import { problemText, readConfig, withDefaults } from "../config/read.ts";
import type { Config } from "../config/schema.ts";
import { DaemonError } from "../errors.ts";
import { readWhole, type WholeRead } from "../owner/config.ts";
import { stateFolder } from "../state-folder.ts";
import type { CommandIo } from "./io.ts";

const systemFile = "/etc/needled/needled.yaml";

export type Tools = Extract<WholeRead, { ok: true }>["tools"];

export interface Settings {
  config: Config;
  /** undefined: nothing is configured. */
  file: string | undefined;
  state: string;
}

/** The file that is named, else the system's where it exists, else none. */
export function configFile(line: CommandLine, io: Pick<CommandIo, "env">): string | undefined {
  const named = line.values.config ?? (io.env.NEEDLED_CONFIG || undefined);
  return named ?? (existsSync(systemFile) ? systemFile : undefined);
}

export async function readSettings(line: CommandLine, io: Pick<CommandIo, "env">): Promise<Settings> {
  const file = configFile(line, io);
  const read = file === undefined ? { ok: true as const, config: withDefaults({}) } : await readConfig(file);
  if (!read.ok) throw new DaemonError("config.invalid", read.problems.map(problemText).join("\n"));
  const { config } = read;
  return { config, file, state: stateFolder({ given: line.values.state, configured: config.state, env: io.env }) };
}

/** With the tools of the owner's own, and all their faults. */
export async function readWholeSettings(
  line: CommandLine,
  io: Pick<CommandIo, "env">,
): Promise<Settings & { tools: Tools; notes: readonly string[] }> {
  const file = configFile(line, io);
  const read = await readWhole(file, { credentials: io.env.CREDENTIALS_DIRECTORY, withSecrets: true });
  if (!read.ok) throw new DaemonError("config.invalid", read.problems.map(problemText).join("\n"));
  const { config, tools, notes } = read;
  return {
    config,
    tools,
    notes: notes.map(problemText),
    file,
    state: stateFolder({ given: line.values.state, configured: config.state, env: io.env }),
  };
}

/** For who only explains: the secrets of the service need not be readable. */
export async function readTools(line: CommandLine, io: Pick<CommandIo, "env">): Promise<Tools> {
  const read = await readWhole(configFile(line, io), { credentials: undefined, withSecrets: false });
  if (!read.ok) throw new DaemonError("config.invalid", read.problems.map(problemText).join("\n"));
  return read.tools;
}

export const journalOf = (state: string): string => join(state, "journal");
export const auditOf = (state: string): string => join(state, "audit");
