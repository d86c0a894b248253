// npm run drill -- NAME --n N --seed S [--homes H] [--control]: runs one drill, prints its figures, exits 1 on a violation.
import { parseArgs } from "node:util";
import { chaosDrill } from "./chaos.ts";
import { engineDrill } from "./engine-kill.ts";
import { hostileDrill } from "./hostile.ts";
import { ioDrill } from "./io.ts";
import { killDrill } from "./kill.ts";
import { loadDrill } from "./load.ts";
import type { Drill } from "./options.ts";

const drills: Readonly<Record<string, { run: Drill; n: number; help: string }>> = {
  kill: { run: killDrill, n: 150, help: "kill -9 at random moments and at every labelled point of the journal" },
  engine: { run: engineDrill, n: 150, help: "kill -9 of the engine of a real daemon with the shipped model" },
  io: { run: ioDrill, n: 60, help: "the k-th write, sync, open or rename of the journal fails" },
  chaos: {
    run: chaosDrill,
    n: 50,
    help: "a broker that is killed, wiped, cut off and half cut off, with junk and repeats",
  },
  load: { run: loadDrill, n: 10_000, help: "N intents at once over the unix socket, HTTP and MQTT" },
  hostile: { run: hostileDrill, n: 100_000, help: "a model that emits any call, against a reference policy" },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    n: { type: "string" },
    seed: { type: "string", default: "1" },
    homes: { type: "string", default: "2" },
    control: { type: "boolean", default: false },
  },
});
const [name = ""] = positionals;
const drill = drills[name];
if (drill === undefined) {
  const known = Object.entries(drills).map(([word, { help, n }]) => `  ${word.padEnd(10)} ${help} (default --n ${n})`);
  process.stderr.write(`drill: ${name === "" ? "which one?" : `there is no drill "${name}"`}\n${known.join("\n")}\n`);
  process.exit(2);
}
const seed = Number(values.seed);
const started = performance.now();
const { figures, violations } = await drill.run({
  n: Number(values.n ?? drill.n),
  seed,
  homes: Number(values.homes),
  isControl: values.control,
  report: (line) => void process.stderr.write(`${line}\n`),
});
const seconds = Math.round((performance.now() - started) / 100) / 10;
process.stdout.write(`${JSON.stringify({ drill: name, seed, seconds, ...figures, violations: violations.length })}\n`);
for (const violation of violations.slice(0, 20)) process.stderr.write(`violation: ${violation}\n`);
process.exit(violations.length === 0 ? 0 : 1);
