// The engine drill: a real `needled start` with the shipped model on the simulated home, plain sentences several at a time, and kill -9 of its engine
// at random moments of the start, the load and the calls. Each intent has one answer, which stays, and which the home's lamps and list agree with.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, connectToDaemon, type UnixClient } from "@needled/daemon";
import { type Asker, openAsker, type Running, startDaemon } from "../daemon.ts";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";
import { readList } from "./read-list.ts";
import { outcomeOf } from "./storm.ts";

/** Of an acknowledged intent; it is good for half of that. */
const mostMs = 60_000;
const askers = 6;
const killsOfRound = 25;
const mostKillMs = 400;
const startMs = 20;
/** The longest pause before a restart is 10 s. */
const mostRestartMs = 40_000;
/** Devices echo within that; what comes later belongs to nothing that was answered. */
const quietMs = 700;
/** A list keeps 500 things. */
const mostListed = 450;

const plain = [
  ...["turn on the kitchen lights", "turn off the kitchen lights", "is the front door locked"],
  ...["close the blinds in the living room", "open the blinds in the living room", "turn on the bedroom fan"],
  ...["set the bedroom to 21 degrees", "set the volume to 30 percent", "what is the temperature in the bedroom"],
  ...["turn off the coffee machine", "unlock the front door", "sing me a song"],
];
const lamps = [
  { device: "reading_lamp", name: "reading lamp" },
  { device: "hall_light", name: "hallway light" },
  { device: "bedside_lamp", name: "bedside lamp" },
];
const words = {
  calls: ["done", "failed", "unknown", "denied", "needs_confirmation", "rejected", "expired", "scheduled"],
  refusals: [
    ...["empty", "too_long", "bad_text", "no_call", "low_confidence", "out_of_range", "unknown_device", "ambiguous"],
    ...["invalid_arguments", "unsupported", "engine", "expired"],
  ],
};

interface Asked {
  id: string;
  text: string;
  /** What the home shows when it was carried out: a level that no other intent of the round gives this lamp, or a thing on the list. */
  level?: string;
  item?: string;
  /** The first answer, and how often one came. */
  answer?: Answer;
  heard: number;
  isAdmitted: boolean;
}

interface Storm {
  folder: string;
  daemon: Running;
  client: UnixClient;
  asker: Asker;
  random: { kill: () => number; ask: () => number };
  asked: Asked[];
  /** Levels given to lamps in this round. */
  levels: number;
  items: number;
  lastEngine: number;
  figures: { kills: number; in_first_20_ms: number; while_asked: number; refused_at_door: number; slowest_ms: number };
  violations: string[];
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function enginesOf(pid: number): number[] {
  const tasks = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [];
  const children = tasks.flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(" "));
  return children.map(Number).filter((child) => child > 0 && read(`/proc/${child}/comm`) === "needle-engine\n");
}

/** What is asked next; the sentences of a seed come in the same order, however fast they go. */
function nextIntent(storm: Storm): Asked {
  const { asked, random } = storm;
  const intent = { id: `e${asked.length}`, heard: 0, isAdmitted: false };
  const kind = random.ask();
  const text = plain[Math.floor(random.ask() * plain.length)] as string;
  if (kind < 0.3 && storm.levels < 98 * lamps.length) {
    const lamp = lamps[storm.levels % lamps.length] as (typeof lamps)[number];
    const level = 2 + Math.floor(storm.levels++ / lamps.length);
    return { ...intent, text: `set the ${lamp.name} to ${level} percent`, level: `${lamp.device} ${level}` };
  }
  if (kind > 0.85 && storm.items < mostListed) {
    const item = `jam ${1_000 + storm.items++}`;
    return { ...intent, text: `add ${item} to the shopping list`, item };
  }
  return { ...intent, text };
}

/** One intent, to its answer. */
async function askOne({ client, figures, violations }: Storm, intent: Asked): Promise<void> {
  const sent = performance.now();
  const found = await client.ask({ id: intent.id, text: intent.text });
  intent.isAdmitted = "answer" in found;
  if (!("answer" in found)) {
    figures.refused_at_door += 1;
    return;
  }
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    limit = setTimeout(() => done(undefined), mostMs);
  });
  const answer = await Promise.race([found.answer, late]);
  clearTimeout(limit);
  if (answer === undefined) violations.push(`${intent.id} has no answer after ${mostMs} ms`);
  else intent.answer = answer;
  figures.slowest_ms = Math.max(figures.slowest_ms, Math.round(performance.now() - sent));
}

async function askOn(storm: Storm, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const intent = nextIntent(storm);
    storm.asked.push(intent);
    await askOne(storm, intent);
    await sleep(Math.random() * 100);
  }
}

/** The engine that came after the last one that was killed. */
async function nextEngine({ daemon, lastEngine }: Storm): Promise<number> {
  const ends = performance.now() + mostRestartMs;
  while (performance.now() < ends) {
    const found = enginesOf(daemon.child.pid as number).find((pid) => pid !== lastEngine);
    if (found !== undefined) return found;
    await sleep(2);
  }
  throw new Error("the engine does not come back");
}

/** A start and its load take about 20 ms, so every second kill falls that early. */
async function killOne(storm: Storm): Promise<void> {
  const when = (storm.figures.kills % 2 === 0 ? startMs : mostKillMs) * storm.random.kill();
  const pid = await nextEngine(storm);
  const seen = performance.now();
  await sleep(when);
  const isEarly = performance.now() - seen < startMs;
  const isAsked = storm.asked.some(({ isAdmitted, heard }) => isAdmitted && heard === 0);
  process.kill(pid, "SIGKILL");
  storm.lastEngine = pid;
  storm.figures.kills += 1;
  if (isEarly) storm.figures.in_first_20_ms += 1;
  if (isAsked) storm.figures.while_asked += 1;
}

/** Levels that lamps reported since the events were last looked at. */
function reportedLevels({ asker }: Storm): Set<string> {
  const events = asker.heard.splice(0).filter(({ topic }) => topic === "needled/home/event/device");
  return new Set(
    events.map(({ payload }) => {
      const { device, state } = JSON.parse(payload) as { device: string; state: { brightness?: number } };
      return `${device} ${state.brightness}`;
    }),
  );
}

/** What was answered against what the lamps and the list show. */
async function judgeHome(storm: Storm, round: readonly Asked[]): Promise<void> {
  const levels = reportedLevels(storm);
  const list = await readList(join(storm.folder, "state"));
  for (const { id, level, item, answer } of round) {
    if (answer === undefined || (level === undefined && item === undefined)) continue;
    const outcome = outcomeOf(answer);
    const count = level !== undefined ? Number(levels.has(level)) : list.filter((thing) => thing === item).length;
    // A call that was read in another way has moved something else.
    if (outcome === "done" && count !== 1) storm.violations.push(`${id} said done, happened ${count} times`);
    if (["engine", "expired", "rejected"].includes(outcome) && count > 0)
      storm.violations.push(`${id} said ${outcome}, happened`);
  }
}

function judgeAnswer({ violations }: Storm, { id, answer, heard }: Asked): void {
  if (answer === undefined) return;
  if (heard !== 1) violations.push(`${id} was answered ${heard} times`);
  const { calls, refusal } = answer;
  const odd = calls.filter(({ outcome }) => !words.calls.includes(outcome ?? "none")).map(({ outcome }) => outcome);
  if (refusal && !words.refusals.includes(refusal.code)) odd.push(refusal.code as never);
  if (calls.length === 0 && refusal === undefined) odd.push(null);
  if (odd.length > 0) violations.push(`${id} ended in ${odd.join(", ")}`);
}

/** The same ids again, while they are known. */
async function askAgain({ client, violations }: Storm, round: readonly Asked[]): Promise<void> {
  for (const { id, text, answer } of round) {
    if (answer === undefined) continue;
    const found = await client.ask({ id, text });
    const again = "answer" in found ? await found.answer : found.receipt.code;
    if (JSON.stringify(again) !== JSON.stringify(answer)) violations.push(`${id} is answered in another way now`);
  }
  await sleep(quietMs);
  for (const { id, heard } of round) if (heard > 2) violations.push(`${id}: ${heard} answers to two questions`);
}

/** Kills, then a quiet home in which everything of the round is looked at. */
async function runRound(storm: Storm, kills: number): Promise<void> {
  const first = storm.asked.length;
  storm.levels = 0;
  let isOver = false;
  const asking = Promise.all(Array.from({ length: askers }, () => askOn(storm, () => isOver)));
  const killing = (async () => {
    for (let n = 0; n < kills; n += 1) await killOne(storm);
  })();
  await Promise.race([killing, asking]).finally(() => {
    isOver = true;
  });
  await asking;
  await sleep(quietMs);
  const round = storm.asked.slice(first);
  for (const intent of round) judgeAnswer(storm, intent);
  await judgeHome(storm, round);
  await askAgain(storm, round);
  const { exitCode, signalCode } = storm.daemon.child;
  if (exitCode !== null || signalCode !== null) throw new Error(`the daemon ended with ${exitCode ?? signalCode}`);
}

async function openStorm(seed: number): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), "needled-engine-"));
  const config = join(folder, "needled.yaml");
  const limits = "limits: {per_minute: 100000, burst: 1000}";
  writeFileSync(config, `home: {simulated: true}\nhttp: {port: 0}\nbroker: {port: 0}\n${limits}\n`);
  const state = join(folder, "state");
  const daemon = await startDaemon(["--config", config, "--state", state]);
  const client = await connectToDaemon(join(state, "needled.sock"));
  if (client === undefined) throw new Error("the daemon has no socket");
  const port = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.lines.join("\n"))?.[1]);
  const asker = await openAsker(port, "needled/home/event/device");
  const asked: Asked[] = [];
  client.onAnswer(({ intent }) => {
    const known = asked.find(({ id }) => id === intent.id);
    if (known) known.heard += 1;
  });
  return {
    ...{ folder, daemon, client, asker, asked, levels: 0, items: 0, lastEngine: 0, violations: [] },
    random: { kill: randomFrom(2 * seed), ask: randomFrom(2 * seed + 1) },
    figures: { kills: 0, in_first_20_ms: 0, while_asked: 0, refused_at_door: 0, slowest_ms: 0 },
  };
}

/** One more sentence works, one engine is there, and none is left afterwards. */
async function closeStorm(storm: Storm): Promise<void> {
  const { client, asker, daemon, violations } = storm;
  const last: Asked = { id: "last", text: "turn on the kitchen lights", heard: 0, isAdmitted: false };
  await askOne(storm, last);
  const outcome = last.answer && outcomeOf(last.answer);
  if (outcome !== "done") violations.push(`the sentence after the storm: ${outcome}`);
  const engines = enginesOf(daemon.child.pid as number);
  if (engines.length !== 1) violations.push(`${engines.length} engines after the storm`);
  client.close();
  await asker.close();
  await daemon.stop();
  if (daemon.child.signalCode !== null) violations.push("the daemon did not stop in order");
  for (const pid of engines) if (existsSync(`/proc/${pid}`)) violations.push(`engine ${pid} was left behind`);
}

export async function engineDrill({ n, seed, report }: DrillOptions): Promise<DrillResult> {
  const storm = await openStorm(seed);
  const { figures, violations, asked, folder } = storm;
  try {
    while (figures.kills < n) {
      await runRound(storm, Math.min(killsOfRound, n - figures.kills));
      report(`${figures.kills}/${n} kills, ${asked.length} intents, ${violations.length} violations`);
    }
    await closeStorm(storm);
  } catch (error) {
    violations.push(String(error));
    await storm.daemon.stop("SIGKILL");
    await storm.asker.close();
  }
  const outcomes = asked.flatMap(({ answer }) => (answer ? [outcomeOf(answer)] : []));
  const count = (word: string): number => outcomes.filter((one) => one === word).length;
  const [done, refused_engine] = [count("done"), count("engine")];
  const others = [...new Set(outcomes)].filter((word) => word !== "done" && word !== "engine").sort();
  if (violations.length === 0) rmSync(folder, { recursive: true, force: true });
  else violations.push(`state kept in ${folder}`);
  return {
    figures: {
      ...{ ...figures, intents: asked.length, answered: outcomes.length, done, refused_engine },
      others: others.map((word) => `${word} ${count(word)}`).join(", "),
      ...{ lamps_checked: asked.filter(({ level }) => level).length, listed: storm.items },
    },
    violations,
  };
}
