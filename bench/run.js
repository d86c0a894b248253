// npm run bench: how fast and how big. A readable table on stderr, one JSON object on stdout or in --out FILE.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureCli, measureDaemon, measureRequests, measureStarts } from "./measure.js";
import { requests } from "./requests.js";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    rounds: { type: "string", default: "20" },
    starts: { type: "string", default: "10" },
    out: { type: "string" },
  },
});

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}

function engineOptions() {
  const { model } = values;
  if (model === undefined) return {};
  return model.includes("/") || model.endsWith(".gguf") ? { weights: { path: model } } : { model };
}

function table(result) {
  const spreads = Object.entries(result).filter(([, value]) => value?.p50 !== undefined);
  const rest = Object.entries(result).filter(([, value]) => typeof value !== "object" || value === null);
  const head = `${"".padEnd(22)}${["p50", "p95", "max", "n"].map((name) => name.padStart(10)).join("")}`;
  const cells = ({ p50, p95, max, n }) => [p50, p95, max, n].map((value) => String(value).padStart(10)).join("");
  return [
    head,
    ...spreads.map(([name, value]) => name.padEnd(22) + cells(value)),
    "",
    ...rest.map(([name, value]) => `${name.padEnd(22)}${String(value).padStart(10)}`),
  ].join("\n");
}

const options = engineOptions();
progress("starting engines …");
const starts = await measureStarts(options, requests[0], Number(values.starts));
const warm = await measureRequests(options, requests, {
  rounds: Number(values.rounds),
  onStep: (done, all) => done % 10 === 0 && progress(`${done}/${all} requests`),
});
progress("asking from the shell …");
const shell = await measureCli(values.model, requests[0], Number(values.starts));
progress("starting daemons …");
const daemon = await measureDaemon(values.model, Number(values.starts));
progress("");
const result = { at: new Date().toISOString(), ...warm, ...starts, ...shell, ...daemon };
console.error(table(result));
const json = JSON.stringify(result);
if (values.out === undefined) console.log(json);
else writeFileSync(values.out, `${json}\n`);
