// The configuration together with the files of tools that it names: one reading, one list of faults.
import type { OwnerTool } from "@needled/devices";
import { faultsOfPolicy } from "../config/checks.ts";
import { type ConfigProblem, readConfig, withDefaults } from "../config/read.ts";
import type { Config } from "../config/schema.ts";
import { readOwnerTools, type SecretOptions } from "./read.ts";

/** `notes`: what may be meant so, and should be looked at. */
export type WholeRead =
  | { ok: true; config: Config; tools: OwnerTool[]; notes: ConfigProblem[] }
  | { ok: false; problems: ConfigProblem[] };

/** Without a file nothing is configured, and that is fine. */
export async function readWhole(file: string | undefined, secrets: SecretOptions): Promise<WholeRead> {
  if (file === undefined) return { ok: true, config: withDefaults({}), tools: [], notes: [] };
  const read = await readConfig(file);
  const { source } = read;
  if (source === undefined) return { ok: false, problems: read.ok ? [] : read.problems };
  const named: unknown = (source.raw as { tools?: unknown }).tools;
  const patterns = Array.isArray(named)
    ? named.filter((one): one is string => typeof one === "string" && one !== "")
    : [];
  const { tools, problems } = await readOwnerTools({ patterns, configFile: file, source, ...secrets });
  const policy = faultsOfPolicy(source, tools);
  // A tool whose file has a fault is no tool yet, so names say nothing then.
  const misnamed = problems.length === 0 ? policy.problems : [];
  const all = [...(read.ok ? [] : read.problems), ...problems, ...misnamed];
  return read.ok && all.length === 0
    ? { ok: true, config: read.config, tools, notes: policy.notes }
    : { ok: false, problems: all };
}
