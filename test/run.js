// Runs every compiled test with node's own runner. Files are named one by one: Node 20 takes folders, Node 22 only patterns.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = [
  { dist: "kernels/dist", source: "kernels/client" },
  { dist: "devices/dist", source: "devices/src" },
  { dist: "daemon/dist", source: "daemon/src" },
  { dist: "flows/dist", source: "flows/src" },
  { dist: "test/dist", source: "test/src" },
];

/** A test whose source is gone stays in dist, so only those with a source count. */
function testsOf({ dist, source }) {
  const folder = join(root, dist);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".test.js") && existsSync(join(root, source, name.replace(/\.js$/, ".ts"))))
    .map((name) => join(dist, name));
}

const only = process.argv.slice(2);
const files = packages.flatMap(testsOf).filter((file) => only.length === 0 || only.some((part) => file.includes(part)));
if (files.length === 0) {
  console.error(`test: no compiled test matches ${only.join(", ") || packages.map((p) => p.dist + sep).join(", ")}`);
  process.exit(1);
}
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
// A test that hangs must not hang the suite; before 20.11 Node knows no such limit.
const limit = major > 20 || minor >= 11 ? ["--test-timeout=420000"] : [];
const options = ["--test", "--test-reporter=spec", "--enable-source-maps", ...limit];
const result = spawnSync(process.execPath, [...options, ...files.sort()], { cwd: root, stdio: "inherit" });
process.exit(result.status ?? 1);
