// The configuration file, read against its schema; absent keys mean their defaults.
import { faultsOfUrl } from "./checks.ts";
import { type Config, configSchema, defaults } from "./schema.ts";
import { type ConfigProblem, ownSchema, parseYaml, readText, type YamlFile } from "./yaml-file.ts";

export { type ConfigProblem, problemText } from "./yaml-file.ts";

/** `source`: the file itself, for who looks further; absent when it is no YAML. */
export type ConfigRead =
  | { ok: true; config: Config; source: YamlFile }
  | { ok: false; problems: ConfigProblem[]; source?: YamlFile };

const schema = ownSchema(configSchema);

export function parseConfig(text: string, file: string): ConfigRead {
  const read = parseYaml(text, file, schema);
  const problems = [...(read.ok ? [] : read.problems), ...(read.file ? faultsOfUrl(read.file) : [])];
  if (!read.ok || problems.length > 0) return { ok: false, problems, ...(read.file && { source: read.file }) };
  return { ok: true, config: withDefaults(read.file.raw as Partial<Config>), source: read.file };
}

export function withDefaults(given: Partial<Config>): Config {
  return {
    ...defaults,
    ...given,
    limits: { ...defaults.limits, ...given.limits },
    log: { ...defaults.log, ...given.log },
    broker: { ...defaults.broker, ...given.broker },
    http: { ...defaults.http, ...given.http },
    flows: { ...defaults.flows, ...given.flows },
  };
}

export async function readConfig(file: string): Promise<ConfigRead> {
  const found = await readText(file);
  return "text" in found ? parseConfig(found.text, file) : { ok: false, problems: found.problems };
}
