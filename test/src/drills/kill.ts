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
  folder: string;
  state: string;
  devicePath: string;
  socketPath: string;
}

interface Kills {
  /** One after the other, as many as asked for; ends with the last. */
  run(stage: Stage, onKill: (kills: number) => void): Promise<number>;
}

const points = [...journalPoints];

/** Every second kill is at a labelled point, all of them in turn; the others at a random moment. */
function killsOf({ n, isControl }: DrillOptions, random: () => number): Kills {
  async function killOne({ state, devicePath }: Stage, kills: number): Promise<boolean> {
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
  }

  return {
    async run(stage, onKill) {
      let kills = 0;
      for (let tries = 0; kills < n; tries += 1) {
        if (tries > 2 * n + 10) throw new Error("the daemon does not start any more");
        if (!(await killOne(stage, kills))) continue;
        kills += 1;
        onKill(kills);
      }
      return kills;
    },
  };
}

/** The last daemon is asked for everything, and held against what the devices and the list count. */
async function settleAll({ state, devicePath, socketPath }: Stage, asked: readonly Asked[], isControl: boolean) {
  const daemon = await start("worker.js", [state, devicePath, "", "0"]);
  const answers = isControl ? new Map<string, Answer>() : await settle(socketPath, asked);
  const seen = await dump(devicePath);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  return judge(asked, answers, seen, await readList(state));
}

export async function killDrill(options: DrillOptions): Promise<DrillResult> {
  const { n, seed, report, isControl } = options;
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), "needled-kill-"));
  const state = join(folder, "state");
  const stage = { folder, state, devicePath: join(folder, "device.sock"), socketPath: join(state, "needled.sock") };
  const device = await start("device.js", [stage.devicePath]);
  const asked: Asked[] = [];
  let isOver = false;
  const asking = askOn(stage.socketPath, asked, random, () => isOver);
  const kills = await killsOf(options, random).run(stage, (count) => {
    if (count % 25 === 0) report(`${count}/${n} kills, ${asked.length} intents`);
  });
  isOver = true;
  await asking;
  const { lost, doubled, unreported, untrue, ...said } = await settleAll(stage, asked, isControl);
  device.kill("SIGKILL");
  const audit = await verifyAudit(join(state, "audit"));
  if (isControl) {
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
