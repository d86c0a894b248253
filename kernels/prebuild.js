// Makes kernels/prebuilt: static engines for machines without a compiler. `node kernels/prebuild.js`; needs the cross compilers named below.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const targets = [
  { platform: "linux-x64", tool: "", flags: "-O2" },
  { platform: "linux-arm64", tool: "aarch64-linux-gnu-", flags: "-O2" },
  { platform: "linux-arm", tool: "arm-linux-gnueabihf-", flags: "-O2 -march=armv7-a+vfpv3-d16" },
];

/** SHA-256 over what the engine is made of; a prebuilt engine of other sources is stale. */
export function sourcesDigest() {
  const hash = createHash("sha256");
  const files = ["src", "include"].flatMap((folder) =>
    readdirSync(join(here, folder)).map((name) => join(folder, name)),
  );
  for (const file of [...files.sort(), "Makefile"]) hash.update(`${file}\0`).update(readFileSync(join(here, file)));
  return hash.digest("hex");
}

function prebuild({ platform, tool, flags }) {
  const build = join(here, "build", platform);
  const made = spawnSync("make", ["-s", "-C", here, `BUILD=${build}`, `CC=${tool}gcc`, `CFLAGS=${flags}`], {
    stdio: "inherit",
  });
  if (made.status !== 0) throw new Error(`${platform}: make failed; is ${tool}gcc installed?`);
  const folder = join(here, "prebuilt", platform);
  mkdirSync(folder, { recursive: true });
  const engine = join(folder, "needle-engine");
  copyFileSync(join(build, "needle-engine"), engine);
  chmodSync(engine, 0o755);
  spawnSync(`${tool}strip`, [engine], { stdio: "inherit" });
  console.log(`${platform}: ${readFileSync(engine).length} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const target of targets) prebuild(target);
  writeFileSync(join(here, "prebuilt", "sources.sha256"), `${sourcesDigest()}\n`);
}
