// Runs Biome from test/peers: it weighs 97 MB, so it is no part of a user's install.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binary = `peers/node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`;
const biome = fileURLToPath(new URL(binary, import.meta.url));

if (!existsSync(biome)) {
  console.error(`check: test/${binary} is not there. Run: npm ci --prefix test/peers`);
  process.exit(1);
}
const args = process.argv.slice(2);
const result = spawnSync(biome, ["check", ...(args.length > 0 ? args : ["."])], { cwd: root, stdio: "inherit" });
if (result.error) console.error(`check: ${result.error.message}`);
process.exit(result.status ?? 1);
