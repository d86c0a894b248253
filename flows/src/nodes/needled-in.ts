// The stream of what the daemon hears and does, from everybody: requests, calls, outcomes, confirmations, devices, announcements.
import type { EventBody, EventKind } from "../client/wire.ts";
import { attach } from "../daemon-node.ts";
import { migrate } from "../migrations.ts";
import type { NodeConfig, Red, RedNode } from "../node-red.ts";

interface Filter {
  kinds: readonly string[];
  source: string;
  tool: string;
  outcome: string;
}

interface CallLike {
  name?: unknown;
  outcome?: unknown;
}

const textIn = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

function filterOf(config: NodeConfig): Filter {
  const kinds = Array.isArray(config.kinds) ? config.kinds.map(String) : textIn(config.kinds).split(/[\s,]+/);
  return { kinds, source: textIn(config.source), tool: textIn(config.tool), outcome: textIn(config.outcome) };
}

/** What an event does not say at all cannot be asked of it: `tool` concerns events with calls only. */
export function isWanted(kind: EventKind, body: EventBody, filter: Filter): boolean {
  const { kinds, source, tool, outcome } = filter;
  if (!kinds.includes(kind)) return false;
  if (source !== "" && body.intent !== undefined && body.intent.source !== source) return false;
  const { calls } = body;
  if (!Array.isArray(calls)) return true;
  const fits = (call: CallLike): boolean =>
    (tool === "" || call.name === tool) && (outcome === "" || call.outcome === outcome || kind !== "outcome");
  return (tool === "" && outcome === "") || (calls as CallLike[]).some(fits);
}

function topicOf(kind: EventKind, body: EventBody): string {
  const { intent, device } = body;
  if (intent) return `${kind}/${intent.source}`;
  return typeof device === "string" ? `${kind}/${device}` : kind;
}

export default function register(red: Red): void {
  function In(this: RedNode, saved: NodeConfig): void {
    red.nodes.createNode(this, saved);
    const config = migrate(saved);
    const attached = attach(red, this, config);
    if (typeof attached === "string") return;
    const filter = filterOf(config);
    const off = attached.client.onEvent((kind, body) => {
      if (isWanted(kind, body, filter)) this.send({ topic: topicOf(kind, body), event: kind, payload: body });
    });
    this.on("close", (_removed, done) => {
      off();
      done();
    });
  }
  red.nodes.registerType("needled-in", In);
}
