// needled doctor: what the daemon needs, looked at one by one; each fault with what to do about it.
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import type { CommandLine } from "../argv.ts";
import { problemText, withDefaults } from "../config/read.ts";
import type { Config } from "../config/schema.ts";
import { connectToDaemon } from "../doors/unix-client.ts";
import { openEngine } from "../engine-options.ts";
import { adviseOn, exitCodes, messageOf } from "../errors.ts";
import { lookAt } from "../home-assistants.ts";
import { readWhole } from "../owner/config.ts";
import { socketOf, stateFolder } from "../state-folder.ts";
import { reach } from "../surroundings.ts";
import type { CommandIo } from "./io.ts";
import { configFile } from "./settings.ts";

interface Finding {
  what: string;
  ok: boolean;
  say: string;
}

type Look = () => Promise<string>;

async function look(what: string, how: Look): Promise<Finding> {
  try {
    return { what, ok: true, say: await how() };
  } catch (error) {
    return { what, ok: false, say: adviseOn(error) };
  }
}

function looksFor(line: CommandLine, io: CommandIo, config: Config): [string, Look][] {
  const state = stateFolder({ given: line.values.state, configured: config.state, env: io.env });
  const looks: [string, Look][] = [
    [
      "engine",
      async () => {
        const engine = await openEngine({ model: line.values.model ?? config.model, paths: io.paths, log: io.log });
        const { name } = engine.model;
        await engine.close();
        return `runs, model ${name}`;
      },
    ],
    [
      "state",
      async () => {
        await mkdir(state, { recursive: true, mode: 0o700 });
        await access(state, constants.W_OK);
        return `${state} can be written`;
      },
    ],
    [
      "daemon",
      async () => {
        const client = await connectToDaemon(socketOf(state));
        if (client === undefined) return "is not running (needled start)";
        const health = await client.health();
        client.close();
        if (health.status !== "ok")
          throw new Error(`runs, but is ${health.status}: ${health.why ?? "no reason given"}`);
        return `runs since ${health.uptime_s} s`;
      },
    ],
  ];
  if (config.mqtt) {
    const { hostname, port, protocol } = new URL(config.mqtt.url);
    const fallback = protocol === "mqtts:" ? 8883 : 1883;
    looks.push([
      "broker",
      async () => {
        await reach(hostname, Number(port) || fallback);
        return `${config.mqtt?.url} answers`;
      },
    ]);
  }
  if (config.speech) {
    const { hostname, port } = new URL(config.speech.wyoming);
    looks.push([
      "speech",
      async () => {
        await reach(hostname.replace(/^\[|\]$/g, ""), Number(port));
        return `${config.speech?.wyoming} answers`;
      },
    ]);
  }
  for (const one of config.home_assistant) {
    looks.push(["home_assistant", () => lookAt(one, io.env.CREDENTIALS_DIRECTORY)]);
  }
  for (const { path } of config.serial) {
    looks.push([
      "serial",
      async () => {
        await access(path, constants.R_OK | constants.W_OK).catch((error: Error) => {
          throw new Error(`${messageOf(error)}; is the device plugged in, and are you in the group dialout?`);
        });
        return `${path} can be opened`;
      },
    ]);
  }
  return looks;
}

export async function runDoctor(line: CommandLine, io: CommandIo): Promise<number> {
  const file = configFile(line, io);
  const read =
    file === undefined
      ? undefined
      : await readWhole(file, { credentials: io.env.CREDENTIALS_DIRECTORY, withSecrets: true });
  const findings: Finding[] = [];
  if (read === undefined)
    findings.push({ what: "config", ok: true, say: "none: a simulated home and a broker of its own" });
  else if (read.ok) findings.push({ what: "config", ok: true, say: `${file} is fine` });
  else for (const problem of read.problems) findings.push({ what: "config", ok: false, say: problemText(problem) });
  if (read?.ok && read.tools.length > 0) {
    findings.push({
      what: "tools",
      ok: true,
      say: `${read.tools.length} of your own: ${read.tools.map(({ name }) => name).join(", ")}`,
    });
  }
  const config = read?.ok ? read.config : withDefaults({});
  for (const [what, how] of looksFor(line, io, config)) findings.push(await look(what, how));
  const isWell = findings.every(({ ok }) => ok);
  if (line.flags.has("json")) io.out(JSON.stringify({ ok: isWell, findings }));
  else for (const { what, ok, say } of findings) io.out(`${ok ? "ok  " : "BAD "} ${what.padEnd(8)} ${say}`);
  return isWell ? exitCodes.done : exitCodes.refused;
}
