// The product: text -> calls -> devices -> policy -> effect -> reply. Pure over its ports.
import type { Refusal as BindRefusal, BoundCall, Outcome, Speaker, ToolCall } from "@needled/devices";
import { type Admitted, admitText } from "./admit.ts";
import { adviseOn, codeOf, exitCodeOf, exitCodes, messageOf } from "./errors.ts";
import type { Before } from "./follow-up.ts";
import { faultOfWhile } from "./for-a-while.ts";
import { type Heard, hear } from "./hear.ts";
import type { Decision, Policy } from "./policy/policy.ts";
import type {
  ActOptions,
  Asker,
  Binder,
  Clock,
  Dispatcher,
  Interpreter,
  Log,
  Names,
  ReadCall,
  Reading,
} from "./ports.ts";
import type { OutcomeWord, Refusal, RefusalCode, Span, Timings } from "./protocol.ts";
import { pointingWithin, pointsAtSeveral, referenceOf } from "./reference.ts";

export interface TurnPorts {
  interpreter: Interpreter;
  binder: Binder;
  policy: Policy;
  /** undefined: a dry run. Everything else is the same code. */
  dispatcher: Dispatcher | undefined;
  /** An outcome in words, for the person; never written by the model. */
  say(outcome: Outcome): string;
  refuse(refusal: BindRefusal): string;
  /** Absent: nothing is made whole from the turn before. */
  names?: Names;
  clock: Clock;
  log: Log;
  /** Writes down what is about to happen and what came of it; absent where nothing is kept. */
  ledger?: Ledger;
}

export interface Ledger {
  /** Before the first effect: everything that was judged. */
  planned(steps: readonly Step[]): Promise<void>;
  starting(n: number, step: Step): Promise<void>;
  ended(n: number, step: Step): Promise<void>;
  tagOf(n: number): string;
}

export interface Intent {
  id: string;
  /** As it came in; spans point into it. */
  text: string;
  speaker: Speaker;
  asker: Asker;
  /** Clock time after which nothing may start any more. */
  expiresAt?: number;
  /** The last turn of the same source. */
  before?: Before;
  /** A call that fell due or was confirmed: it is judged again, but not read again. */
  calls?: readonly Step["call"][];
  /** Only read: nothing is bound, asked of policy or sent. */
  isInterpreted?: true;
  /** What the door already found out about bytes that are no text. */
  admitted?: Admitted;
}

/** One call on its way through the turn. */
export interface Step {
  /** Only what the model made has confidence and spans; a due timer's call has not. */
  call: ToolCall & Partial<ReadCall>;
  bound?: BoundCall;
  threshold?: number;
  decision?: Decision;
  outcome: OutcomeWord | null;
  effect?: Outcome;
  problem?: Refusal;
  /** Ids of what was asked which one. */
  choices?: readonly string[];
  /** The name that was offered instead of an unknown one. */
  meant?: string;
  /** Where the name stands in words that were read instead of those said. */
  name?: Span;
  /** It was only read. */
  isUnjudged?: true;
  said: string;
}

export interface Turn {
  intent: Intent;
  reading?: Reading;
  /** The words that the model read, where half a sentence was made whole. */
  readAs?: string;
  steps: Step[];
  refusal?: Refusal;
  reply: string;
  dryRun: boolean;
  timings: Timings;
  exitCode: number;
}

const refusalOfStatus: Readonly<Record<string, RefusalCode>> = {
  empty_query: "empty",
  query_too_long: "too_long",
  bad_text: "bad_text",
  block_too_long: "unsupported",
};

const wordsOf: Readonly<Partial<Record<RefusalCode, string>>> = {
  empty: "I heard nothing. Try a sentence such as: turn on the lamp",
  too_long: "That is longer than I can read in one request. Say less at once.",
};

/** What is not the asker's doing is the engine's. */
function refusalOf(error: unknown): Refusal {
  if (codeOf(error) === "journal.not_durable")
    return { code: "degraded", message: "I cannot keep my records, so I do nothing." };
  const status = codeOf(error).split(".").at(-1) ?? "";
  const code = refusalOfStatus[status] ?? "engine";
  return { code, message: wordsOf[code] ?? adviseOn(error) };
}

const hardlyHeard: Refusal = {
  code: "low_confidence",
  message: "I am not sure what you mean. Say it another way?",
};

/** Binding comes before the threshold, since only then the risk of what would really happen is known. Nothing moves here. */
export function judge(
  ports: TurnPorts,
  call: Step["call"],
  { speaker, asker }: Pick<Intent, "speaker" | "asker">,
): Step {
  const isSure = (threshold: number): boolean =>
    (call.confidence ?? 1) >= threshold && (call.maskMass ?? 1) >= ports.policy.minMaskMass;
  const stop = (problem: Refusal, more: Partial<Step> = {}): Step => {
    return { call, outcome: "rejected", problem, said: problem.message, ...more };
  };
  const found = ports.binder.bind({ name: call.name, arguments: call.arguments }, speaker);
  if (!found.ok) {
    const { code } = found.refusal;
    // What was hardly understood at all is no name to search for; a number out of range is told in any case.
    if (code !== "out_of_range" && !isSure(ports.policy.thresholdOf(0))) return stop(hardlyHeard);
    const { candidates, meant } = found.refusal;
    const asked = { ...(candidates && { choices: candidates }), ...(meant !== undefined && { meant }) };
    return stop({ code, message: ports.refuse(found.refusal) }, asked);
  }
  const bound = found.call;
  const threshold = ports.policy.thresholdOf(bound.risk);
  // Binding reads values as people say them and so explains better; what it let pass must still fit the schema.
  if (call.problem) return stop(call.problem, { bound, threshold });
  if (!isSure(threshold)) {
    const message = `I am not sure. Did you mean: ${bound.deed}?`;
    return stop({ code: "low_confidence", message }, { bound, threshold });
  }
  const decision = ports.policy.decide(bound, asker);
  const outcomes = { allow: null, confirm: "needs_confirmation", deny: "denied" } as const;
  const words = {
    allow: "",
    confirm: `I need ${decision.by === "pin" ? "the PIN" : "a confirmation"} to ${bound.deed}. Nothing has moved.`,
    deny: `I may not ${bound.deed}.`,
  };
  return { call, bound, threshold, decision, outcome: outcomes[decision.policy], said: words[decision.policy] };
}

export async function act(ports: TurnPorts, step: Step, options: ActOptions): Promise<Step> {
  const approved = step.decision?.approved;
  if (approved === undefined) return step;
  if (ports.dispatcher === undefined) return { ...step, said: `I would ${step.bound?.deed}.` };
  const effect = await ports.dispatcher.act(approved, options).catch((error: unknown) => {
    ports.log.warn("a handler failed", { tool: step.call.name, code: codeOf(error), message: messageOf(error) });
    return undefined;
  });
  if (effect !== undefined) return { ...step, effect, outcome: effect.status, said: ports.say(effect) };
  // The command may have left before the failure, so nobody can say what the device did.
  return { ...step, outcome: "unknown", said: `I do not know whether this worked: ${step.bound?.deed}.` };
}

/** The one way from a judged call to an effect; recovery takes it too. */
export async function actInLedger(
  ports: TurnPorts,
  {
    n,
    step,
    intent,
    signal,
    again,
  }: { n: number; step: Step; intent: Pick<Intent, "expiresAt">; signal: AbortSignal; again?: true },
): Promise<Step> {
  const { ledger } = ports;
  const { expiresAt } = intent;
  if (step.decision?.approved === undefined || ports.dispatcher === undefined) return act(ports, step, { signal });
  await ledger?.starting(n, step);
  const ended = await act(ports, step, {
    signal,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(ledger && { tag: ledger.tagOf(n) }),
    ...(again && { again }),
  });
  await ledger?.ended(n, ended);
  return ended;
}

const nothingToDo = ({ names }: TurnPorts): Refusal => {
  const example = names?.example ?? "turn on the kitchen light";
  return { code: "no_call", message: `I found nothing in that which I can do here. Try: ${example}` };
};

/** Of several problems the first is named: one question at a time. */
function refusalOfSteps(ports: TurnPorts, steps: Step[]): Refusal | undefined {
  if (steps.length === 0) return nothingToDo(ports);
  return steps.every((step) => step.problem !== undefined) ? steps[0]?.problem : undefined;
}

function exitOfSteps(steps: Step[]): number {
  const isFine = steps.every(({ outcome }) => outcome === "done" || outcome === "scheduled" || outcome === null);
  return isFine ? exitCodes.done : exitCodes.refused;
}

type TurnParts = Partial<Omit<Turn, "intent" | "dryRun">>;

/** What was heard, and nothing done about it. */
function onlyHeard(ports: TurnPorts, { calls }: Heard): TurnParts {
  const steps = calls.map((call): Step => {
    const { name, arguments: args, problem } = call;
    const said = `${name}${Object.keys(args).length > 0 ? ` ${JSON.stringify(args)}` : ""}`;
    return { call, outcome: null, isUnjudged: true, said, ...(problem && { problem }) };
  });
  if (steps.length === 0) return { steps, refusal: nothingToDo(ports) };
  return { steps, reply: `I heard: ${steps.map(({ said }) => said).join("; ")}`, exitCode: exitCodes.done };
}

/** The speaker with what the words point at; calls that come with the intent know it already. */
function pointing(text: string, { calls, speaker, before }: Intent): Speaker {
  if (calls) return speaker;
  const last = before?.all && pointsAtSeveral(text) ? { last: before.all } : {};
  return { ...speaker, ...last, refers: referenceOf(text) };
}

/** The middle of a turn: the model has been heard, the devices have not. */
async function carryOut(
  ports: TurnPorts,
  { calls, readAs }: Heard,
  intent: Intent,
  signal: AbortSignal,
): Promise<TurnParts> {
  const text = readAs ?? intent.text;
  const speaker = pointing(text, intent);
  // All calls are judged before the first one moves: judging must not see the effects of its own sentence.
  let named: readonly string[] | undefined;
  const judged = calls.map((call) => {
    const problem = faultOfWhile(text, call);
    const pointed = intent.calls ? speaker : pointingWithin(speaker, call, named);
    const step = judge(ports, problem ? { ...call, problem } : call, { ...intent, speaker: pointed });
    named = call.name === "turn_off" ? undefined : (step.bound?.targets ?? named);
    // Spans point into what was said, and these would not.
    const { name } = call.spans ?? {};
    return readAs === undefined ? step : { ...step, call: { ...call, spans: {} }, ...(name && { name }) };
  });
  const { meant } = intent.before ?? {};
  if (readAs !== undefined && readAs === meant && judged.some(({ bound }) => bound?.deed !== meant))
    return { refusal: hardlyHeard, reply: hardlyHeard.message };
  await ports.ledger?.planned(judged);
  const steps: Step[] = [];
  for (const [n, step] of judged.entries()) steps.push(await actInLedger(ports, { n, step, intent, signal }));
  const refusal = refusalOfSteps(ports, steps);
  if (refusal === undefined)
    return { steps, reply: steps.map((step) => step.said).join(" "), exitCode: exitOfSteps(steps) };
  return { steps, refusal, reply: refusal.message, exitCode: exitCodes.refused };
}

/** Runs one intent from door to reply. Never throws for what was asked: a refusal is an answer. */
export async function runTurn(ports: TurnPorts, intent: Intent, signal: AbortSignal): Promise<Turn> {
  const started = ports.clock.monotonic();
  const timings: Timings = { total: 0, load: 0, engine: 0, encode: 0, decode: 0, dispatch: 0 };
  const finish = (parts: TurnParts): Turn => {
    timings.total = ports.clock.monotonic() - started;
    const reply = parts.refusal?.message ?? "";
    const dryRun = ports.dispatcher === undefined;
    return { intent, steps: [], reply, dryRun, timings, exitCode: exitCodes.refused, ...parts };
  };
  const admitted = intent.admitted ?? admitText(intent.text);
  if (!admitted.ok) return finish({ refusal: admitted.refusal });
  try {
    const heard = await hear(ports, intent, admitted.text, signal);
    const { reading, readAs, refusal } = heard;
    Object.assign(timings, reading?.ms);
    const begun = ports.clock.monotonic();
    const told = { ...(reading && { reading }), ...(readAs !== undefined && { readAs }) };
    if (refusal) return finish({ ...told, refusal });
    const parts = intent.isInterpreted ? onlyHeard(ports, heard) : await carryOut(ports, heard, intent, signal);
    timings.dispatch = ports.clock.monotonic() - begun;
    return finish({ ...told, ...parts });
  } catch (error) {
    const refusal = refusalOf(error);
    return finish({ refusal, ...(refusal.code === "engine" && { exitCode: exitCodeOf(error) }) });
  }
}
