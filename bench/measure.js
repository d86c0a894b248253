// The measurements, one function each. Times are milliseconds of the monotonic clock, memory is kilobytes resident.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogue, lexicon, loadHome, simulatedHome } from "@needled/devices";
import { Catalogue, loadEngine } from "@needled/kernels";

const cli = fileURLToPath(new URL("../daemon/bin/needled.js", import.meta.url));
/** As the daemon compiles it: every tool, and every name of the simulated home. */
const whole = { tools: catalogue(), lexicon: lexicon(loadHome(simulatedHome())) };

/** Nearest rank, as in the daemon's own metrics. */
function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function spread(values) {
  const round = (value) => Number(value.toFixed(3));
  return {
    n: values.length,
    p50: round(percentile(values, 0.5)),
    p95: round(percentile(values, 0.95)),
    max: round(Math.max(...values)),
  };
}

async function timed(run) {
  const started = performance.now();
  const value = await run();
  return { ms: performance.now() - started, value };
}

function residentKb(pid) {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return found === null ? null : Number(found[1]);
}

/** Cold: a new engine, its tools registered, one answer. Warm parts of it (page cache) stay warm from the second round on. */
export async function measureStart(options, query) {
  const load = await timed(() => loadEngine(options));
  const engine = load.value;
  try {
    const register = await timed(() => Catalogue.create(engine, whole));
    const first = await timed(() => register.value.ask(query));
    return { load: load.ms, register: register.ms, first: first.ms, total: load.ms + register.ms + first.ms };
  } finally {
    await engine.close();
  }
}

export async function measureStarts(options, query, rounds) {
  const runs = [];
  for (let i = 0; i < rounds; i += 1) runs.push(await measureStart(options, query));
  const of = (name) => spread(runs.map((run) => run[name]));
  return {
    load_ms: of("load"),
    register_ms: of("register"),
    first_answer_ms: of("first"),
    load_to_answer_ms: of("total"),
  };
}

function runCli(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: "ignore" });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** What a person waits for at a shell: Node, the home, the engine and one answer. */
export async function measureCli(model, query, rounds) {
  const named = model === undefined ? [] : ["--model", model];
  const times = [];
  for (let i = 0; i < rounds; i += 1) {
    times.push((await timed(() => runCli(["ask", "--dry-run", "--json", query, ...named]))).ms);
  }
  return { cli_ask_ms: spread(times) };
}

/** From the command to its first word: whoever reads that can ask. Nothing is configured, so it has its own broker and a simulated home. */
async function startDaemon(named) {
  const state = mkdtempSync(join(tmpdir(), "needled-bench-"));
  const began = performance.now();
  const child = spawn(process.execPath, [cli, "start", "--state", state, ...named], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const over = once(child, "close");
  await Promise.race([once(child.stdout, "data"), over.then(() => Promise.reject(new Error("needled start ended")))]);
  const start = { ms: performance.now() - began, cpuMs: cpuTicksOf(child.pid) * msPerTick };
  child.kill("SIGTERM");
  await over;
  rmSync(state, { recursive: true, force: true });
  return start;
}

const msPerTick = 10;

/** User and system time of a process, without its children. */
function cpuTicksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

export async function measureDaemon(model, rounds) {
  const named = model === undefined ? [] : ["--model", model];
  const starts = [];
  for (let i = 0; i < rounds; i += 1) starts.push(await startDaemon(named));
  return { start_ms: spread(starts.map(({ ms }) => ms)), start_cpu_ms: spread(starts.map(({ cpuMs }) => cpuMs)) };
}

/** Warm requests against all tools of the home. `onStep` hears how far it is. */
export async function measureRequests(options, requests, { rounds, onStep }) {
  const engine = await loadEngine(options);
  try {
    const asked = await Catalogue.create(engine, whole);
    for (const query of requests) await asked.ask(query);
    const rows = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const query of requests) {
        const { ms, value } = await timed(() => asked.ask(query));
        rows.push({ ms, ...value.timings, calls: value.calls.length });
        onStep(rows.length, rounds * requests.length);
      }
    }
    return { ...summarize(rows), ...memory(engine), ...machine(engine), stats: await engine.stats() };
  } finally {
    await engine.close();
  }
}

function summarize(rows) {
  const of = (name) => rows.map((row) => row[name]);
  const sum = (name) => of(name).reduce((total, value) => total + value, 0);
  const perSecond = (tokens, ms) => (ms > 0 ? Math.round((tokens / ms) * 1000) : null);
  return {
    request_ms: spread(of("ms")),
    engine_ms: spread(of("totalMs")),
    encode_ms: spread(of("encodeMs")),
    decode_ms: spread(of("decodeMs")),
    query_tokens: spread(of("queryTokens")),
    answer_tokens: spread(of("answerTokens")),
    decode_tokens_per_s: perSecond(sum("answerTokens"), sum("decodeMs")),
    encode_tokens_per_s: perSecond(sum("queryTokens"), sum("encodeMs")),
    tokens_per_pass: Number((sum("answerTokens") / Math.max(1, sum("passes"))).toFixed(2)),
  };
}

function memory(engine) {
  return { engine_rss_kb: residentKb(engine.ready.pid), client_rss_kb: residentKb(process.pid) };
}

function machine(engine) {
  const { isa, lockdown } = engine.ready;
  return {
    model: engine.model.name,
    tools: catalogue().length,
    isa,
    lockdown,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    node: process.version,
  };
}
