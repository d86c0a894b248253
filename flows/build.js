// Puts beside the compiled nodes what is no code: editor pages, icons, catalogues, and the help, which is made from docs/nodes/*.md.
const { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { renderHelp } = require("./help.js");

const here = __dirname;
const from = join(here, "src/nodes");
const to = join(here, "dist/nodes");

mkdirSync(to, { recursive: true });
for (const name of readdirSync(from).filter((name) => name.endsWith(".html")))
  copyFileSync(join(from, name), join(to, name));
for (const folder of ["icons", "locales"]) cpSync(join(from, folder), join(to, folder), { recursive: true });

const docs = join(here, "docs/nodes");
for (const name of existsSync(docs) ? readdirSync(docs).filter((name) => name.endsWith(".md")) : []) {
  const node = name.replace(/\.md$/, "");
  writeFileSync(join(to, "locales/en-US", `${node}.html`), renderHelp(node, readFileSync(join(docs, name), "utf8")));
}

if (process.argv.includes("--pack")) copyFileSync(join(here, "../LICENSE"), join(here, "LICENSE"));
