// The middle of the daemon: every intent from every door goes through here, is on disk before it is acknowledged and ends in exactly one answer.
import { codeOf, messageOf } from "../errors.ts";
import { mintId } from "../ids.ts";
import type { Answer, Door, DoorIntent, Health, Receipt, ReplyRoute } from "../intake.ts";
import { JournalError } from "../journal/journal.ts";
import type { KeptIntent, OpenIntent } from "../journal/state.ts";
import { reportCall } from "../report.ts";
import { runTurn, type Step, type TurnPorts } from "../turn.ts";
import { openAnnouncer } from "./announcer.ts";
import { openConfirming } from "./confirming.ts";
import { createCounters } from "./counters.ts";
import { refuse } from "./gate.ts";
import { ledgerFor } from "./ledger.ts";
import type { Spine, SpineOptions } from "./options.ts";
import { openQueue } from "./queue.ts";
import { finishKept } from "./recover.ts";
import { restrict } from "./restrict.ts";
import { answerOfTurn, askerOf, plainAnswer } from "./steps.ts";
import { openTelling } from "./telling.ts";

export type { Spine, SpineOptions } from "./options.ts";

/** An intent that died with two processes is not tried a third time. */
const mostAttempts = 2;
/** The slowest device and the slowest model together stay far below this. */
const mostTurnMs = 90_000;

export function createSpine(options: SpineOptions): Spine {
  const { ports, journal, gate } = options;
  const { clock, log } = ports;
  const started = clock.monotonic();
  const stopping = new AbortController();
  const queue = openQueue(options.inFlight, options.waiting);
  const counters = createCounters();
  const answers = new Map<string, Promise<Answer>>();
  const announcer = openAnnouncer({ journal, house: options.house, now: clock.now, submitCall, log });
  const telling = openTelling({ emit: options.flows?.emit, house: options.house, clock });
  const confirming = openConfirming({
    now: clock.now,
    knows: gate.knows,
    pin: options.pin,
    counters,
    announcer,
    telling,
    submitCall,
  });
  let doors: readonly Door[] = [];
  let ready = false;
  let isStopping = false;
  let open = (): void => {};
  // What an earlier process left comes first; whoever knocks meanwhile waits.
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });

  /** Writes an answer down, then hands it over; the order is what makes an answer certain. */
  async function conclude(intent: KeptIntent, answer: Answer): Promise<Answer> {
    // The audit's line leaves first: after a crash in between it stands twice, the second time as recovered, and is never missing.
    options.record?.(intent, answer);
    options.at?.("before-answer");
    const key = intent.key;
    await journal.write({ t: "answer", key, answer, at: clock.now() }).catch((error: unknown) => {
      log.warn("an answer could not be written down", { code: codeOf(error), message: messageOf(error) });
    });
    options.at?.("after-answer");
    for (const call of answer.calls) counters.add(`outcome_${call.outcome ?? "none"}`);
    telling.outcome(answer);
    if (intent.reply) await handOver(key, intent.reply, answer);
    return answer;
  }

  async function handOver(key: string, route: ReplyRoute, answer: Answer): Promise<void> {
    let isTold = false;
    // Of serial lines there may be several; each knows its own routes.
    for (const door of doors.filter(({ name }) => name === route.door)) {
      isTold ||= await door.deliver(route, answer).catch((error: unknown) => {
        log.warn("an answer could not be delivered", { door: route.door, message: messageOf(error) });
        return false;
      });
    }
    if (isTold) journal.note({ t: "told", key });
    options.at?.("after-told");
  }

  function portsFor(intent: KeptIntent): TurnPorts {
    const { dryRun, key } = intent;
    return {
      ...ports,
      policy: restrict(
        ports.policy,
        () => options.mode?.() ?? (journal.degraded === undefined ? "normal" : "degraded"),
      ),
      ledger: telling.tellingLedger(intent, ledgerFor({ journal, key, log, at: options.at })),
      dispatcher: dryRun ? undefined : ports.dispatcher,
    };
  }

  async function runOne(intent: OpenIntent): Promise<Answer> {
    if (clock.now() > intent.expiresAt) {
      counters.add("expired");
      return conclude(intent, plainAnswer(intent, { reply: "That came too late; I did nothing.", refusal: tooLate }));
    }
    // A no to what waited for a yes: nothing is called, and that is an answer.
    if (intent.confirmed && intent.calls?.length === 0) {
      return conclude(intent, plainAnswer(intent, { reply: "Refused. Nothing has moved." }));
    }
    const turn = await runTurn(
      portsFor(intent),
      {
        id: intent.id,
        text: intent.text,
        speaker: intent.speaker,
        asker: askerOf(intent, clock.now()),
        expiresAt: intent.expiresAt,
        ...(intent.isInterpreted && { isInterpreted: true as const }),
        ...(intent.calls && { calls: intent.calls as readonly Step["call"][] }),
      },
      stopping.signal,
    );
    if (intent.isInterpreted) telling.calls(intent, turn.steps.map(reportCall));
    const touched = turn.steps.flatMap((step) => (step.effect ? (step.bound?.targets ?? []) : []));
    options.remember(intent.source, touched, turn.steps.findLast((step) => step.effect)?.call.name);
    return conclude(intent, confirming.askForYes(intent, turn, answerOfTurn(turn, intent)));
  }

  /** What was taken in ends in an answer, whatever breaks on the way. */
  function process(intent: OpenIntent, work: () => Promise<Answer>): Promise<Answer> {
    const answer = queue
      .run(() => whenReturned(work))
      .catch((error: unknown) => {
        log.warn("a turn failed", { code: codeOf(error), message: messageOf(error) });
        const refusal = { code: "engine" as const, message: "Something in me failed; I do not know what I have done." };
        return conclude(intent, plainAnswer(intent, { reply: refusal.message, refusal }));
      });
    answers.set(intent.key, answer);
    void answer.finally(() => answers.delete(intent.key));
    return answer;
  }

  /** What was planned with a flow's tool, or is meant for one, waits until its client is back after a restart. */
  async function whenReturned(work: () => Promise<Answer>): Promise<Answer> {
    await options.flows?.returned();
    return work();
  }

  async function admit(kept: KeptIntent): Promise<Receipt> {
    options.at?.("before-intent");
    try {
      await journal.write({ t: "intent", intent: kept });
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      return refuse("degraded", "I cannot keep my records, so I take no orders.");
    }
    options.at?.("after-intent");
    counters.add("admitted");
    telling.intent(kept);
    const open = journal.state.open.get(kept.key) as OpenIntent;
    return { status: "admitted", id: kept.id, answer: process(open, () => runOne(open)) };
  }

  const knownAnswer = (key: string): Promise<Answer> | undefined => {
    const found = journal.state.answered.get(key);
    return answers.get(key) ?? (found && Promise.resolve(found.answer));
  };

  // Two copies of one message may arrive before the first is on disk: the second waits for the first one's receipt.
  const admitting = new Map<string, Promise<Receipt>>();

  async function submitKept(kept: KeptIntent): Promise<Receipt> {
    const first = admitting.get(kept.key);
    if (first) {
      const receipt = await first;
      return receipt.status === "admitted" ? { ...receipt, status: "duplicate" } : receipt;
    }
    const known = knownAnswer(kept.key);
    if (known) {
      counters.add("duplicates");
      return { status: "duplicate", id: kept.id, answer: known };
    }
    if (queue.isFull(admitting.size)) return refuse("busy", "Too much is going on; try again in a moment.");
    const admission = admit(kept).finally(() => admitting.delete(kept.key));
    admitting.set(kept.key, admission);
    return admission;
  }

  /** A wish that no door brought: a scheduled call or a confirmed one. */
  function submitCall(
    wish: Pick<KeptIntent, "source" | "id" | "text" | "speaker" | "calls" | "expiresAt"> & Partial<KeptIntent>,
  ): Promise<Receipt> {
    const { source, id } = wish;
    const common = {
      key: `${source}/${id}`,
      door: "timer" as const,
      hasId: true,
      dryRun: false,
      admittedAt: clock.now(),
    };
    return submitKept({ ...common, ...wish });
  }

  async function submit(intent: DoorIntent): Promise<Receipt> {
    await opened;
    if (isStopping) return refuse("stopping", "I am shutting down.");
    const { source, door, text, room, dryRun = false, isInterpreted, reply } = intent;
    const hasId = intent.id !== undefined;
    const known = hasId ? admitting.has(`${source}/${intent.id}`) || knownAnswer(`${source}/${intent.id}`) : undefined;
    // A repeat costs nothing, so it must not be refused for the quota or for its age.
    const refused = known ? undefined : gate.check(intent);
    if (refused) {
      counters.add(`refused_${refused.code}`);
      return refused;
    }
    const now = clock.now();
    const id = intent.id ?? mintId(now);
    return submitKept({
      key: `${source}/${id}`,
      id,
      source,
      door,
      text,
      speaker: options.speakerAt(room, source),
      hasId,
      dryRun,
      ...(isInterpreted && { isInterpreted }),
      admittedAt: now,
      expiresAt: gate.expiryOf(intent),
      ...(reply && { reply }),
    });
  }

  function statusNow(): Health["status"] {
    if (isStopping) return "stopping";
    if (journal.degraded !== undefined) return "degraded";
    if (options.mode?.() === "safe") return "safe";
    if (options.trouble?.()) return "degraded";
    return ready ? "ok" : "starting";
  }

  /** Everything that an earlier process left open is finished, or given up out loud. */
  async function recover(): Promise<void> {
    for (const intent of [...journal.state.open.values()]) {
      counters.add("recovered");
      // A disk that is full just now is no reason to stay away: what was taken in is answered all the same.
      await journal.write({ t: "attempt", key: intent.key }).catch((error: unknown) => {
        log.warn("an attempt could not be written down", { code: codeOf(error), message: messageOf(error) });
      });
      void process(intent, () => resume(intent)).then((answer) => {
        if (intent.reply === undefined) announceLate(intent, answer);
      });
    }
    await announcer.resume();
  }

  /** Not waited for: a door that has just opened may hear nothing of its broker before what the broker brings is taken. */
  async function tellUntold(): Promise<void> {
    for (const [key, { reply, told, answer }] of [...journal.state.answered]) {
      if (reply && !told && !isStopping) await handOver(key, reply, answer);
    }
  }

  function announceLate(intent: KeptIntent, answer: Answer): void {
    announcer.announce({ id: `late-${intent.key}`, kind: "late_outcome", say: answer.reply, to: [] });
  }

  async function resume(intent: OpenIntent): Promise<Answer> {
    if (intent.attempts > mostAttempts) {
      const refusal = { code: "engine" as const, message: "I failed twice at that, so I leave it." };
      return conclude(intent, plainAnswer(intent, { reply: refusal.message, refusal, recovered: true }));
    }
    if (intent.steps === undefined) return runOne(intent);
    const ask = askerOf(intent, clock.now());
    const answer = await finishKept({
      ports: portsFor(intent),
      intent,
      asker: ask,
      state: journal.state,
      signal: stopping.signal,
    });
    return conclude(intent, answer);
  }

  return {
    ...(options.flows && { flows: options.flows.port }),
    submit,
    confirm: confirming.confirm,
    onAnnouncement: announcer.on,
    async start(given) {
      doors = given;
      options.flows?.start();
      announcer.start();
      telling.start();
      await recover();
      open();
      void tellUntold();
    },
    isProgressing: () => queue.oldestMs() < mostTurnMs,
    setReady(now) {
      ready = now;
    },
    health(): Health {
      const degraded = journal.degraded ?? options.trouble?.();
      return {
        status: statusNow(),
        ...(degraded && { why: degraded }),
        ready: ready && !isStopping,
        model: options.model(),
        uptime_s: Math.round((clock.monotonic() - started) / 1000),
        in_flight: queue.running,
        waiting: queue.waiting,
        counters: counters.all(),
      };
    },
    async stop(signal) {
      isStopping = true;
      const left = Promise.allSettled([...answers.values()]);
      const cut = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      await Promise.race([left, cut]);
      stopping.abort();
      await left;
      announcer.stop();
      telling.stop();
    },
  };
}

const tooLate = { code: "expired" as const, message: "That came too late; I did nothing." };
