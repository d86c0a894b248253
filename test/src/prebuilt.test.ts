// The engines that ship for machines without a compiler are those of today's sources.
import { ok, strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./cli.ts";

const kernels = join(root, "kernels");

test("prebuilt engines are made of the sources that are here", async () => {
  const { sourcesDigest } = (await import(join(kernels, "prebuild.js"))) as { sourcesDigest(): string };
  const recorded = readFileSync(join(kernels, "prebuilt", "sources.sha256"), "utf8").trim();
  strictEqual(recorded, sourcesDigest(), "run `node kernels/prebuild.js` after a change in kernels/src");
});

test("the prebuilt engine of this machine starts", (t) => {
  const engine = join(kernels, "prebuilt", `${process.platform}-${process.arch}`, "needle-engine");
  const { version } = JSON.parse(readFileSync(join(kernels, "package.json"), "utf8")) as { version: string };
  const ran = spawnSync(engine, ["--version"], { encoding: "utf8" });
  if (ran.error) return t.skip(`no prebuilt engine for ${process.platform}-${process.arch}`);
  ok(ran.stdout.includes(version), ran.stdout);
});
