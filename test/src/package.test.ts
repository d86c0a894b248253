// The Debian package: made, unpacked into an empty folder, and used from there as after an installation; for ARM its files are looked at.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { root } from "./cli.ts";

const folder = mkdtempSync(join(tmpdir(), "needled-deb-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const has = (name: string): boolean => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0;
const skip = ["dpkg-deb", "make", "cc", "xz"].every(has) ? false : "needs dpkg-deb, xz, make and cc";
const arch = { x64: "amd64", arm64: "arm64", arm: "armhf" }[process.arch as string] ?? process.arch;

function unpack(wanted: string): string {
  const made = spawnSync(process.execPath, [join(root, "deploy/package.js"), wanted], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  const deb = /(\S+\.deb)/.exec(made.stdout)?.[1] ?? "";
  const to = join(folder, wanted);
  assert.equal(spawnSync("dpkg-deb", ["-x", join(root, deb), to]).status, 0);
  return to;
}

const use = (installed: string, ...args: string[]) =>
  spawnSync(join(installed, "usr/bin/needled"), args, {
    encoding: "utf8",
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder },
  });

test("what is installed answers, from its own files alone", { skip, timeout: 170_000 }, () => {
  const installed = unpackFromUntidy(arch);
  checkContents(installed);
  const version = use(installed, "--version");
  assert.match(version.stdout, /^needled \d/, version.stderr);
  const asked = use(installed, "ask", "--alone", "turn off the kitchen lights");
  assert.equal(asked.status, 0, asked.stderr);
  assert.match(asked.stdout, /kitchen/i);
  const config = join(installed, "etc/needled/needled.yaml");
  assert.equal(use(installed, "config", "validate", config).status, 0);
  const app = join(installed, "usr/lib/needled");
  assert.deepEqual(
    ["systemd/build/needle-notify", "daemon/playground/index.html", "models/manifest.json"].filter(
      (path) => !existsSync(join(app, path)),
    ),
    [],
  );
  assert.deepEqual(
    readdirSync(join(app, "node_modules")).filter((name) => /typescript|biome|node-red/.test(name)),
    [],
  );
  const unit = readFileSync(join(installed, "lib/systemd/system/needled.service"), "utf8");
  assert.match(unit, /ExecStart=\/usr\/bin\/node .*\/usr\/lib\/needled\/daemon\/bin\/needled\.js start/);
});

/** As somebody builds it whose files are private, and whose last build left something. */
function unpackFromUntidy(wanted: string): string {
  const stale = join(root, "daemon/dist/left-over-of-a-test.js");
  writeFileSync(stale, "");
  const mask = process.umask(0o077);
  try {
    return unpack(wanted);
  } finally {
    process.umask(mask);
    rmSync(stale, { force: true });
  }
}

function checkContents(installed: string): void {
  const list = spawnSync("find", [installed, "-printf", "%y %m %P\n"], { encoding: "utf8", maxBuffer: 16e6 }).stdout;
  const lines = list.split("\n").filter((line) => / usr\/lib\/needled/.test(line));
  assert.ok(lines.length > 100);
  const isOpen = (line: string): boolean => /^(f 644|f 755|d 755|l 777) /.test(line);
  assert.deepEqual(
    lines.filter((line) => !isOpen(line)),
    [],
  );
  const idle = /left-over|\.test\.js$|needled\/(daemon|devices|kernels)\/.*\.(map|ts)$/;
  assert.deepEqual(
    lines.filter((line) => idle.test(line)),
    [],
  );
}

const cross = has("aarch64-linux-gnu-gcc")
  ? skip
  : "needs aarch64-linux-gnu-gcc: apt-get install gcc-aarch64-linux-gnu";

test("the package for 64-bit ARM holds programs for it, and only its addon", { skip: cross, timeout: 170_000 }, () => {
  const app = join(unpack("arm64"), "usr/lib/needled");
  const machineOf = (path: string): number => readFileSync(join(app, path)).readUInt16LE(18);
  const aarch64 = 183;
  assert.equal(machineOf("kernels/build/needle-engine"), aarch64);
  assert.equal(machineOf("systemd/build/needle-notify"), aarch64);
  assert.deepEqual(readdirSync(join(app, "node_modules/@serialport/bindings-cpp/prebuilds")), ["linux-arm64"]);
});
