// Packages of needled: node deploy/package.js [amd64|arm64|armhf …] makes deploy/build/needled_VERSION_ARCH.deb and needled-VERSION-ARCH.tar.xz.
// Needs a built tree (npm run build), dpkg-deb and tar; for another processor also its C compiler, for the 60 lines of needle-notify.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "deploy/build");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const machines = {
  amd64: { prebuilt: "linux-x64", compiler: "x86_64-linux-gnu-gcc", addon: "linux-x64" },
  arm64: { prebuilt: "linux-arm64", compiler: "aarch64-linux-gnu-gcc", addon: "linux-arm64" },
  armhf: { prebuilt: "linux-arm", compiler: "arm-linux-gnueabihf-gcc", addon: "linux-arm" },
};
const own = { x64: "amd64", arm64: "arm64", arm: "armhf" }[process.arch];

function fail(message) {
  console.error(`package: ${message}`);
  process.exit(1);
}

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (error) fail(`${command}: ${error.message}`);
  if (status !== 0) fail(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What runs: compiled files without their tests and maps. */
const isProgram = (path) => !/\.(test\.js|d\.[cm]?ts|test-d\.ts|map|tsbuildinfo)(\.map)?$/.test(path);

/** A compiled file whose source is gone is left over from an earlier build. */
const hasSource = (path) => {
  const inside = /^(.*)\/dist\/(.*)\.js$/.exec(path);
  const sources = ["src", "client"].map((folder) => inside && `${inside[1]}/${folder}/${inside[2]}.ts`);
  return inside === null || sources.some((source) => existsSync(source));
};

function copy(from, to, filter = () => true) {
  if (!existsSync(join(root, from))) fail(`${from} is missing: run npm run build first`);
  cpSync(join(root, from), to, { recursive: true, filter, dereference: false });
}

/** The packages that a user's machine needs, as npm itself counts them. */
function dependencies() {
  const workspaces = ["daemon", "devices", "kernels"].flatMap((name) => ["-w", name]);
  const listed = run("npm", ["ls", "--omit=dev", "--all", "--parseable", ...workspaces], { cwd: root });
  const inside = listed.split("\n").map((path) => relative(root, path));
  return [...new Set(inside)].filter((path) => path.startsWith("node_modules/") && !path.includes("@needled/"));
}

function copyDependencies(app, { addon }) {
  for (const path of dependencies()) {
    // Of addons only the machine's own; nothing that only a compiler or their authors need.
    const isNeeded = (file) => {
      const inside = relative(join(root, path), file);
      const other = /^prebuilds\/([^/]+)/.exec(inside)?.[1];
      const isOurs = other === undefined || other === addon || other.startsWith(`${addon}-`);
      const isIdle = /^(node_modules|test|tests|docs|examples|benchmarks|\.husky)(\/|$)|\.(cpp|h|gyp)$/.test(inside);
      return isOurs && !isIdle && isProgram(file);
    };
    cpSync(join(root, path), join(app, path), { recursive: true, filter: isNeeded });
  }
  mkdirSync(join(app, "node_modules/@needled"), { recursive: true });
  for (const name of ["daemon", "devices", "kernels"])
    symlinkSync(`../../${name}`, join(app, "node_modules/@needled", name));
}

function copyProgram(app, machine) {
  copy("package.json", join(app, "package.json"));
  for (const part of ["daemon", "devices", "kernels"]) {
    copy(`${part}/package.json`, join(app, part, "package.json"));
    copy(`${part}/dist`, join(app, part, "dist"), (path) => isProgram(path) && hasSource(path));
  }
  copy("daemon/bin", join(app, "daemon/bin"));
  copy("daemon/playground", join(app, "daemon/playground"));
  copy("devices/catalogue.json", join(app, "devices/catalogue.json"));
  mkdirSync(join(app, "kernels/build"), { recursive: true });
  copy(`kernels/prebuilt/${machine.prebuilt}/needle-engine`, join(app, "kernels/build/needle-engine"));
  copy("models", join(app, "models"));
  copy("LICENSE", join(app, "LICENSE"));
  chmodSync(join(app, "daemon/bin/needled.js"), 0o755);
}

/** The helper that speaks to systemd, compiled for the machine; without it the unit would wait in vain. */
function buildNotify(app, arch, machine) {
  const found = [machine.compiler, ...(arch === own ? ["cc"] : [])].find(
    (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
  );
  if (found === undefined)
    fail(`${arch} needs ${machine.compiler}: apt-get install gcc-${machine.compiler.replace(/-gcc$/, "")}`);
  const folder = join(app, "systemd/build");
  mkdirSync(folder, { recursive: true });
  run("make", ["--silent", "-C", join(root, "systemd"), `CC=${found}`, `BUILD=${folder}`]);
}

function writeSystemFiles(stage) {
  const put = (path, text, mode = 0o644) => {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), text, { mode });
  };
  put("lib/systemd/system/needled.service", readFileSync(join(root, "systemd/needled.service")));
  put("usr/share/doc/needled/examples/serial.conf", readFileSync(join(root, "systemd/serial.conf")));
  put("usr/share/doc/needled/copyright", readFileSync(join(root, "LICENSE")));
  put("etc/needled/needled.yaml", readFileSync(join(root, "deploy/needled.yaml")));
  mkdirSync(join(stage, "usr/bin"), { recursive: true });
  symlinkSync("../lib/needled/daemon/bin/needled.js", join(stage, "usr/bin/needled"));
}

/** Whatever the umask of who builds: everybody may read it, only root may change it. */
function openToAll(stage) {
  run("chmod", ["-R", "u=rwX,go=rX", stage]);
}

function writeControl(stage, arch) {
  const size = Number(run("du", ["-sk", "--exclude=DEBIAN", stage]).split("\t")[0]);
  const control = [
    "Package: needled",
    `Version: ${version}`,
    `Architecture: ${arch}`,
    "Maintainer: needled <needled@localhost>",
    "Depends: nodejs (>= 20)",
    "Recommends: mosquitto",
    "Section: net",
    "Priority: optional",
    `Installed-Size: ${size}`,
    "Description: edge agent that turns plain words into device actions",
    " needled reads what a person asks for, in words or by voice, with a small model",
    " of its own on this machine, and carries it out on smart-home devices: safely,",
    " without a cloud, and with the truth about what happened.",
  ];
  mkdirSync(join(stage, "DEBIAN"), { recursive: true });
  writeFileSync(join(stage, "DEBIAN/control"), `${control.join("\n")}\n`);
  writeFileSync(join(stage, "DEBIAN/conffiles"), "/etc/needled/needled.yaml\n");
  for (const name of ["postinst", "prerm", "postrm"]) {
    writeFileSync(join(stage, "DEBIAN", name), readFileSync(join(root, "deploy", name)), { mode: 0o755 });
  }
}

function build(arch) {
  const machine = machines[arch];
  if (machine === undefined) fail(`no such machine: ${arch}; known: ${Object.keys(machines).join(", ")}`);
  const stage = join(out, arch);
  const app = join(stage, "usr/lib/needled");
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  copyProgram(app, machine);
  copyDependencies(app, machine);
  buildNotify(app, arch, machine);
  openToAll(stage);
  const tar = join(out, `needled-${version}-${arch}.tar.xz`);
  run("tar", ["-C", join(stage, "usr/lib"), "--owner=0", "--group=0", "--sort=name", "-cJf", tar, "needled"]);
  writeSystemFiles(stage);
  writeControl(stage, arch);
  openToAll(stage);
  const deb = join(out, `needled_${version}_${arch}.deb`);
  run("dpkg-deb", ["--root-owner-group", "-Zxz", "--build", stage, deb]);
  for (const file of [deb, tar])
    console.log(`${relative(root, file)}  ${(Number(run("stat", ["-c%s", file])) / 1e6).toFixed(1)} MB`);
}

const wanted = process.argv.slice(2);
for (const arch of wanted.length > 0 ? wanted : [own]) build(arch);
