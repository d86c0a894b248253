// Scores the shipped model on sets in the data format: `node bench/scores.js SET.jsonl.gz …`; prints a Markdown table, writes bench/scores.json.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const percent = (share) => (typeof share === "number" ? (share * 100).toFixed(1) : "–");

function score(set) {
  const command = [join(root, "daemon/bin/needled.js"), "eval", set, "--json"];
  const ran = spawnSync(process.execPath, command, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  if (ran.status !== 0) throw new Error(`${set}: needled eval ended with ${ran.status}`);
  return { ...JSON.parse(ran.stdout), set: basename(set).replace(/\.jsonl(\.gz)?$/, "") };
}

const sets = process.argv.slice(2);
if (sets.length === 0) {
  console.error("usage: node bench/scores.js SET.jsonl[.gz] …");
  process.exit(2);
}
const rows = sets.map(score);
console.log(
  "| set | n | exact % | before threshold % | tool F1 % | arguments % | refusals found % | refusals right % | p50 ms |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const r of rows) {
  const shares = [r.exact, r.raw_exact, r.tool_f1, r.argument_accuracy, r.refusal_recall, r.refusal_precision];
  console.log(`| ${r.set} | ${r.n} | ${shares.map(percent).join(" | ")} | ${r.p50_ms.toFixed(1)} |`);
}
writeFileSync(join(root, "bench", "scores.json"), `${JSON.stringify(rows, null, 2)}\n`);
