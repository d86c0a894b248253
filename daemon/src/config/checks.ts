// What a configuration can have wrong beyond its schema: secrets where they do not belong, names that nothing has.
import { catalogue, type OwnerTool } from "@needled/devices";
import { editDistance, nearestOf } from "../nearest.ts";
import type { ConfigProblem, Path, YamlFile } from "./yaml-file.ts";

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const holdsUser = (url: unknown): boolean => typeof url === "string" && /^[a-z]+:\/\/[^/?#]*@/i.test(url);

/** A password in an address would stand in logs, in `doctor` and in the greeting. */
export function faultsOfUrl({ raw, problem }: YamlFile): ConfigProblem[] {
  const { mqtt, home_assistant: others } = (raw ?? {}) as { mqtt?: { url?: unknown }; home_assistant?: unknown };
  const fault = (path: Path, way: string): ConfigProblem =>
    problem(path, `an address must hold no user and no password; write ${way}`);
  const secret = "{file: PATH}, or {credential: NAME} with systemd";
  const found = holdsUser(mqtt?.url)
    ? [fault(["mqtt", "url"], `mqtt.username: NAME and mqtt.password: ${secret}`)]
    : [];
  const more = listOf(others).flatMap((one, n) =>
    holdsUser((one as { url?: unknown } | null)?.url)
      ? [fault(["home_assistant", n, "url"], `token: ${secret}, which holds a long-lived access token`)]
      : [],
  );
  return [...found, ...more];
}

/** A slip of the pen; a name that is just another one may be a flow's. */
function isSlip(name: string, known: string): boolean {
  return editDistance(name.toLowerCase(), known) <= Math.max(1, Math.floor(known.length / 4));
}

export interface PolicyFaults {
  problems: ConfigProblem[];
  /** Rows about tools that only a flow can bring: nobody knows their names before it comes. */
  notes: ConfigProblem[];
}

/** Names of tools in rows, as far as the file has its form; the schema tells the rest. */
function namesIn(raw: unknown): { name: string; path: Path }[] {
  const rows = listOf((raw as { policy?: unknown } | null)?.policy);
  return rows.flatMap((row, n) =>
    listOf((row as { tools?: unknown } | null)?.tools).flatMap((name, at) =>
      typeof name === "string" ? [{ name, path: ["policy", n, "tools", at] }] : [],
    ),
  );
}

/** A row about a tool that does not exist fits nothing, and what it should deny is done. */
export function faultsOfPolicy({ raw, problem }: YamlFile, own: readonly OwnerTool[]): PolicyFaults {
  const known = [...catalogue(), ...own].map(({ name }) => name);
  const problems: ConfigProblem[] = [];
  const notes: ConfigProblem[] = [];
  for (const { name, path } of namesIn(raw)) {
    if (known.includes(name)) continue;
    const near = nearestOf(name, known);
    const slip = near !== undefined && isSlip(name, near) ? near : known.find((one) => isSlip(name, one));
    if (slip !== undefined) problems.push(problem(path, `there is no tool ${name}; did you mean ${slip}?`));
    else {
      const hint = near === undefined ? "" : `; the nearest that is here: ${near}`;
      notes.push(problem(path, `there is no tool ${name} unless a flow brings it${hint}`));
    }
  }
  return { problems, notes };
}
