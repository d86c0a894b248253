// Builds kernels/build/needle-engine, or puts a prebuilt one there when this machine has no compiler.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const engine = join(here, "build", "needle-engine");
const prebuilt = join(here, "prebuilt", `${process.platform}-${process.arch}`, "needle-engine");

function has(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

let why = "no make or no C compiler here";

function build() {
  const compiler = process.env.CC ?? "cc";
  if (!has("make") || !has(compiler.split(" ")[0])) return false;
  const made = spawnSync("make", ["--silent", "-C", here], { stdio: "inherit" });
  if (made.status !== 0) why = "make failed, see the messages above";
  return made.status === 0;
}

function copyPrebuilt() {
  if (!existsSync(prebuilt)) return false;
  mkdirSync(dirname(engine), { recursive: true });
  copyFileSync(prebuilt, engine);
  chmodSync(engine, 0o755);
  console.log(`kernels: ${why}; using ${prebuilt}`);
  return true;
}

if (!build() && !copyPrebuilt()) {
  console.error(`kernels: needle-engine cannot be built (${why}), and there is no ${prebuilt}.`);
  console.error("Install them:  Debian, Ubuntu, Raspberry Pi OS: sudo apt-get install make gcc libc6-dev");
  console.error("               Fedora: sudo dnf install make gcc    Alpine: apk add make gcc musl-dev linux-headers");
  process.exit(1);
}
