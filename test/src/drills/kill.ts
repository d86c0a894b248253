// The kill drill: intents without end, kill -9 at random moments and at every labelled point of the journal; afterwards every intent is asked for
// again, and what the daemon says is held against what the devices counted. 0 lost, 0 doubled, 0 unreported, or a failure.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, journalPoints, verifyAudit } from "@needled/daemon";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";
import { readList } from "./read-list.ts";
import { type Asked, askOn, dump, judge, settle, start } from "./storm.ts";

interface Stage {
  state: string;
  devicePath: string;
  socketPath: string;
}

const points = [...journalPoints];
/** Answers are asked for after so many kills or so long: the same id means the same intent for ten minutes only. */
const round = { kills: 100, ms: 180_000 };

type KillOne = (stage: Stage, kills: number) => Promise<boolean>;

/** Every second kill is at a labelled point, all of them in turn; the others at a random moment. False: it did not get so far. */
function killerOf({ isControl }: DrillOptions, random: () => number): KillOne {
  return async ({ state, devicePath }, kills) => {
    const point = kills % 2 === 0 ? (points[(kills / 2) % points.length] as string) : "";
    const count = 1 + Math.floor(random() * 6);
    const daemon = await start("worker.js", [state, devicePath, point, String(count), isControl ? "forgetful" : ""]);
    if (daemon.exitCode !== null || daemon.signalCode !== null) return daemon.signalCode === "SIGKILL";
    const gone = once(daemon, "exit");
    // A point that is never reached, such as a rotation, must not stop the drill.
    const limit = setTimeout(() => daemon.kill("SIGKILL"), point === "" ? 30 + random() * 400 : 700);
    await gone;
    clearTimeout(limit);
    return true;
  };
}

/** Kills until the round or all is over; how many there are now. */
async function killRound(stage: Stage, killOne: KillOne, { from, n }: { from: number; n: number }): Promise<number> {
  const ends = performance.now() + round.ms;
  const most = Math.min(n, from + round.kills);
  let kills = from;
  let lostStarts = 0;
  while (kills < most && performance.now() < ends) {
    if (await killOne(stage, kills)) kills += 1;
    else lostStarts += 1;
    if (lostStarts > round.kills) throw new Error("the daemon does not start any more; DRILL_LOG=1 shows why");
  }
  return kills;
}

/** A daemon that is left alone is asked for everything of the round. */
async function settleRound({ state, devicePath, socketPath }: Stage, asked: readonly Asked[]) {
  const daemon = await start("worker.js", [state, devicePath, "", "0"]);
  const answers = await settle(socketPath, asked);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  return answers;
}

interface Storm {
  kills: number;
  asked: readonly Asked[];
  answers: Map<string, Answer | string>;
}

async function rage(stage: Stage, { n, report, isControl }: DrillOptions, killOne: KillOne, random: () => number) {
  const storm: Storm & { asked: Asked[] } = { kills: 0, asked: [], answers: new Map() };
  while (storm.kills < n) {
    const first = storm.asked.length;
    let isOver = false;
    const asking = askOn(stage.socketPath, storm.asked, random, () => isOver);
    storm.kills = await killRound(stage, killOne, { from: storm.kills, n });
    isOver = true;
    await asking;
    const answers = isControl ? [] : await settleRound(stage, storm.asked.slice(first));
    for (const [id, answer] of answers) storm.answers.set(id, answer);
    report(`${storm.kills}/${n} kills, ${storm.asked.length} intents`);
  }
  return storm;
}

export async function killDrill(options: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(options.seed);
  const folder = mkdtempSync(join(tmpdir(), "needled-kill-"));
  const state = join(folder, "state");
  const stage = { state, devicePath: join(folder, "device.sock"), socketPath: join(state, "needled.sock") };
  const device = await start("device.js", [stage.devicePath]);
  const { kills, asked, answers } = await rage(stage, options, killerOf(options, random), random);
  // Whatever the last process of a control left is finished by one more.
  if (options.isControl) await settleRound(stage, []);
  const seen = await dump(stage.devicePath);
  device.kill("SIGKILL");
  const { lost, doubled, unreported, untrue, ...said } = judge(asked, answers, seen, await readList(state));
  const audit = await verifyAudit(join(state, "audit"));
  if (options.isControl) {
    const violations = doubled.length > 0 ? [] : ["the control saw nothing"];
    return { figures: { kills, intents: asked.length, doubled: doubled.length }, violations };
  }
  const bad = [...lost, ...doubled, ...unreported, ...untrue, ...audit.faults.map(({ why }) => `audit ${why}`)];
  if (bad.length === 0) rmSync(folder, { recursive: true, force: true });
  const admitted = asked.filter((intent) => intent.admitted).length;
  const wrong = { lost: lost.length, doubled: doubled.length, unreported: unreported.length, untrue: untrue.length };
  const chain = { audit_lines: audit.lines, audit_faults: audit.faults.length };
  return {
    figures: { kills, intents: asked.length, admitted, ...wrong, ...said, ...chain },
    violations: bad.length === 0 ? [] : [...bad, `state kept in ${folder}`],
  };
}
