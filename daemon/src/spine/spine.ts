// The middle of the daemon: every intent from every door goes through here, is on disk before it is acknowledged and ends in exactly one answer.
import { codeOf, messageOf } from "../errors.ts";
import type { Answer, Door, Health } from "../intake.ts";
import type { KeptIntent } from "../journal/state.ts";
import { viewOf } from "../view.ts";
import { type Admission, openAdmission, type Wish } from "./admission.ts";
import { openAnnouncer } from "./announcer.ts";
import { openConfirming } from "./confirming.ts";
import { createCounters } from "./counters.ts";
import { openExplaining } from "./explaining.ts";
import { openHanding } from "./handing.ts";
import type { Spine, SpineOptions } from "./options.ts";
import { openQueue } from "./queue.ts";
import { openTelling } from "./telling.ts";
import { openTurns } from "./turns.ts";

export type { Spine, SpineOptions } from "./options.ts";

/** The slowest device and the slowest model together stay far below this. */
const mostTurnMs = 90_000;

export function createSpine(options: SpineOptions): Spine {
  const { ports, journal, gate, house } = options;
  const { clock, log } = ports;
  const started = clock.monotonic();
  const stopping = new AbortController();
  const queue = openQueue(options.inFlight, options.waiting);
  const counters = createCounters();
  let doors: readonly Door[] = [];
  let ready = false;
  let isStopping = false;
  // What was confirmed or falls due comes in by the same way as everything else.
  const submitCall = (wish: Wish): ReturnType<Admission["submitCall"]> => admission.submitCall(wish);
  const announcer = openAnnouncer({ journal, house, now: clock.now, submitCall, log });
  const telling = openTelling({ emit: options.flows?.emit, house, clock });
  const { knows } = gate;
  const { pin } = options;
  const confirming = openConfirming({ now: clock.now, knows, pin, counters, announcer, telling, submitCall });
  const common = { spine: options, queue, counters, telling };
  const turns = openTurns({ ...common, confirming, doors: () => doors, signal: stopping.signal });
  const handing = openHanding({ journal, counters, turns });
  const trouble = (): string | undefined => options.trouble?.() ?? handing.trouble();
  const admission = openAdmission({ ...common, turns, isStopping: () => isStopping });

  function statusNow(): Health["status"] {
    if (isStopping) return "stopping";
    if (journal.degraded !== undefined) return "degraded";
    if (options.mode?.() === "safe") return "safe";
    if (trouble()) return "degraded";
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
      void turns.resume(intent).then((answer) => {
        if (intent.reply === undefined) announceLate(intent, answer);
      });
    }
    await announcer.resume();
  }

  /** Not waited for: a door that has just opened may hear nothing of its broker before what the broker brings is taken. */
  async function tellUntold(): Promise<void> {
    for (const [key, { reply, told, answer }] of [...journal.state.answered]) {
      if (reply && !told && !isStopping) await turns.handOver(key, reply, answer);
    }
  }

  function announceLate(intent: KeptIntent, answer: Answer): void {
    announcer.announce({ id: `late-${intent.key}`, kind: "late_outcome", say: answer.reply, to: [] });
  }

  return {
    submit: admission.submit,
    confirm: confirming.confirm,
    onAnnouncement: announcer.on,
    explain: openExplaining(options, queue, stopping.signal),
    ...(options.flows && { flows: options.flows.port }),
    hear: options.hear,
    look: () => viewOf(house.home, options.tools?.() ?? []),
    async start(given) {
      doors = given;
      for (const door of doors) handing.watch(door);
      options.flows?.start();
      announcer.start();
      telling.start();
      await recover();
      admission.open();
      void tellUntold();
    },
    isProgressing: () => queue.oldestMs() < mostTurnMs,
    setReady(now) {
      ready = now;
    },
    health(): Health {
      const degraded = journal.degraded ?? trouble();
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
      const left = Promise.allSettled([...turns.underWay.values()]);
      const cut = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      await Promise.race([left, cut]);
      stopping.abort();
      await left;
      announcer.stop();
      telling.stop();
    },
  };
}
