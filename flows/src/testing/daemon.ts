// For the tests: the real `needled start` on a state folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./broker.ts";

const program = join(__dirname, "../../../daemon/bin/needled.js");

export interface RealDaemon {
  readonly http: string;
  /** Its own broker, when it has one. */
  readonly mqtt: string;
  token(): string;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

/** `config` is more YAML; with `mqtt:` in it there is no broker of its own. */
export async function startDaemon(config = ""): Promise<RealDaemon> {
  const state = mkdtempSync(join(tmpdir(), "needled-flows-"));
  const [broker, http] = [await freePort(), await freePort()];
  const own = /^mqtt:/m.test(config) ? "" : `broker: {port: ${broker}}\n`;
  const file = join(state, "needled.yaml");
  writeFileSync(file, `home: {simulated: true}\nhttp: {port: ${http}}\n${own}${config}\n`);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const mine = spawn(process.execPath, [program, "start", "--config", file, "--state", join(state, "state")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = mine;
    const errors: string[] = [];
    mine.stderr.on("data", (part: Buffer) => errors.push(part.toString()));
    const greeted = new Promise<void>((resolve, reject) => {
      createInterface({ input: mine.stdout }).on("line", (line) => line.startsWith("exit or Ctrl-D") && resolve());
      mine.once("exit", (code) => reject(new Error(`needled ended with ${code}: ${errors.join("")}`)));
    });
    await greeted;
  };
  const kill = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  await start();
  return {
    http: `http://127.0.0.1:${http}`,
    mqtt: `mqtt://127.0.0.1:${broker}`,
    token: () => readFileSync(join(state, "state/http.token"), "utf8").trim(),
    start,
    kill,
    async stop() {
      await kill("SIGTERM");
      rmSync(state, { recursive: true, force: true });
    },
  };
}
