// Runs Biome from test/peers: it weighs 97 MB, so it is no part of a user's install.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const biome = fileURLToPath(new URL("peers/node_modules/@biomejs/biome/bin/biome", import.meta.url));

if (!existsSync(biome)) {
  console.error("check: Biome is not installed. Run: npm ci --prefix test/peers");
  process.exit(1);
}
const args = process.argv.slice(2);
const result = spawnSync(process.execPath, [biome, "check", ...(args.length > 0 ? args : ["."])], {
  cwd: root,
  stdio: "inherit",
});
process.exit(result.status ?? 1);
