// Which client has which tools, and for how long.
import type { Clock, OwnerTool } from "@needled/devices";
import type { Json } from "../protocol.ts";
import type { FlowLine } from "./port.ts";
import type { GivenRegistration } from "./read.ts";
import { makeFlowTool, type ToolRules } from "./tool.ts";
import type { FlowFault, FlowRegistered } from "./wire.ts";

export interface Client {
  line: FlowLine;
  name: string;
  session: string;
  tools: readonly OwnerTool[];
}

export interface RegistryOptions {
  clock: Clock;
  maxRisk: ToolRules["maxRisk"];
  /** Who of the others (catalogue, owner's files) has a name. */
  holderOf: ToolRules["holderOf"];
  unfitFor: ToolRules["unfitFor"];
  /** Tools came or went. */
  onChange(): void;
  /** A client started anew or took its tools away: it knows nothing of its calls. */
  onForgotten(client: string): void;
}

export interface Registry {
  register(line: FlowLine, name: string, given: GivenRegistration, text: string): FlowRegistered;
  /** Whether this registration stands already, so that it costs nothing. */
  isKnown(client: string, text: string): boolean;
  drop(client: string): void;
  find(client: string): Client | undefined;
  /** What the model may call now. */
  tools(): OwnerTool[];
  /** With what was there a moment ago: a turn ends with the tools that it began with. */
  bindable(): OwnerTool[];
  knows(name: string): boolean;
  /** A name that a plan on disk speaks of. */
  recall(name: string): void;
  readonly clients: ReadonlyMap<string, Client>;
  stop(): void;
}

/** No turn takes longer. */
const afterlifeMs = 90_000;
const mostInAll = 64;
const mostWithdrawn = 256;

/** An answer must fit a packet. */
const mostFaults = 64;
const short = (fault: FlowFault): FlowFault => ({ ...fault, message: fault.message.slice(0, 300) });

interface Kept extends Client {
  text: string;
  leaseMs: number;
  refused: readonly FlowFault[];
  expiresAt: number;
  disarm(): void;
}

export const keyOf = (line: Pick<FlowLine, "name">, name: string): string => `${line.name}/${name}`;

export function openRegistry(options: RegistryOptions): Registry {
  const { clock } = options;
  const clients = new Map<string, Kept>();
  const withdrawn = new Map<string, { tool: OwnerTool; until: number }>();
  const recalled = new Set<string>();

  const tools = (): OwnerTool[] => [...clients.values()].flatMap((client) => client.tools);
  const toldOf = ({ session, tools: own, refused, expiresAt }: Kept): FlowRegistered => ({
    session,
    tools: own.map(({ name }) => name),
    refused,
    expires_at: expiresAt,
  });

  function withdraw(gone: readonly OwnerTool[]): void {
    const until = clock.monotonic() + afterlifeMs;
    for (const tool of gone) {
      withdrawn.delete(tool.name);
      withdrawn.set(tool.name, { tool, until });
    }
    for (const [name, { until: end }] of withdrawn)
      if (end < clock.monotonic() || withdrawn.size > mostWithdrawn) withdrawn.delete(name);
  }

  function remove(key: string): Kept | undefined {
    const kept = clients.get(key);
    kept?.disarm();
    clients.delete(key);
    if (kept) withdraw(kept.tools);
    return kept;
  }

  function holderOf(key: string, name: string): string | undefined {
    const same = (tool: OwnerTool): boolean => tool.name.toLowerCase() === name.toLowerCase();
    const other = [...clients].find(([its, client]) => its !== key && client.tools.some(same));
    return options.holderOf(name) ?? (other && `the client ${other[1].name} (${other[1].line.name}) has it`);
  }

  function makeTools(key: string, session: string, given: readonly Json[]): Pick<Kept, "tools" | "refused"> {
    const made: OwnerTool[] = [];
    const refused: FlowFault[] = [];
    const others = [...clients].filter(([its]) => its !== key).flatMap(([, client]) => client.tools).length;
    const own = (name: string): boolean => made.some((tool) => tool.name.toLowerCase() === name.toLowerCase());
    const rules: ToolRules = {
      maxRisk: options.maxRisk,
      holderOf: (name) => (own(name) ? "this registration has it twice" : holderOf(key, name)),
      unfitFor: (tool) =>
        others + made.length >= mostInAll
          ? `all clients together have at most ${mostInAll} tools`
          : options.unfitFor(tool),
    };
    for (const [n, entry] of given.entries()) {
      const one = makeFlowTool(entry, n, { client: key, session, rules });
      if (one.ok) made.push(one.tool);
      else refused.push(...one.faults);
    }
    return { tools: made, refused: refused.slice(0, mostFaults).map(short) };
  }

  function arm(key: string, leaseMs: number): Pick<Kept, "expiresAt" | "disarm"> {
    const lapse = (): void => {
      const gone = remove(key);
      if (gone === undefined) return;
      options.onChange();
      gone.line.tell(gone.name, { session: gone.session, tools: [], refused: [] });
    };
    return { expiresAt: clock.now() + leaseMs, disarm: clock.after(leaseMs, lapse) };
  }

  function takeAway(key: string, session: string): FlowRegistered {
    const kept = clients.get(key);
    // A will of an earlier life may come late.
    if (kept !== undefined && kept.session !== session) return toldOf(kept);
    if (remove(key)) options.onChange();
    options.onForgotten(key);
    return { session, tools: [], refused: [] };
  }

  const bindable = (): OwnerTool[] => {
    const now = tools();
    const names = new Set(now.map(({ name }) => name));
    const isLate = (name: string, until: number): boolean => !names.has(name) && until > clock.monotonic();
    const late = [...withdrawn.values()].filter(({ tool, until }) => isLate(tool.name, until));
    return [...now, ...late.map(({ tool }) => tool)];
  };

  return {
    register(line, name, { session, leaseMs, tools: given }, text) {
      const key = keyOf(line, name);
      if (given.length === 0) return takeAway(key, session);
      const before = clients.get(key);
      if (before !== undefined && before.session !== session) options.onForgotten(key);
      before?.disarm();
      // What was refused may be free now.
      if (before?.text === text && before.refused.length === 0) {
        Object.assign(before, { line, ...arm(key, leaseMs) });
        return toldOf(before);
      }
      remove(key);
      const made = makeTools(key, session, given);
      const kept: Kept = { line, name, session, text, leaseMs, ...made, ...arm(key, leaseMs) };
      if (made.tools.length > 0) clients.set(key, kept);
      else kept.disarm();
      if (before !== undefined || made.tools.length > 0) options.onChange();
      return toldOf(kept);
    },
    isKnown(key, text) {
      const kept = clients.get(key);
      return kept?.text === text && kept.refused.length === 0;
    },
    drop(key) {
      if (remove(key)) options.onChange();
      options.onForgotten(key);
    },
    find: (key) => clients.get(key),
    tools,
    bindable,
    knows: (name) => recalled.has(name) || bindable().some((tool) => tool.name === name),
    recall: (name) => void recalled.add(name),
    clients,
    stop() {
      for (const { disarm } of clients.values()) disarm();
    },
  };
}
