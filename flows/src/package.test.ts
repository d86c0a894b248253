// What the package promises beside its code: help from the docs, catalogues of the same keys, pages that keep to the editor's own means.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";

const root = join(__dirname, "..");
const built = join(root, "dist/nodes");
const { renderHelp } = createRequire(__filename)(join(root, "help.js")) as {
  renderHelp(node: string, markdown: string): string;
};
const nodes = Object.entries(
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { "node-red": { nodes: Record<string, string> } })[
    "node-red"
  ].nodes,
);

const read = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");

function keysOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, path === "" ? key : `${path}.${key}`));
}

for (const [name, file] of nodes) {
  test(`${name} is built: code, page and the help of docs/nodes as it is now`, () => {
    assert.ok(existsSync(join(root, file)), `${file} is missing: npm run build`);
    const help = renderHelp(name, read("docs/nodes", `${name}.md`));
    assert.equal(read("dist/nodes/locales/en-US", `${name}.html`), help, "run node flows/build.js");
    assert.equal(read("dist/nodes", `${name}.html`), read("src/nodes", `${name}.html`), "run node flows/build.js");
  });

  test(`the help of ${name} names every property of its page`, () => {
    const docs = read("docs/nodes", `${name}.md`);
    const page = read("src/nodes", `${name}.html`);
    const shown = [...page.matchAll(/id="node-(?:config-)?input-([A-Za-z]+)"/g)].map(([, id = ""]) => id);
    const own = new Set(["name", "daemon", "outputs", "mode", "tools", "timeout", "source"]);
    const wanted = shown.filter((id) => !id.endsWith("Type") && !own.has(id));
    assert.deepEqual(
      wanted.filter((id) => !docs.includes(`\`${id}\``)),
      [],
    );
  });

  test(`every word of ${name}'s page is in its catalogue, and German has them all`, () => {
    const page = read("src/nodes", `${name}.html`);
    const english = keysOf(JSON.parse(read("src/nodes/locales/en-US", `${name}.json`)));
    const german = keysOf(JSON.parse(read("src/nodes/locales/de", `${name}.json`)));
    const used = [...page.matchAll(/data-i18n="(?:\[\w+\])?([^"]+)"/g)].map(([, key = ""]) => key);
    const called = [...page.matchAll(/this\._\("([^"]+)"\)/g)].map(([, key = ""]) => key);
    assert.deepEqual(
      [...used, ...called].filter((key) => !english.includes(key)),
      [],
    );
    assert.deepEqual(
      english.filter((key) => !german.includes(key)),
      [],
    );
  });

  test(`${name}'s page has no colours of its own and touches nothing of the editor's`, () => {
    const page = read("src/nodes", `${name}.html`);
    const inner = /<script type="text\/html"[^>]*>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
    assert.doesNotMatch(inner, /#[0-9a-f]{3,6}\b|rgb\(|<style/i);
    assert.doesNotMatch(page, /\$\("[.#]red-ui/);
  });
}

test("every node but the configuration has its icon", () => {
  const icons = readdirSync(join(built, "icons")).sort();
  const wanted = nodes.map(([name]) => `${name}.svg`).filter((name) => name !== "needled-daemon.svg");
  assert.deepEqual(icons, wanted.sort());
});
