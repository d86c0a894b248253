// What becomes of an intent that was taken in: a turn in the queue, an answer on disk, and the answer on its way.
import { codeOf, messageOf } from "../errors.ts";
import { memoryOf } from "../follow-up.ts";
import type { Answer, Door, ReplyRoute } from "../intake.ts";
import type { KeptIntent, OpenIntent } from "../journal/state.ts";
import type { Refusal } from "../protocol.ts";
import { reportCall } from "../report.ts";
import { runTurn, type Step, type TurnPorts } from "../turn.ts";
import type { Confirming } from "./confirming.ts";
import type { Counters } from "./counters.ts";
import { ledgerFor } from "./ledger.ts";
import type { SpineOptions } from "./options.ts";
import type { Queue } from "./queue.ts";
import { finishKept, giveUp } from "./recover.ts";
import { modeOf, restrict } from "./restrict.ts";
import { answerOfTurn, askerOf, plainAnswer } from "./steps.ts";
import type { Telling } from "./telling.ts";

export interface TurnsOptions {
  spine: SpineOptions;
  queue: Queue;
  counters: Counters;
  confirming: Confirming;
  telling: Telling;
  doors(): readonly Door[];
  signal: AbortSignal;
}

export interface Turns {
  /** What was taken in ends in an answer, whatever breaks on the way. */
  run(intent: OpenIntent): Promise<Answer>;
  /** The same for what an earlier process left. */
  resume(intent: OpenIntent): Promise<Answer>;
  handOver(key: string, route: ReplyRoute, answer: Answer): Promise<void>;
  /** Answers that are still to come, by key. */
  readonly underWay: ReadonlyMap<string, Promise<Answer>>;
}

/** An intent that died with two processes is not tried a third time. */
const mostAttempts = 2;

const tooLate: Refusal = { code: "expired", message: "That came too late; I did nothing." };
const broken: Refusal = { code: "engine", message: "Something in me failed; I do not know what I have done." };
/** Before the plan is on disk nothing is begun. */
const givenUp: Refusal = { code: "engine", message: "I failed twice at that, so I leave it; nothing was done." };

export function openTurns(options: TurnsOptions): Turns {
  const { spine, queue, counters, confirming, telling, doors, signal } = options;
  const { ports, journal } = spine;
  const { clock, log } = ports;
  const underWay = new Map<string, Promise<Answer>>();

  /** Writes an answer down, then hands it over; the order is what makes an answer certain. */
  async function conclude(intent: KeptIntent, answer: Answer): Promise<Answer> {
    // The audit's line leaves first: after a crash in between it stands twice, the second time as recovered, and is never missing.
    spine.record?.(intent, answer);
    spine.at?.("before-answer");
    const key = intent.key;
    await journal.write({ t: "answer", key, answer, at: clock.now() }).catch((error: unknown) => {
      log.warn("an answer could not be written down", { code: codeOf(error), message: messageOf(error) });
    });
    spine.at?.("after-answer");
    for (const call of answer.calls) counters.add(`outcome_${call.outcome ?? "none"}`);
    telling.outcome(answer);
    if (intent.reply) await handOver(key, intent.reply, answer);
    return answer;
  }

  async function handOver(key: string, route: ReplyRoute, answer: Answer): Promise<void> {
    let isTold = false;
    // Of serial lines there may be several; each knows its own routes.
    for (const door of doors().filter(({ name }) => name === route.door)) {
      isTold ||= await door.deliver(route, answer).catch((error: unknown) => {
        log.warn("an answer could not be delivered", { door: route.door, message: messageOf(error) });
        return false;
      });
    }
    // A door that keeps answers may have said so already.
    if (isTold && !journal.state.answered.get(key)?.told) journal.note({ t: "told", key });
    spine.at?.("after-told");
  }

  const concludePlain = (intent: KeptIntent, refusal: Refusal, more: Partial<Answer> = {}): Promise<Answer> =>
    conclude(intent, plainAnswer(intent, { reply: refusal.message, refusal, ...more }));

  function portsFor(intent: KeptIntent): TurnPorts {
    const { dryRun, key } = intent;
    return {
      ...ports,
      policy: restrict(ports.policy, modeOf(spine)),
      ledger: telling.tellingLedger(intent, ledgerFor({ journal, key, log, at: spine.at })),
      dispatcher: dryRun ? undefined : ports.dispatcher,
    };
  }

  async function runOne(intent: OpenIntent): Promise<Answer> {
    if (clock.now() > intent.expiresAt) {
      counters.add("expired");
      return concludePlain(intent, tooLate);
    }
    // A no to what waited for a yes: nothing is called, and that is an answer.
    if (intent.confirmed && intent.calls?.length === 0) {
      return conclude(intent, plainAnswer(intent, { reply: "Refused. Nothing has moved." }));
    }
    const { id, text, speaker, expiresAt, source } = intent;
    const { isInterpreted, before } = intent;
    const given = {
      ...(isInterpreted && { isInterpreted }),
      ...(before && { before }),
      ...(intent.calls && { calls: intent.calls as readonly Step["call"][] }),
    };
    const asker = askerOf(intent, clock.now());
    const turn = await runTurn(portsFor(intent), { id, text, speaker, asker, expiresAt, ...given }, signal);
    if (isInterpreted) telling.calls(intent, turn.steps.map(reportCall));
    const memory = memoryOf(turn);
    if (memory) spine.remember(source, memory);
    return conclude(intent, confirming.askForYes(intent, turn, answerOfTurn(turn, intent)));
  }

  async function resumeOne(intent: OpenIntent): Promise<Answer> {
    const isHopeless = intent.attempts > mostAttempts;
    if (intent.steps === undefined)
      return isHopeless ? concludePlain(intent, givenUp, { recovered: true }) : runOne(intent);
    if (isHopeless) return conclude(intent, giveUp(intent, journal.state));
    const asker = askerOf(intent, clock.now());
    const answer = await finishKept({ ports: portsFor(intent), intent, asker, state: journal.state, signal });
    return conclude(intent, answer);
  }

  function process(intent: OpenIntent, work: () => Promise<Answer>): Promise<Answer> {
    const whenReturned = async (): Promise<Answer> => {
      // What was planned with a flow's tool, or is meant for one, waits until its client is back after a restart.
      await spine.flows?.returned();
      return work();
    };
    const answer = queue.run(whenReturned).catch((error: unknown) => {
      log.warn("a turn failed", { code: codeOf(error), message: messageOf(error) });
      return concludePlain(intent, broken);
    });
    underWay.set(intent.key, answer);
    void answer.finally(() => underWay.delete(intent.key));
    return answer;
  }

  return {
    run: (intent) => process(intent, () => runOne(intent)),
    resume: (intent) => process(intent, () => resumeOne(intent)),
    handOver,
    underWay,
  };
}
