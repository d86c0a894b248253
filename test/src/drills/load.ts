// The load drill: N intents at once, a third each over the unix socket, HTTP (respond-async) and MQTT (the daemon's own broker). Each is done, refused
// or expired; none is without an outcome, none is done twice, and the daemon's memory stays bounded.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outcomeOf } from "./chaos-traffic.ts";
import type { Places } from "./doors-worker.ts";
import { type Fate, openHttpWay, openMqttWay, openUnixWay, type Way } from "./load-ways.ts";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";
import { readList } from "./read-list.ts";
import { type Asked, type Dump, dump, judge, nextIntent, start } from "./storm.ts";

/** What a person's daemon has, but for the quota of a source: here three sources are a whole house. */
const limits = { per_minute: 60_000, burst: 2_500, in_flight: 16, waiting: 1_000, ttl_s: 30 };
const mostGrowthMb = 128;
/** Without a single new fate for so long it has stopped; how long the whole takes says only how busy the machine is. */
const stuckMs = 120_000;

function rssMb(child: ChildProcess): number {
  const line = readFileSync(`/proc/${child.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1];
  return Math.round(Number(line ?? 0) / 102.4) / 10;
}

/** The daemon's memory before, at its highest and now. */
function watchMemory(daemon: ChildProcess): { before: number; peak(): number; now(): number; stop(): void } {
  const before = rssMb(daemon);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, rssMb(daemon));
  }, 50);
  return { before, peak: () => peak, now: () => rssMb(daemon), stop: () => clearInterval(timer) };
}

interface Stage {
  folder: string;
  state: string;
  devicePath: string;
  device: ChildProcess;
  daemon: ChildProcess;
  ways: readonly Way[];
  end(): Promise<Dump>;
}

async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "needled-load-"));
  const state = join(folder, "state");
  const devicePath = join(folder, "device.sock");
  const device = await start("device.js", [devicePath]);
  const daemon = await start("doors-worker.js", [state, devicePath, "", JSON.stringify(limits)]);
  const places = JSON.parse(readFileSync(join(state, "places.json"), "utf8")) as Places;
  const ways = [
    await openUnixWay(join(state, "needled.sock")),
    openHttpWay(places),
    await openMqttWay(places.broker ?? 0),
  ];
  return {
    ...{ folder, state, devicePath, device, daemon, ways },
    async end() {
      for (const way of ways) way.close();
      const seen = await dump(devicePath);
      daemon.kill("SIGTERM");
      await once(daemon, "exit");
      device.kill("SIGKILL");
      return seen;
    },
  };
}

interface Asking {
  fates: Map<string, Fate>;
  /** What a client gave up at, by intent. */
  faults: Map<string, string>;
}

/** Asks all at once, until each has a fate or nothing happens any more. */
async function askAll(asked: readonly Asked[], ways: readonly Way[], onFate: (fates: number) => void): Promise<Asking> {
  const fates = new Map<string, Fate>();
  const faults = new Map<string, string>();
  let last = performance.now();
  const all = asked.map(async (intent, at) => {
    try {
      fates.set(intent.id, (await ways[at % ways.length]?.ask(intent)) as Fate);
      onFate(fates.size);
    } catch (error) {
      faults.set(intent.id, String(error));
    }
    last = performance.now();
  });
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<void>((resolve) => {
    timer = setInterval(() => performance.now() - last > stuckMs && resolve(), 1_000);
  });
  await Promise.race([Promise.all(all), stuck]);
  clearInterval(timer);
  return { fates, faults };
}

function countFates(fates: ReadonlyMap<string, Fate>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fate of fates.values()) {
    const word = "answer" in fate ? outcomeOf(fate.answer) : `refused_${fate.refused}`;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

function repeatsOf(ways: readonly Way[]): Record<string, number> {
  return Object.fromEntries(
    ways.flatMap(({ repeats }) => Object.entries(repeats).map(([why, n]) => [`again_${why}`, n])),
  );
}

/** What the fates say, held against what the devices and the list count. */
function violationsOf(asked: readonly Asked[], { fates, faults }: Asking, seen: Dump, list: readonly string[]) {
  const answers = new Map([...fates].flatMap(([id, fate]) => ("answer" in fate ? [[id, fate.answer] as const] : [])));
  for (const intent of asked) intent.admitted = answers.has(intent.id);
  const { doubled, unreported, untrue } = judge(asked, answers, seen, list);
  const silent = asked
    .filter(({ id }) => !fates.has(id))
    .map(({ id }) => `${id} without an outcome: ${faults.get(id) ?? "nothing came"}`);
  const marks = new Set([...seen.effects.map((line) => line.replace(/^.* play /, "")), ...list]);
  const refusedAndDone = asked
    .filter(({ id, mark }) => fates.has(id) && !answers.has(id) && marks.has(mark))
    .map(({ id }) => `${id} was refused, and done`);
  const figures = { without_outcome: silent.length, doubled: doubled.length, untrue: untrue.length };
  return { figures, violations: [...silent, ...doubled, ...unreported, ...untrue, ...refusedAndDone] };
}

export async function loadDrill({ n, seed, report }: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(seed);
  const stage = await openStage();
  const memory = watchMemory(stage.daemon);
  const asked = Array.from({ length: n }, (_, at) => nextIntent(at, random));
  const started = performance.now();
  const asking = await askAll(asked, stage.ways, (size) => {
    if (size % 1_000 === 0) report(`${size}/${n}, ${memory.now()} MB`);
  });
  const seconds = (performance.now() - started) / 1_000;
  memory.stop();
  const rss = { rss_before_mb: memory.before, rss_peak_mb: memory.peak(), rss_after_mb: memory.now() };
  const counts = { ...countFates(asking.fates), ...repeatsOf(stage.ways) };
  const seen = await stage.end();
  const { figures, violations } = violationsOf(asked, asking, seen, await readList(stage.state));
  const grown = rss.rss_peak_mb - rss.rss_before_mb;
  if (grown > mostGrowthMb) violations.push(`memory grew by ${Math.round(grown)} MB`);
  if (violations.length === 0) rmSync(stage.folder, { recursive: true, force: true });
  return {
    figures: { intents: n, per_second: Math.round(n / seconds), ...counts, ...rss, ...figures },
    violations: violations.length === 0 ? [] : [...violations, `state kept in ${stage.folder}`],
  };
}
