// The kill drill: intents without end, kill -9 at random moments and at every labelled point of the journal; afterwards every intent is asked for
// again, and what the daemon says is held against what the devices counted. 0 lost, 0 doubled, 0 unreported, or a failure.
import { journalPoints } from "@needled/daemon";
import { runStage, type StageResult } from "./kill-stage.ts";
import { type DrillOptions, type DrillResult, randomFrom } from "./options.ts";

/** A home that has seen so much makes room for a new one, or each start would read ever more. */
const killsOfHome = 400;

/** Homes next to each other, each with chances of its own: what one does cannot change what another is given. */
async function runHomes({ n, seed, homes, isControl, report }: DrillOptions): Promise<StageResult[]> {
  const count = Math.ceil(n / killsOfHome);
  const results: StageResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let home = next++; home < count; home = next++) {
      const kills = Math.floor(n / count) + (home < n % count ? 1 : 0);
      const own = 2 * (seed * 1_000 + home);
      const random = { kill: randomFrom(own), ask: randomFrom(own + 1) };
      const onRound = (done: number, intents: number): void =>
        report(`home ${home + 1}/${count}: ${done}/${kills} kills, ${intents} intents`);
      results.push(await runStage({ kills, random, isControl, onRound }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(homes, count) }, work));
  return results;
}

type Count = (of: (result: StageResult) => number) => number;

function figuresOf(results: readonly StageResult[]) {
  const sum: Count = (of) => results.reduce((total, result) => total + of(result), 0);
  const reached = new Set(results.flatMap(({ points }) => [...points]));
  const at = (way: "point" | "running" | "starting"): number => sum(({ killed }) => killed[way]);
  return {
    ...{ kills: at("point") + at("running") + at("starting"), at_points: at("point"), at_work: at("running") },
    ...{
      at_start: at("starting"),
      points_missed: journalPoints.filter((point) => !reached.has(point)).join(" "),
      homes: results.length,
    },
    ...{ intents: sum((one) => one.intents), admitted: sum((one) => one.admitted), told: sum((one) => one.told) },
    ...{ lost: sum(({ lost }) => lost.length), doubled: sum(({ doubled }) => doubled.length) },
    ...{ unreported: sum(({ unreported }) => unreported.length), untrue: sum(({ untrue }) => untrue.length) },
    ...{ done: sum((one) => one.done), unknown: sum((one) => one.unknown), expired: sum((one) => one.expired) },
    ...{ denied: sum((one) => one.denied), audit_lines: sum((one) => one.auditLines) },
    audit_faults: sum(({ auditFaults }) => auditFaults.length),
  };
}

export async function killDrill(options: DrillOptions): Promise<DrillResult> {
  const results = await runHomes(options);
  const figures = figuresOf(results);
  if (options.isControl) {
    const { kills, intents, doubled } = figures;
    return { figures: { kills, intents, doubled }, violations: doubled > 0 ? [] : ["the control saw nothing"] };
  }
  const violations = results.flatMap(({ lost, doubled, unreported, untrue, auditFaults, folder }) => [
    ...[...lost, ...doubled, ...unreported, ...untrue, ...auditFaults],
    ...(folder === undefined ? [] : [`state kept in ${folder}`]),
  ]);
  return { figures, violations };
}
