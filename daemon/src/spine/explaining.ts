// What would happen and why, on the running home: the turn without a journal, an effect or an answer to anybody.
import { mintId } from "../ids.ts";
import type { ExplainAsked } from "../intake.ts";
import type { ExplainReport } from "../protocol.ts";
import { explainReport } from "../report.ts";
import { runTurn, type TurnPorts } from "../turn.ts";
import type { SpineOptions } from "./options.ts";
import type { Queue } from "./queue.ts";
import { modeOf, restrict } from "./restrict.ts";

/** Undefined: too much is going on. */
export type Explain = (asked: ExplainAsked) => Promise<ExplainReport | undefined>;

export function openExplaining(spine: SpineOptions, queue: Queue, signal: AbortSignal): Explain {
  const { clock } = spine.ports;
  return async ({ text, source, door, room, at }) => {
    if (queue.isFull()) return undefined;
    const ports: TurnPorts = {
      ...spine.ports,
      policy: restrict(spine.ports.policy, modeOf(spine)),
      dispatcher: undefined,
    };
    const speaker = spine.speakerAt(room, source);
    const { area } = speaker;
    const asker = { source, door, hasId: true, at: at ?? clock.now(), isTrial: true as const, ...(area && { area }) };
    const before = spine.beforeOf?.(source);
    const intent = { id: mintId(clock.now()), text, speaker, asker, ...(before && { before }) };
    return explainReport(await queue.run(() => runTurn(ports, intent, signal)), spine.model());
  };
}
