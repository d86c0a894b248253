// What the home does by itself. A scheduled call that falls due is a wish like any other: it is bound and judged again.
import type { HouseEvent } from "@needled/devices";
import { codeOf, messageOf } from "./errors.ts";
import { act, judge, type TurnPorts } from "./turn.ts";

export function carryOutDue(
  ports: TurnPorts,
  event: HouseEvent,
  say: (text: string) => void,
  signal: AbortSignal,
): void {
  if ("say" in event) say(event.say);
  if (event.type !== "call_due") return;
  const { call, speaker } = event.scheduled;
  // Without a model there is no confidence: the words were judged when the call was scheduled.
  const plain = { name: call.name, arguments: { ...call.arguments } } as Parameters<typeof judge>[1];
  const asker = { source: "timer", door: "timer", hasId: true, at: ports.clock.now() };
  act(ports, judge(ports, plain, { speaker, asker }), { signal })
    .then((step) => say(step.said))
    .catch((error: unknown) => {
      ports.log.warn("a scheduled call failed", { tool: call.name, code: codeOf(error), message: messageOf(error) });
    });
}
