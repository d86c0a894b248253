// One home of the kill drill: its daemon is killed again and again while it is asked things, then left alone and asked for everything again.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, type JournalPoint, journalPoints, verifyAudit } from "@needled/daemon";
import { readList } from "./read-list.ts";
import { type Asked, askOn, type Dump, dump, judge, launch, outcomeOf, settle, start, type Verdict } from "./storm.ts";

export interface StageOptions {
  kills: number;
  /** Chances of the kills, and of the intents: who is how fast cannot change what comes next. */
  random: { kill: () => number; ask: () => number };
  isControl: boolean;
  onRound(kills: number, intents: number): void;
}

/** How the daemon died: where it was told to die, at a random moment of its work, or of its start. */
export type Killed = "point" | "running" | "starting";

export interface StageResult extends Verdict {
  killed: Record<Killed, number>;
  points: Set<string>;
  intents: number;
  admitted: number;
  /** Answers handed over, those after a crash included. */
  told: number;
  auditLines: number;
  auditFaults: string[];
  /** Kept when something is wrong. */
  folder: string | undefined;
}

interface Stage {
  folder: string;
  state: string;
  devicePath: string;
  socketPath: string;
  random: StageOptions["random"];
  killed: Record<Killed, number>;
  points: Set<string>;
  /** How long the last start took from its first file to its last. */
  openingMs: number;
}

/** Answers are asked for after so many kills or so long: the same id means the same intent for ten minutes only. */
const round = { kills: 100, ms: 180_000 };
const mostTellingMs = 30_000;
/** A busy machine takes that long to get there; on an idle one it is a tenth of it. */
const mostToPointMs = 2_500;
const ways: readonly Killed[] = ["point", "running", "point", "starting"];

interface Plan {
  way: Killed;
  point: JournalPoint | "";
  args: string[];
  /** Share of the time in which it may die. */
  when: number;
}

/** Every second kill is at a labelled point, all of them in turn; of the others half at work, half at the start. */
function planOf({ state, devicePath, random }: Stage, kills: number, isControl: boolean): Plan {
  const way = ways[kills % ways.length] as Killed;
  const point = way === "point" ? (journalPoints[(kills / 2) % journalPoints.length] as JournalPoint) : "";
  // Rotations are rare; anything else comes with every intent or two.
  const count = 1 + Math.floor(random.kill() * (point.endsWith("rotate") ? 2 : 6));
  const when = random.kill();
  // No life of a second fills a segment: some of them are made to be full early.
  const isRotating = point.endsWith("rotate") || (way === "running" && random.kill() < 0.25);
  const words = [isControl ? "forgetful" : "telling", isRotating ? "8192" : ""];
  return { way, point, when, args: [state, devicePath, point, String(count), ...words] };
}

/** How it died; undefined: it did not get so far. */
async function killOne(stage: Stage, { way, point, when, args }: Plan): Promise<Killed | undefined> {
  const daemon = launch("worker.js", args);
  const { child } = daemon;
  await daemon.until("opening");
  const opened = performance.now();
  if (way === "starting") await new Promise((done) => setTimeout(done, when * 1.2 * stage.openingMs));
  else await daemon.until("ready");
  if (child.exitCode !== null) return undefined;
  if (child.signalCode !== null) return child.signalCode === "SIGKILL" ? "point" : undefined;
  if (way !== "starting") stage.openingMs = performance.now() - opened;
  let isLate = false;
  const kill = (): void => {
    isLate = true;
    child.kill("SIGKILL");
  };
  // A point that is never reached must not stop the drill.
  const limit = setTimeout(kill, point !== "" ? mostToPointMs : way === "starting" ? 0 : 30 + when * 400);
  await daemon.gone;
  clearTimeout(limit);
  if (child.signalCode !== "SIGKILL") return undefined;
  if (!isLate) return "point";
  return daemon.said.has("ready") ? "running" : "starting";
}

/** Kills until the round or all is over; how many there are now. */
async function killRound(stage: Stage, { kills: n, isControl }: StageOptions, from: number): Promise<number> {
  const ends = performance.now() + round.ms;
  const most = Math.min(n, from + round.kills);
  let kills = from;
  let lostStarts = 0;
  while (kills < most && performance.now() < ends) {
    const plan = planOf(stage, kills, isControl);
    const killed = await killOne(stage, plan);
    if (killed === undefined) lostStarts += 1;
    else {
      kills += 1;
      stage.killed[killed] += 1;
      if (killed === "point") stage.points.add(plan.point);
    }
    if (lostStarts > round.kills) throw new Error("the daemon does not start any more; DRILL_LOG=1 shows why");
  }
  return kills;
}

/** A daemon that is left alone is asked for everything of the round. */
async function settleRound({ state, devicePath, socketPath }: Stage, asked: readonly Asked[]) {
  const daemon = await start("worker.js", [state, devicePath, "", "0", "telling"]);
  const answers = await settle(socketPath, asked);
  await untilTold(devicePath, [...answers.keys()]);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  return answers;
}

type Answers = Map<string, Answer | string>;

/** Answers that nobody has heard leave one after the other; who never hears is found by the judge. */
async function untilTold(devicePath: string, ids: readonly string[]): Promise<void> {
  const ends = performance.now() + mostTellingMs;
  while (performance.now() < ends) {
    const told = new Set((await dump(devicePath)).told.map(([id]) => id));
    if (ids.every((id) => told.has(id))) return;
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Everybody was told, and the same as who asks later. */
function faultsOfTelling(answers: Answers, told: Dump["told"]): Pick<Verdict, "unreported" | "untrue"> {
  const heard = new Map<string, Set<string>>();
  for (const [id, outcome] of told) heard.set(id, (heard.get(id) ?? new Set()).add(outcome));
  const unreported: string[] = [];
  const untrue: string[] = [];
  for (const [id, answer] of answers) {
    if (typeof answer === "string") continue;
    const outcomes = heard.get(id);
    if (outcomes === undefined) unreported.push(`${id} was never told`);
    for (const outcome of outcomes ?? [])
      if (outcome !== outcomeOf(answer)) untrue.push(`${id} was told ${outcome}, then ${outcomeOf(answer)}`);
  }
  return { unreported, untrue };
}

async function rage(stage: Stage, options: StageOptions): Promise<{ asked: Asked[]; answers: Answers }> {
  const asked: Asked[] = [];
  const answers: Answers = new Map();
  let kills = 0;
  while (kills < options.kills) {
    const first = asked.length;
    let isOver = false;
    const asking = askOn(stage.socketPath, asked, stage.random.ask, () => isOver);
    kills = await killRound(stage, options, kills);
    isOver = true;
    await asking;
    // Whatever the last process of a control left is finished by one more, at the end.
    const found: Answers = options.isControl ? new Map() : await settleRound(stage, asked.slice(first));
    for (const [id, answer] of found) answers.set(id, answer);
    options.onRound(kills, asked.length);
  }
  if (options.isControl) await settleRound(stage, []);
  return { asked, answers };
}

function openStage(random: StageOptions["random"]): Stage {
  const folder = mkdtempSync(join(tmpdir(), "needled-kill-"));
  const state = join(folder, "state");
  return {
    ...{ folder, state, devicePath: join(folder, "device.sock"), socketPath: join(state, "needled.sock"), random },
    ...{ killed: { point: 0, running: 0, starting: 0 }, points: new Set(), openingMs: 30 },
  };
}

export async function runStage(options: StageOptions): Promise<StageResult> {
  const stage = openStage(options.random);
  const { folder, state, devicePath, killed, points } = stage;
  const device = await start("device.js", [devicePath]);
  const { asked, answers } = await rage(stage, options);
  const seen = await dump(devicePath);
  device.kill("SIGKILL");
  const verdict = judge(asked, answers, seen, await readList(state));
  const audit = await verifyAudit(join(state, "audit"));
  const auditFaults = audit.faults.map(({ why }) => `audit ${why}`);
  const { lost, doubled, unreported, untrue } = verdict;
  const telling = faultsOfTelling(answers, seen.told);
  unreported.push(...telling.unreported);
  untrue.push(...telling.untrue);
  const isRight = [lost, doubled, unreported, untrue, auditFaults].every((faults) => faults.length === 0);
  if (isRight || options.isControl) rmSync(folder, { recursive: true, force: true });
  else writeFileSync(join(folder, "seen.json"), JSON.stringify({ asked, answers: [...answers], seen }));
  const admitted = asked.filter((intent) => intent.admitted).length;
  return {
    ...{ ...verdict, killed, points, intents: asked.length, admitted, auditFaults, auditLines: audit.lines },
    told: seen.told.length,
    folder: isRight ? undefined : folder,
  };
}
