// Who may import whom (design section 2), read from the import statements themselves.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Import {
  file: string;
  target: string;
  isTypeOnly: boolean;
  names: string;
}

function sourcesOf(folder: string): string[] {
  const full = join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|js|mjs)$/.test(name) && !name.endsWith(".d.ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name));
}

const statement =
  /^\s*(?:import|export)\s+(type\s+)?([^;"']*?)\s*from\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

function importsIn(file: string, text: string): Import[] {
  return [...text.matchAll(statement)].map((found) => {
    const [, type, names = "", from, bare, dynamic] = found;
    return { file, target: from ?? bare ?? dynamic ?? "", isTypeOnly: type !== undefined, names };
  });
}

const importsOf = (file: string): Import[] => importsIn(file, readFileSync(join(root, file), "utf8"));
const importsUnder = (folder: string): Import[] => sourcesOf(folder).flatMap(importsOf);
const isOurs = (target: string): boolean => target.startsWith("@needled/") || target === "needled";
const show = (found: Import[]): string[] => found.map(({ file, target }) => `${file} imports ${target}`);

function assertOnly(folder: string, allowed: readonly string[]): void {
  const imports = importsUnder(folder);
  assert.ok(imports.length > 0, `${folder} has no imports to check`);
  const wrong = imports.filter(({ target }) => isOurs(target) && !allowed.includes(target));
  assert.deepEqual(show(wrong), []);
}

test("sees every way of importing", () => {
  const text = [
    'import "./a.ts";',
    'import type { B } from "b";',
    "import {\n  type C,\n  c,\n} from 'c';",
    'export * from "d";',
    'const e = await import("e");',
    'import f, { type F } from "f";',
  ].join("\n");
  const found = importsIn("x.ts", text);
  assert.deepEqual(
    found.map(({ target }) => target),
    ["./a.ts", "b", "c", "d", "e", "f"],
  );
  assert.deepEqual(
    found.map(({ isTypeOnly }) => isTypeOnly),
    [false, true, false, false, false, false],
  );
});

test("kernels import nothing of ours", () => assertOnly("kernels/client", []));

test("devices import nothing of ours", () => assertOnly("devices/src", []));

test("the daemon imports kernels and devices by their names only", () => {
  assertOnly("daemon/src", ["@needled/kernels", "@needled/devices"]);
});

test("Node-RED nodes import only types of the daemon's protocol", () => {
  const imports = importsUnder("flows/src");
  assert.ok(imports.length > 0, "flows/src has no imports to check");
  const wrong = imports.filter(({ target, isTypeOnly }) => {
    return isOurs(target) && !(target === "@needled/daemon/protocol" && isTypeOnly);
  });
  assert.deepEqual(show(wrong), []);
});

test("no package reaches into another by a path", () => {
  const wrong = ["kernels/client", "devices/src", "daemon/src", "flows/src"].flatMap((folder) => {
    const top = folder.split("/")[0] ?? "";
    return importsUnder(folder).filter(({ file, target }) => {
      return target.startsWith(".") && !join(file, "..", target).startsWith(`${top}/`);
    });
  });
  assert.deepEqual(show(wrong), []);
});

test("every package says which of our packages it needs", () => {
  for (const [name, folder] of [
    ["daemon", "src"],
    ["devices", "src"],
    ["kernels", "client"],
  ] as const) {
    const text = readFileSync(join(root, name, "package.json"), "utf8");
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    const wanted = importsUnder(`${name}/${folder}`).filter(
      ({ target }) => isOurs(target) && !(target in dependencies),
    );
    assert.deepEqual(show(wanted), []);
  }
});

test("only the policy approves calls", () => {
  const isTest = (file: string): boolean => file.includes(".test.");
  const found = importsUnder("daemon/src").filter(({ names, file }) => /\bapprove\b/.test(names) && !isTest(file));
  assert.deepEqual(
    found.map(({ file }) => file),
    ["daemon/src/policy/policy.ts"],
  );
});

test("the turn sees the world through its ports: no engine, no devices, no Node modules", () => {
  const wrong = importsOf("daemon/src/turn.ts").filter(({ target, isTypeOnly }) => {
    return target.startsWith("node:") || (isOurs(target) && !isTypeOnly);
  });
  assert.deepEqual(show(wrong), []);
});

test("commands do not import devices or each other", () => {
  const imports = importsUnder("daemon/src/commands").filter(({ file }) => !file.endsWith("/index.ts"));
  assert.deepEqual(show(imports.filter(({ target }) => isOurs(target))), []);
  const shared = ["./io.ts", "./options.ts", "./text.ts", "./settings.ts", "./ask-daemon.ts"];
  const siblings = imports.filter(({ target, file }) => {
    return target.startsWith("./") && !shared.includes(target) && !file.includes(".test.");
  });
  assert.deepEqual(show(siblings), []);
});

test("doors do not import devices or each other", () => {
  const imports = importsUnder("daemon/src/doors").filter(({ file }) => !file.includes(".test."));
  assert.deepEqual(show(imports.filter(({ target }) => isOurs(target))), []);
  const doors = ["./mqtt.ts", "./embedded-broker.ts", "./http.ts", "./unix.ts", "./serial.ts"];
  assert.deepEqual(show(imports.filter(({ target }) => doors.includes(target))), []);
});

test("only main leaves the process and reads its arguments and environment", () => {
  const wrong = sourcesOf("daemon/src")
    .filter((file) => !file.endsWith("/main.ts") && !file.includes(".test."))
    .filter((file) => /\bprocess\.(exit|argv|env|on|once)\b/.test(readFileSync(join(root, file), "utf8")));
  assert.deepEqual(wrong, []);
});

test("nothing but tests and benchmarks imports test or bench", () => {
  const folders = ["kernels/client", "devices/src", "daemon/src", "flows/src"];
  const wrong = folders.flatMap(importsUnder).filter(({ target }) => /(^|\/)\.\.\/(test|bench)\//.test(target));
  assert.deepEqual(show(wrong), []);
});
