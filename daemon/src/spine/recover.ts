// What a crash left half done: done again where that is harmless, told as unknown where nobody can know.
import type { Answer } from "../intake.ts";
import { type JournalState, type KeptStep, type OpenIntent, tagOf } from "../journal/state.ts";
import type { Asker } from "../ports.ts";
import { toldByFlow } from "../report.ts";
import { actInLedger, type Step, type TurnPorts } from "../turn.ts";
import { answerOfKept, repeatOf } from "./steps.ts";

export interface Leftover {
  ports: TurnPorts;
  intent: OpenIntent;
  asker: Asker;
  state: JournalState;
  signal: AbortSignal;
}

/** Devices report their states within this time of a start, or not at all. */
const proofMs = 2_000;

function settled(step: KeptStep, outcome: KeptStep["outcome"], said: string): KeptStep {
  return { ...step, outcome, said };
}

async function finishStep(leftover: Leftover, step: KeptStep, n: number): Promise<KeptStep> {
  const { ports, intent, asker, state, signal } = leftover;
  const { bound } = step;
  if (step.outcome !== null || bound === undefined) return step;
  if (state.applied.has(tagOf(intent.key, n))) return settled(step, "done", `Done: ${bound.deed}.`);
  const isReadable = repeatOf(bound) === "readable";
  const isInTime = ports.clock.now() <= intent.expiresAt;
  if (step.started && isReadable && !isInTime && (await ports.dispatcher?.isProven?.(bound, proofMs))) {
    return settled(step, "done", `Done: ${bound.deed}.`);
  }
  if (step.started && !(isReadable && isInTime))
    return settled(step, "unknown", `I do not know whether this worked: ${bound.deed}.`);
  if (!isInTime) {
    // A state may have been set before the crash; only what leaves no doubt may be called expired.
    const isDoubtful = repeatOf(bound) === "idempotent" && bound.plan.do !== "read";
    if (isDoubtful && (await ports.dispatcher?.isProven?.(bound, proofMs))) {
      return settled(step, "done", `Done: ${bound.deed}.`);
    }
    return isDoubtful
      ? settled(step, "unknown", `I was interrupted and do not know whether this worked: ${bound.deed}.`)
      : settled(step, "expired", `I was interrupted, and then it was too late to ${bound.deed}.`);
  }
  // Permission is asked for again: rules may have changed, and approvals do not survive a process.
  const decision = ports.policy.decide(bound, asker);
  const call: Step["call"] = { name: bound.tool, arguments: step.report.arguments };
  if (decision.approved === undefined) return settled(step, "denied", `I may not ${bound.deed}.`);
  const judged: Step = { call, bound, decision, outcome: null, said: "" };
  const ended = await actInLedger(ports, { n, step: judged, intent, signal, ...(step.started && { again: true }) });
  const told = toldByFlow(ended);
  return { ...settled(step, ended.outcome, ended.said), ...(Object.keys(told).length > 0 && { told }) };
}

/** Not tried any more: what was begun is told as far as it is known, and the rest is doubt. */
export function giveUp(intent: OpenIntent, state: JournalState): Answer {
  const steps = (intent.steps ?? []).map((step, n) => {
    if (step.outcome !== null || step.bound === undefined) return step;
    const { deed } = step.bound;
    if (state.applied.has(tagOf(intent.key, n))) return settled(step, "done", `Done: ${deed}.`);
    return settled(step, "unknown", `I failed twice at that and do not know whether it worked: ${deed}.`);
  });
  return answerOfKept(intent, steps);
}

export async function finishKept(leftover: Leftover): Promise<Answer> {
  const steps: KeptStep[] = [];
  for (const [n, step] of (leftover.intent.steps ?? []).entries()) steps.push(await finishStep(leftover, step, n));
  return answerOfKept(leftover.intent, steps);
}
