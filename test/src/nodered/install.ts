// Puts the nodes into a user folder of Node-RED, as `npm install` of the packed file would, without a registry.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../cli.ts";

export const flowsFolder = join(root, "flows");

export interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

/** The file that would be published, in `folder`. It must have been built: `npm test` does that first. */
export function pack(folder: string, { hasScripts = false } = {}): Packed {
  const args = ["pack", "--json", "--pack-destination", folder, ...(hasScripts ? [] : ["--ignore-scripts"])];
  const [packed] = JSON.parse(
    execFileSync("npm", args, { cwd: flowsFolder, encoding: "utf8", stdio: "pipe" }),
  ) as Packed[];
  if (packed === undefined) throw new Error("npm pack in flows/ packed nothing");
  return packed;
}

/** What the package needs of others lies in the repository's own node_modules already. */
export function install(userDir: string): void {
  const modules = join(userDir, "node_modules");
  const target = join(modules, "@needled/node-red");
  mkdirSync(target, { recursive: true });
  const packed = pack(userDir);
  execFileSync("tar", ["-xzf", join(userDir, packed.filename), "--strip-components=1", "-C", target]);
  for (const name of ["mqtt"]) {
    const link = join(modules, name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
}
