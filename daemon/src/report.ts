// Turns as JSON and as lines for people: docs/protocol.md section 3.
import type { AskReport, CallReport, ExplainedCall, ExplainReport } from "./protocol.ts";
import type { Step, Turn } from "./turn.ts";

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** What a flow said and gave back. */
export function toldByFlow({ effect }: Step): Pick<CallReport, "said_by" | "data"> {
  const { saidBy, data } = effect?.owner ?? {};
  return { ...(saidBy && { said_by: saidBy }), ...(data !== undefined && { data }) };
}

/** The same for a whole answer. */
export function toldInAll(calls: readonly CallReport[]): Pick<AskReport, "said_by" | "data"> {
  const data = calls.find((call) => call.data !== undefined)?.data;
  const isSaid = calls.some(({ said_by }) => said_by !== undefined);
  return { ...(isSaid && { said_by: "flow" as const }), ...(data !== undefined && { data }) };
}

export function reportCall(step: Step): CallReport {
  const { call, bound } = step;
  return {
    name: call.name,
    arguments: call.arguments as CallReport["arguments"],
    spans: call.spans ?? {},
    confidence: round(call.confidence ?? 1, 4),
    policy: step.decision?.policy ?? (step.isUnjudged ? null : "deny"),
    ...(step.decision && { rule: step.decision.rule }),
    outcome: step.outcome,
    ...(step.problem && { problem: step.problem }),
    ...(bound && { devices: [...bound.targets] }),
    ...toldByFlow(step),
  };
}

function timingsOf({ timings }: Turn): AskReport["timings"] {
  const entries = Object.entries(timings).map(([name, ms]) => [name, round(ms, 3)]);
  return Object.fromEntries(entries) as AskReport["timings"];
}

export function askReport(turn: Turn): AskReport {
  const calls = turn.steps.map(reportCall);
  return {
    id: turn.intent.id,
    text: turn.intent.text,
    calls,
    ...(turn.refusal && { refusal: turn.refusal }),
    reply: turn.reply,
    ...toldInAll(calls),
    handled_by: "model",
    ...(turn.readAs !== undefined && { read_as: turn.readAs }),
    ...(turn.intent.isInterpreted ? { mode: "interpret" as const } : turn.dryRun && { dry_run: true as const }),
    timings: timingsOf(turn),
  };
}

function evidenceOf(turn: Turn, step: Step): Record<string, string> {
  const spans = Object.entries(step.call.spans ?? {});
  return Object.fromEntries(spans.map(([key, [from, to]]) => [key, turn.intent.text.slice(from, to)]));
}

function sendsOf({ bound }: Step): string | undefined {
  if (bound?.plan.do !== "owner") return undefined;
  const { message } = bound.plan;
  if (message.via === "flow") return `flow ${message.client} ${JSON.stringify(message.arguments ?? {})}`;
  const [to, what] =
    message.via === "mqtt"
      ? [`mqtt ${message.topic}`, message.payload]
      : [`${message.method} ${message.url}`, message.body];
  return what === undefined ? to : `${to} ${JSON.stringify(what)}`;
}

function explainCall(turn: Turn, step: Step): ExplainedCall {
  const { call, bound } = step;
  const sends = sendsOf(step);
  return {
    ...reportCall(step),
    raw_confidence: round(call.rawConfidence ?? 1, 4),
    mask_mass: round(call.maskMass ?? 1, 4),
    threshold: step.threshold === undefined ? null : round(step.threshold, 4),
    risk: bound?.risk ?? null,
    evidence: evidenceOf(turn, step),
    binding: bound?.deed ?? null,
    ...(sends !== undefined && { sends }),
  };
}

export function explainReport(turn: Turn, model: string): ExplainReport {
  const { reading } = turn;
  return {
    ...askReport(turn),
    model,
    in_play: reading?.inPlay ?? [],
    registered: reading?.registered ?? 0,
    ...(reading?.refusal && {
      no_call: { confidence: round(reading.refusal.confidence, 4), mask_mass: round(reading.refusal.maskMass, 4) },
    }),
    calls: turn.steps.map((step) => explainCall(turn, step)),
  };
}

function explainLines(call: ExplainedCall): string[] {
  const values = Object.entries(call.arguments).map(([key, value]) => {
    const from = call.evidence[key];
    return `    ${key} = ${JSON.stringify(value)}${from === undefined ? "" : `   from "${from}"`}`;
  });
  const needs = call.threshold === null ? "" : ` (needs ${call.threshold} at risk ${call.risk})`;
  const targets = call.devices?.length ? ` -> ${call.devices.join(", ")}` : "";
  return [
    `  ${call.name}`,
    ...values,
    `    confidence ${call.confidence}${needs}, raw ${call.raw_confidence}, mask mass ${call.mask_mass}`,
    `    binding: ${call.binding ?? "none"}${targets}`,
    ...(call.sends === undefined ? [] : [`    sends: ${call.sends}`]),
    `    policy: ${call.rule === undefined ? "not reached" : `${call.policy} (${call.rule})`}`,
    ...(call.problem ? [`    stopped: ${call.problem.code}: ${call.problem.message}`] : []),
  ];
}

export function explainText(report: ExplainReport): string {
  return [
    `text     ${JSON.stringify(report.text)}`,
    ...(report.read_as === undefined ? [] : [`read as  ${JSON.stringify(report.read_as)}`]),
    `model    ${report.model}`,
    `in play  ${report.in_play.length} of ${report.registered} tools: ${report.in_play.join(", ")}`,
    report.calls.length > 0 ? "calls" : "calls    none",
    ...report.calls.flatMap(explainLines),
    ...(report.no_call ? [`no call  confidence ${report.no_call.confidence}`] : []),
    ...(report.refusal ? [`refusal  ${report.refusal.code}: ${report.refusal.message}`] : []),
    `took     ${report.timings.total} ms, engine ${report.timings.engine} ms. Nothing was sent.`,
  ].join("\n");
}
