// The flows' tools as a configuration, a journal and a model allow them.
import { type Clock, catalogue } from "@needled/devices";
import type { Tool } from "@needled/kernels";
import type { Brain } from "./brain.ts";
import type { Config } from "./config/schema.ts";
import { messageOf } from "./errors.ts";
import { type Flows, openFlows } from "./flows/flows.ts";
import type { Journal } from "./journal/journal.ts";
import type { Log } from "./ports.ts";

export interface FlowsParts {
  config: Config;
  /** The catalogue and the owner's. */
  tools: readonly Tool[];
  journal: Journal;
  /** Opened later, since it shows the tools. */
  brain(): Brain;
  clock: Clock;
  log: Log;
}

/** Of several nodes that register one after the other, all. */
const gatherMs = 100;

/** New tools are read by the engine before anybody asks, or by whoever asks first. */
function openWarming(brain: () => Brain, clock: Clock): { soon(): void; stop(): void } {
  const stopping = new AbortController();
  let disarm = (): void => {};
  return {
    soon() {
      brain().renew();
      disarm();
      disarm = clock.after(gatherMs, () => void brain().warm(stopping.signal));
    },
    stop() {
      disarm();
      stopping.abort();
    },
  };
}

export function openFlowsFor({ config, tools, journal, brain, clock, log }: FlowsParts): Flows {
  const { state } = journal;
  const { clients: allowed, max_risk: maxRisk, ack_s: ackS } = config.flows;
  const shipped = new Set(catalogue().map(({ name }) => name.toLowerCase()));
  const holderOf = (name: string): string | undefined => {
    if (shipped.has(name.toLowerCase())) return "needled's own catalogue has it";
    return tools.some((tool) => tool.name.toLowerCase() === name.toLowerCase()) ? "a tool file has it" : undefined;
  };
  const intentOf = (tag: string) => state.open.get(tag.slice(0, tag.lastIndexOf("#")));
  const warming = openWarming(brain, clock);
  const flows = openFlows({
    allowed,
    maxRisk,
    ackMs: ackS * 1_000,
    holderOf,
    intentOf,
    unfitFor: (tool) => brain().unfitFor(tool),
    onChange: warming.soon,
    before: [...state.flows],
    keep: (clients) =>
      void journal.write({ t: "flows", clients: [...clients] }).catch((error: unknown) => {
        log.warn("who has tools could not be written down", { message: messageOf(error) });
      }),
    clock,
    log,
  });
  // What a plan on disk speaks of is judged again before its client may be back.
  for (const { steps = [] } of state.open.values())
    for (const { bound } of steps)
      if (bound?.plan.do === "owner" && bound.plan.message.via === "flow") flows.recall(bound.tool);
  return {
    ...flows,
    stop() {
      warming.stop();
      flows.stop();
    },
  };
}
