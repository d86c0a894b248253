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

export async function killDrill({ n, seed, report, isControl }: DrillOptions): Promise<DrillResult> {
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), "needled-kill-"));
  const state = join(folder, "state");
  const devicePath = join(folder, "device.sock");
  const socketPath = join(state, "needled.sock");
  const device = await start("device.js", [devicePath]);
  const asked: Asked[] = [];
  let isOver = false;
  const asking = askOn(socketPath, asked, random, () => isOver);
  const points = [...journalPoints];
  let kills = 0;
  let startsLost = 0;
  while (kills < n) {
    // Every second kill is at a labelled point, all of them in turn; the others at a random moment.
    const point = kills % 2 === 0 ? (points[(kills / 2) % points.length] as string) : "";
    const count = 1 + Math.floor(random() * 6);
    const daemon = await start("worker.js", [state, devicePath, point, String(count), isControl ? "forgetful" : ""]);
    if (daemon.exitCode !== null || daemon.signalCode !== null) {
      startsLost += 1;
      kills += daemon.signalCode === "SIGKILL" ? 1 : 0;
      if (startsLost > n) throw new Error("the daemon does not start any more");
      continue;
    }
    const gone = once(daemon, "exit");
    // A point that is never reached, such as a rotation, must not stop the drill.
    const limit = setTimeout(() => daemon.kill("SIGKILL"), point === "" ? 30 + random() * 400 : 700);
    await gone;
    clearTimeout(limit);
    kills += 1;
    if (kills % 25 === 0) report(`${kills}/${n} kills, ${asked.length} intents`);
  }
  isOver = true;
  await asking;
  const daemon = await start("worker.js", [state, devicePath, "", "0"]);
  const answers = isControl ? new Map<string, Answer>() : await settle(socketPath, asked);
  const seen = await dump(devicePath);
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  device.kill("SIGKILL");
  const verdict = judge(asked, answers, seen, await readList(state));
  const audit = await verifyAudit(join(state, "audit"));
  const admitted = asked.filter((intent) => intent.admitted).length;
  if (isControl) return { figures: { kills, intents: asked.length, doubled: verdict.doubled.length }, violations: [] };
  const bad = [
    ...verdict.lost,
    ...verdict.doubled,
    ...verdict.unreported,
    ...verdict.untrue,
    ...audit.faults.map(({ why }) => `audit ${why}`),
  ];
  if (bad.length === 0) rmSync(folder, { recursive: true, force: true });
  return {
    figures: {
      kills,
      intents: asked.length,
      admitted,
      lost: verdict.lost.length,
      doubled: verdict.doubled.length,
      unreported: verdict.unreported.length,
      untrue: verdict.untrue.length,
      done: verdict.done,
      unknown: verdict.unknown,
      denied: verdict.denied,
      expired: verdict.expired,
      audit_lines: audit.lines,
      audit_faults: audit.faults.length,
    },
    violations: bad.length === 0 ? [] : [...bad, `state kept in ${folder}`],
  };
}
