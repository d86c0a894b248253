// The chaos drill: all doors of `needled start` on a real mosquitto that is killed, wiped, cut off and half cut off, with retained junk and repeats,
// and now and then a kill -9 of the daemon. Afterwards: what was acknowledged has one outcome, nothing twice, nothing late, nothing retained.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer } from "@needled/daemon";
import { type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { openTraffic, type Traffic } from "./chaos-traffic.ts";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";
import { readList } from "./read-list.ts";
import { type Dump, dump, judge, start } from "./storm.ts";
import { openTap, type Tap } from "./tap.ts";

const perSecond = 25;
/** Between the last look at the clock and the command on its way, on a machine that is busy. */
const slackMs = 250;
/** Without a single new answer for so long nothing more will come. */
const stuckMs = 60_000;

interface Stage {
  folder: string;
  state: string;
  devicePath: string;
  device: ChildProcess;
  broker: Mosquitto;
  tap: Tap;
  traffic: Traffic;
  random(): number;
  /** kill -9, and a start after it. */
  killDaemon(): Promise<void>;
  /** Ends all; resolves with what the device and the list say. */
  end(): Promise<{ seen: Dump; list: readonly string[] }>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isSo: () => boolean, withinMs: number): Promise<number | undefined> {
  const started = performance.now();
  while (!isSo()) {
    if (performance.now() - started > withinMs) return undefined;
    await sleep(10);
  }
  return performance.now() - started;
}

function repeatOld({ traffic, random }: Stage): void {
  const { sent } = traffic;
  for (let n = 0; n < 10 && sent.length > 0; n += 1) {
    const old = sent[Math.floor(random() * sent.length)];
    for (let copy = 0; copy < 3 && old; copy += 1) traffic.repeat(old);
  }
}

/** Each leaves the link whole, or on its way to be; true: the link was broken. */
const events: Readonly<Record<string, { weight: number; run(stage: Stage): Promise<boolean> }>> = {
  kill: {
    weight: 3,
    async run({ broker, random }) {
      await broker.kill();
      await sleep(100 + random() * 1_400);
      await broker.start();
      return true;
    },
  },
  wipe: {
    weight: 2,
    async run({ broker, random }) {
      await broker.kill();
      broker.wipe();
      await sleep(100 + random() * 900);
      await broker.start();
      return true;
    },
  },
  flap: {
    weight: 3,
    async run({ tap, random }) {
      for (let left = 2 + Math.floor(random() * 4); left > 0; left -= 1) {
        tap.pull();
        await sleep(200 + random() * 800);
        tap.plug();
        await sleep(200 + random() * 800);
      }
      return true;
    },
  },
  freeze: {
    weight: 2,
    async run({ tap, random }) {
      tap.freeze();
      await sleep(500 + random() * 3_500);
      tap.thaw();
      return false;
    },
  },
  half: {
    weight: 2,
    async run({ tap, random }) {
      tap.cutFar();
      await sleep(500 + random() * 3_500);
      tap.resetNear();
      return true;
    },
  },
  junk: {
    weight: 2,
    async run({ traffic }) {
      await traffic.junk();
      return false;
    },
  },
  repeat: {
    weight: 3,
    async run(stage) {
      repeatOld(stage);
      return false;
    },
  },
  daemon: {
    weight: 2,
    async run({ killDaemon }) {
      await killDaemon();
      return true;
    },
  },
};

function pickEvent(random: () => number): string {
  const all = Object.entries(events).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  return all[Math.floor(random() * all.length)] as string;
}

/** A device or a broker that went away without a word is found out by the keep-alive alone. */
async function measureKeepAlive({ tap }: Stage): Promise<number | undefined> {
  tap.cutFar();
  const found = await until(() => tap.isSubscribed(), 120_000);
  tap.resetNear();
  return found;
}

/** Asks again for what was acknowledged and never answered: its answer went down with a broker. */
async function askAgain({ traffic, tap }: Stage): Promise<void> {
  const open = () => traffic.sent.filter(({ id }) => tap.taken.has(id) && !traffic.answers.has(id));
  let fewest = Number.POSITIVE_INFINITY;
  let last = performance.now();
  for (let left = open(); left.length > 0 && performance.now() - last < stuckMs; left = open()) {
    if (left.length < fewest) last = performance.now();
    fewest = Math.min(fewest, left.length);
    for (const intent of left.slice(0, 200)) traffic.repeat(intent);
    await until(() => open().length === 0, 2_000);
  }
}

function marksOf({ effects, times }: Dump): Map<string, number[]> {
  const marks = new Map<string, number[]>();
  for (const [n, effect] of effects.entries()) {
    const mark = effect.replace(/^.* play /, "");
    marks.set(mark, [...(marks.get(mark) ?? []), times[n] as number]);
  }
  return marks;
}

/** What the chaos drill asks beyond what every storm asks. */
function violationsOf({ traffic, tap }: Stage, seen: Dump, list: readonly string[]): string[] {
  const found: string[] = [];
  const played = marksOf(seen);
  const listed = new Set(list);
  for (const { id, mark, kind, isForbidden, saidAt, ttlMs } of traffic.sent) {
    const at = played.get(mark) ?? [];
    const isDone = at.length > 0 || listed.has(mark);
    const answer = traffic.answers.get(id);
    if (isForbidden && isDone) found.push(`${id} was stale or retained, and done`);
    if (isForbidden && tap.takenRetained.has(id)) found.push(`${id} was retained, and acknowledged`);
    if (kind === "play" && at.some((time) => time > saidAt + ttlMs + slackMs)) found.push(`${id} done after its time`);
    if (answer && answer.outcomes.size > 1) found.push(`${id} has the outcomes ${[...answer.outcomes].join(" and ")}`);
    const isRefused = answer === undefined && !tap.taken.has(id) && traffic.refusals.has(id);
    if (isRefused && isDone) found.push(`${id} was refused, and done`);
  }
  return found;
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0);
}

async function openStage(seed: number, memory: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "needled-chaos-"));
  const state = join(folder, "state");
  const devicePath = join(folder, "device.sock");
  const device = await start("device.js", [devicePath]);
  const broker = await startMosquitto("", true);
  const tap = await openTap(broker.port);
  const startDaemon = (): Promise<ChildProcess> =>
    start("doors-worker.js", [state, devicePath, `mqtt://127.0.0.1:${tap.port}`, "{}", memory]);
  let daemon = await startDaemon();
  // Its own numbers: how many intents are sent depends on the machine, which events come must not.
  const traffic = openTraffic(broker.port, randomFrom(seed + 1));
  return {
    ...{ folder, state, devicePath, device, broker, tap, traffic, random: randomFrom(seed) },
    async killDaemon() {
      daemon.kill("SIGKILL");
      await once(daemon, "exit");
      daemon = await startDaemon();
    },
    async end() {
      const seen = await dump(devicePath);
      daemon.kill("SIGTERM");
      await once(daemon, "exit");
      await traffic.close();
      tap.close();
      await broker.stop();
      device.kill("SIGKILL");
      return { seen, list: await readList(state) };
    },
  };
}

interface Course {
  /** Milliseconds from a link that is whole again to a granted subscription. */
  reconnects: number[];
  counts: Record<string, number>;
  violations: string[];
}

async function runEvents(stage: Stage, { n, report }: DrillOptions): Promise<Course> {
  const { traffic, tap, random } = stage;
  const course: Course = { reconnects: [], counts: {}, violations: [] };
  for (let at = 1; at <= n; at += 1) {
    const name = pickEvent(random);
    course.counts[name] = (course.counts[name] ?? 0) + 1;
    const wasBroken = await events[name]?.run(stage);
    const back = await until(() => tap.isSubscribed(), 60_000);
    if (back === undefined) course.violations.push(`event ${at} (${name}): not back within a minute`);
    else if (wasBroken) course.reconnects.push(back);
    await sleep(random() * 600);
    if (at % 10 > 0) continue;
    const { sent, answers } = traffic;
    report(`${at}/${n} events, ${sent.length} intents, ${tap.taken.size} acknowledged, ${answers.size} answered`);
  }
  return course;
}

function countsOf({ traffic, tap }: Stage): Record<string, number> {
  return {
    intents: traffic.sent.length,
    at_broker: traffic.published.size,
    acknowledged: tap.taken.size,
    answered: traffic.answers.size,
    answers_heard: [...traffic.answers.values()].reduce((sum, { copies }) => sum + copies, 0),
    dup_deliveries: tap.dups(),
    refused: traffic.refusals.size,
    forbidden_sent: traffic.sent.filter(({ isForbidden }) => isForbidden).length,
  };
}

export async function chaosDrill(options: DrillOptions): Promise<DrillResult> {
  if (whyNoMosquitto) throw new Error(whyNoMosquitto);
  const { n, seed, isControl } = options;
  const stage = await openStage(seed, isControl ? "forgetful" : "");
  const { tap, traffic, folder } = stage;
  traffic.begin(perSecond);
  const { reconnects, counts, violations } = await runEvents(stage, options);
  // It takes up to a minute: a short run leaves it out, one without events is for it alone.
  const keepAliveMs = n === 0 || n >= 50 ? await measureKeepAlive(stage) : undefined;
  traffic.pause();
  await until(() => tap.isSubscribed(), 60_000);
  await sleep(1_000);
  if (!isControl) await askAgain(stage);
  const { seen, list } = await stage.end();
  const answers = new Map<string, Answer>([...traffic.answers].map(([id, { answer }]) => [id, answer]));
  for (const intent of traffic.sent) intent.admitted = tap.taken.has(intent.id) || answers.has(intent.id);
  const { lost, doubled, unreported, untrue, done, unknown, expired } = judge(traffic.sent, answers, seen, list);
  if (isControl) {
    const figures = { events: n, intents: traffic.sent.length, doubled: doubled.length };
    return { figures, violations: doubled.length > 0 ? [] : ["the control saw nothing"] };
  }
  const own = violationsOf(stage, seen, list);
  violations.push(...lost.map((one) => `lost ${one}`), ...doubled, ...unreported, ...untrue, ...own);
  if (violations.length === 0) rmSync(folder, { recursive: true, force: true });
  const figures = {
    ...{ events: n, ...counts, ...countsOf(stage), done, unknown, expired },
    ...{ lost: lost.length, doubled: doubled.length, untrue: untrue.length },
    late_retained_or_two_outcomes: own.length,
    ...{ reconnect_ms_p50: quantile(reconnects, 0.5), reconnect_ms_max: quantile(reconnects, 1) },
    ...(keepAliveMs !== undefined && { silent_cut_found_s: Math.round(keepAliveMs / 100) / 10 }),
  };
  return { figures, violations: violations.length === 0 ? [] : [...violations, `state kept in ${folder}`] };
}
