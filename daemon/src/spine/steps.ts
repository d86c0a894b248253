// Steps between memory and disk: what a plan keeps, and an answer made of what was kept.
import type { BoundCall } from "@needled/devices";
import type { Answer } from "../intake.ts";
import type { KeptIntent, KeptStep } from "../journal/state.ts";
import type { Asker } from "../ports.ts";
import type { OutcomeWord, Timings } from "../protocol.ts";
import { askReport, reportCall, toldInAll } from "../report.ts";
import type { Step, Turn } from "../turn.ts";

/** What may be done again after a crash. */
export type Repeat =
  /** Sets a state: once more does no harm. */
  | "idempotent"
  /** Changes the daemon's own services: the journal knows exactly whether it happened. */
  | "kept"
  /** The device can be asked whether it happened. */
  | "readable"
  /** Never twice: pulses, "next track". */
  | "once";

export function repeatOf({ plan, effect }: BoundCall): Repeat {
  if (plan.do === "read") return "idempotent";
  if (plan.do === "service" || plan.do === "schedule") return "kept";
  if (plan.do === "owner") return plan.repeat;
  // Of an undo with both, the commands set states; the service is recognised by its tag.
  const hasVerb = plan.commands.some(({ verb }) => verb !== undefined && verb !== "stop");
  return hasVerb || effect === "once" ? "once" : "idempotent";
}

/** Who wants it, as far as policy may know. */
export function askerOf(intent: KeptIntent, at: number): Asker {
  const { source, door, hasId, speaker, confirmed, dryRun } = intent;
  const { area } = speaker;
  const more = { ...(area !== undefined && { area }), ...(confirmed && { confirmed }) };
  return { source, door, hasId, at, ...more, ...(dryRun && { isTrial: true as const }) };
}

export function keepStep(step: Step): KeptStep {
  const isOpen = step.decision?.policy === "allow" && step.outcome === null;
  return {
    report: reportCall(step),
    ...(step.bound && { bound: step.bound }),
    outcome: isOpen ? null : step.outcome,
    said: step.said,
  };
}

export function answerOfTurn(turn: Turn, intent: KeptIntent): Answer {
  return { ...askReport(turn), id: intent.id, text: intent.text, intent: { source: intent.source, id: intent.id } };
}

const noTimings: Timings = { total: 0, load: 0, engine: 0, encode: 0, decode: 0, dispatch: 0 };

/** An answer without a turn: expired in the queue, given up, or finished after a crash. */
export function plainAnswer(intent: KeptIntent, parts: Partial<Answer> & { reply: string }): Answer {
  const { id, text, source } = intent;
  return { id, text, calls: [], handled_by: "model", timings: noTimings, intent: { source, id }, ...parts };
}

export function answerOfKept(intent: KeptIntent, steps: readonly KeptStep[]): Answer {
  const calls = steps.map(({ report, outcome, told }) => ({
    ...report,
    outcome: outcome as OutcomeWord | null,
    ...told,
  }));
  const reply = steps.map(({ said }) => said).join(" ");
  return plainAnswer(intent, { calls, reply, ...toldInAll(calls), recovered: true });
}
