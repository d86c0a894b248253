// The rules of Node-RED's scorecard (node-red-dev) that can be checked without its catalogue, and what the packed file holds.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { flowsFolder, type Packed, pack } from "./install.ts";
import { nodeRedFolders, requirePeer, whyNoNodeRed5 } from "./peers.ts";
import { exampleNames, readExample } from "./stage.ts";

interface Manifest {
  name: string;
  license: string;
  private?: boolean;
  keywords: string[];
  engines: { node: string };
  repository?: { url?: string };
  bugs?: { url?: string };
  dependencies: Record<string, string>;
  "node-red": { version: string; nodes: Record<string, string> };
}

interface Semver {
  satisfies(version: string, range: string): boolean;
  minVersion(range: string): { version: string };
}

const readJson = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8")) as Manifest;
const manifest = readJson(join(flowsFolder, "package.json"));
const nodes = Object.entries(manifest["node-red"].nodes);
const configNodes = ["needled-daemon"];
const folder = mkdtempSync(join(tmpdir(), "needled-pack-"));
let packed: Packed;
let paths: string[] = [];

before(() => {
  // The only one that runs `prepack` as well: it brings the licence.
  packed = pack(folder, { hasScripts: true });
  paths = packed.files.map(({ path }) => path);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("P01: it has a licence, and the text of it", () => {
  assert.equal(manifest.license, "Apache-2.0");
});

test("P03: it says where its source or its bugs are, and cannot be published before it does", () => {
  const address = manifest.repository?.url ?? manifest.bugs?.url;
  if (address === undefined) assert.equal(manifest.private, true);
  else assert.match(address, /^(git\+)?https:\/\//);
});

test("P04, P05: its name has a scope, its keywords say node-red", () => {
  assert.match(manifest.name, /^@[a-z-]+\/[a-z-]+$/);
  assert.ok(manifest.keywords.includes("node-red"));
});

test("P06, P07: the newest Node-RED is among those it wants, and so is the oldest Node of that", {
  skip: whyNoNodeRed5,
}, () => {
  const semver = requirePeer<Semver>("semver");
  for (const major of [4, 5] as const) {
    const { version } = JSON.parse(readFileSync(join(nodeRedFolders[major], "package.json"), "utf8")) as {
      version: string;
    };
    assert.ok(semver.satisfies(version, manifest["node-red"].version), version);
  }
  const oldest = semver.minVersion(readJson(join(nodeRedFolders[5], "package.json")).engines.node).version;
  assert.ok(semver.satisfies(oldest, manifest.engines.node), `${oldest} ${manifest.engines.node}`);
});

test("N01: every type begins with needled-, and its files say the same type in words that a parser finds", () => {
  for (const [type, file] of nodes) {
    assert.match(type, /^needled-[a-z]+$/);
    const page = readFileSync(join(flowsFolder, file.replace(/\.js$/, ".html")), "utf8");
    // The scorecard reads the literal object and nothing that is put together elsewhere.
    const found = new RegExp(`<script type="text/javascript">\\s*RED\\.nodes\\.registerType\\("${type}", \\{`).test(
      page,
    );
    assert.ok(found, `${file}: registerType("${type}", {…}) stands first in its script`);
    for (const key of [
      "category",
      "defaults",
      ...(configNodes.includes(type) ? ["credentials"] : ["inputs", "outputs", "icon", "color"]),
    ])
      assert.match(page, new RegExp(`^ {2}${key}:`, "m"), `${file}: ${key}`);
  }
});

test("N02: every node that is no configuration node stands in an example", () => {
  const used = new Set(exampleNames().flatMap((name) => readExample(name).map(({ type }) => type)));
  const missing = nodes.map(([type]) => type).filter((type) => !configNodes.includes(type) && !used.has(type));
  assert.deepEqual(missing, []);
});

test("D01: it has at most six dependencies, and needs nothing of ours when it runs", () => {
  const names = Object.keys(manifest.dependencies);
  assert.ok(names.length <= 6, names.join(", "));
  assert.deepEqual(
    names.filter((name) => name.startsWith("@needled/")),
    [],
  );
});

test("the packed file is below 200 KB and has every part: pages, icons, languages, help, examples", () => {
  assert.ok(packed.size < 200_000, `${packed.size} bytes`);
  for (const [type, file] of nodes) {
    for (const wanted of [
      file,
      file.replace(/\.js$/, ".html"),
      `dist/nodes/locales/en-US/${type}.json`,
      `dist/nodes/locales/en-US/${type}.html`,
    ])
      assert.ok(paths.includes(wanted), `${wanted} is missing in the packed file`);
  }
  for (const name of exampleNames()) assert.ok(paths.includes(`examples/${name}.json`), name);
  for (const wanted of ["package.json", "README.md", "LICENSE"])
    assert.ok(paths.includes(wanted), `${wanted} is missing`);
});

test("the packed file has no tests, no sources and no maps", () => {
  assert.deepEqual(
    paths.filter((path) => /\.test\.|\.map$|\.ts$|^src\/|testing/.test(path)),
    [],
  );
});

test("every language has all words of the English one", () => {
  const locales = join(flowsFolder, "dist/nodes/locales");
  const keysOf = (value: unknown, prefix = ""): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${prefix}.${key}`))
      : [prefix];
  for (const [type] of nodes) {
    const read = (language: string): string[] =>
      keysOf(JSON.parse(readFileSync(join(locales, language, `${type}.json`), "utf8")));
    // Others may have more: the English words of a status are its key.
    for (const language of readdirSync(locales)) {
      const there = new Set(read(language));
      const missing = read("en-US").filter((key) => !there.has(key));
      assert.deepEqual(missing, [], `${language} ${type}`);
    }
  }
});
