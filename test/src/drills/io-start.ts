// Parts of the io drill with one answer each: `needled start` where nothing can be written, and an audit whose disk is full for a while.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectToDaemon, verifyAudit } from "@needled/daemon";
import { type Errno, environmentOf } from "./io-shim.ts";
import { nextIntent, start } from "./storm.ts";

const needled = fileURLToPath(new URL("../../../daemon/bin/needled.js", import.meta.url));
/** A start that neither works nor ends. */
const hungMs = 120_000;

/** Exit code and words of the real command. */
async function startNeedled(
  state: string,
  env: Record<string, string>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [needled, "start", "--state", state], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString();
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), hungMs);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(limit);
  return { code, said };
}

/** A folder where nothing of the given kind works, for good: one line that names the folder, exit 69 or 78; and a clean start after it. */
export async function refuseToStart(library: string, root: string, errno: Errno, operation: string): Promise<string[]> {
  const state = join(root, `start-${errno}-${operation}`, "state");
  const name = `start, ${operation} ${errno} for good`;
  const env = environmentOf(library, { folder: state, operation, errno, k: 1, count: 0 });
  const { code, said } = await startNeedled(state, env);
  const found: string[] = [];
  if (code !== 69 && code !== 78) found.push(`${name}: exit ${code}`);
  const lines = said.trimEnd().split("\n");
  if (lines.length !== 1 || !said.startsWith("needled: ") || !said.includes(state))
    found.push(`${name}: said ${said.trim()}`);
  const devicePath = join(root, `${errno}-${operation}.sock`);
  const device = await start("device.js", [devicePath]);
  const clean = await start("worker.js", [state, devicePath, "", "0"]);
  if (clean.exitCode !== null || clean.signalCode !== null) found.push(`${name}: the clean start after it failed`);
  clean.kill("SIGKILL");
  device.kill("SIGKILL");
  return found;
}

/** The audit's disk is full for a while: turns go on, health says it, and afterwards the chain is whole. */
export async function fillAudit(library: string, root: string, random: () => number): Promise<string[]> {
  const state = join(root, "audit-full", "state");
  const devicePath = join(root, "audit-full.sock");
  const device = await start("device.js", [devicePath]);
  const failure = { folder: join(state, "audit"), operation: "write", errno: "ENOSPC", k: 3, count: 12 } as const;
  const env = environmentOf(library, failure);
  const daemon = await start("worker.js", [state, devicePath, "", "0"], env);
  const found: string[] = [];
  const socketPath = join(state, "needled.sock");
  const client = await connectToDaemon(socketPath);
  const seen: (string | undefined)[] = [];
  for (let n = 0; n < 24 && client; n += 1) {
    const { id, text } = nextIntent(n, random);
    const asked = await client.ask({ id, text });
    const outcome = "answer" in asked ? (await asked.answer).calls[0]?.outcome : asked.receipt.code;
    if (outcome !== "done") found.push(`audit full: ${id} ${outcome}`);
    seen.push((await client.health()).status);
  }
  client?.close();
  if (!seen.includes("degraded")) found.push(`audit full: health said only ${[...new Set(seen)].join(", ")}`);
  if (seen.at(-1) !== "ok") found.push(`audit full: health stays ${seen.at(-1)}`);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  device.kill("SIGKILL");
  const { lines, faults } = await verifyAudit(join(state, "audit"));
  if (lines !== 24 || faults.length > 0)
    found.push(`audit full: ${lines} lines, ${faults.map(({ why }) => why).join("; ")}`);
  return found;
}
