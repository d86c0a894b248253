// The prebuilt 64-bit ARM engine under qemu's user mode: each path answers the shipped model's questions as this machine's scalar path does.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { catalogue, lexicon, loadHome, simulatedHome } from "@needled/devices";
import { Catalogue, loadEngine } from "@needled/kernels";
import { noModel, root } from "./cli.ts";

// Few and short, for emulation is slow.
const QUESTIONS = ["turn off the kitchen lights", "who won the world cup in 1998"];
const TOOLS = ["turn_off", "lock"];
const SLOW = { readyTimeoutMs: 60_000, hangTimeoutMs: 120_000, requestTimeoutMs: 120_000 };
const ARM64 = "kernels/prebuilt/linux-arm64/needle-engine";

interface Machine {
  readonly isa: string;
  readonly engine: string;
  /** Command line of the emulator; none runs the engine itself. */
  readonly emulator: string;
  readonly mask?: string;
}

const MACHINES: Machine[] = [
  { isa: "neon", engine: ARM64, emulator: "qemu-aarch64 -cpu cortex-a53" },
  { isa: "dotprod", engine: ARM64, emulator: "qemu-aarch64 -cpu max" },
];

let folder: string;
let expected: string[];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "needled-arm-"));
  const here = { isa: "scalar", engine: "kernels/build/needle-engine", emulator: "", mask: "0" };
  if (!noModel) expected = await answers(here);
});
after(() => rm(folder, { recursive: true }));

/** What the shipped model makes of the questions; descriptor 3, the weights, passes through the shell. */
async function answers({ isa, engine: program, emulator, mask }: Machine): Promise<string[]> {
  const enginePath = join(folder, "engine");
  const variable = mask === undefined ? "unset NK_CPU_MASK" : `export NK_CPU_MASK=${mask}`;
  await writeFile(enginePath, `#!/bin/sh\n${variable}\nexec ${emulator} '${join(root, program)}' "$@"\n`);
  await chmod(enginePath, 0o755);
  const engine = await loadEngine({ ...SLOW, enginePath });
  try {
    assert.equal(engine.ready.isa, isa);
    const tools = catalogue().filter(({ name }) => TOOLS.includes(name));
    const home = await Catalogue.create(engine, { tools, lexicon: lexicon(loadHome(simulatedHome())) });
    const told = [];
    for (const question of QUESTIONS) {
      const { calls, inPlay } = await home.ask(question);
      // The C libraries of two machines may round a logarithm differently, so a confidence is no bit pattern here.
      told.push(JSON.stringify([calls.map((c) => [c.name, c.arguments, c.confidence.toFixed(4)]), inPlay]));
    }
    return told;
  } finally {
    await engine.close();
  }
}

for (const machine of MACHINES) {
  const { isa, emulator, mask } = machine;
  const name = `${emulator}${mask === undefined ? "" : ` with mask ${mask}`} takes the ${isa} path and answers as scalar does here`;
  test(name, { skip: noModel }, async (t) => {
    const [qemu = ""] = emulator.split(" ");
    if (spawnSync(qemu, ["--version"]).error) return t.skip(`${qemu} is not installed`);
    assert.deepEqual(await answers(machine), expected);
  });
}
