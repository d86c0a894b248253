import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { migrate, steps, versionOf } from "./migrations.ts";

const editors = join(__dirname, "../src/nodes");
const types = Object.keys(steps);

/** Runs the page's script as the editor would, and keeps what it registers. */
function definitionOf(type: string): { defaults: Record<string, { value: unknown }> } {
  const page = readFileSync(join(editors, `${type}.html`), "utf8");
  const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
  let found: unknown;
  const validators = { typedInput: () => true, number: () => true, regex: () => true };
  const red = { nodes: { registerType: (_: string, definition: unknown) => (found = definition) }, validators };
  new Function("RED", script)(red);
  return found as { defaults: Record<string, { value: unknown }> };
}

test("knows every node type that has a page", () => {
  const pages = readdirSync(editors).filter((name) => name.endsWith(".html"));
  assert.deepEqual(pages.map((name) => name.replace(".html", "")).sort(), [...types].sort());
});

for (const type of types) {
  test(`a ${type} of a flow written by hand gets what the editor would have written`, () => {
    const { defaults } = definitionOf(type);
    const { id, type: kept, version, ...filled } = migrate({ id: "1", type });
    assert.deepEqual([id, kept, version], ["1", type, versionOf(type)]);
    assert.equal(defaults.version?.value, versionOf(type), "the version in the page is the newest");
    const chosen = new Set(["name", "version", "daemon"]);
    const written = Object.entries(defaults).filter(([key]) => !chosen.has(key));
    assert.deepEqual(filled, Object.fromEntries(written.map(([key, { value }]) => [key, value])));
  });

  test(`a ${type} keeps what it has`, () => {
    const config = { id: "1", type, name: "mine", extra: { a: 1 }, version: versionOf(type) };
    assert.deepEqual(migrate(config), config);
    assert.deepEqual(migrate({ ...config, version: 0 }).extra, { a: 1 });
  });
}

test("a node of a newer package is refused by name", () => {
  const newer = { id: "1", type: "needled-intent", version: 99 };
  assert.throws(() => migrate(newer), /needled-intent: this flow was saved by a newer .* Update the package/);
});

test("steps lead upwards, each to its own version", () => {
  for (const type of types) {
    const versions = (steps[type] ?? []).map(({ version }) => version);
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    );
    assert.equal(new Set(versions).size, versions.length);
  }
});
