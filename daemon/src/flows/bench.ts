// Flows on a line that remembers, with a clock that tests move by hand.
import { type FlowMessage, type ManualClock, manualClock, type OwnerVerdict } from "@needled/devices";
import type { OpenIntent } from "../journal/state.ts";
import { type Flows, type FlowsOptions, openFlows } from "./flows.ts";
import type { FlowLine, Sent } from "./port.ts";
import type { FlowCall, FlowEvent, FlowRegistered } from "./wire.ts";

export const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
export const tool = (name: string, more: object = {}) => ({ name, description: `Do ${name}`, risk: 1, ...more });
export const registration = (tools: readonly unknown[], more: object = {}) => bytes({ session: "s1", tools, ...more });

export interface Bench {
  flows: Flows;
  clock: ManualClock;
  line: FlowLine;
  calls: FlowCall[];
  told: { client: string; told: FlowRegistered }[];
  events: FlowEvent[];
  kept: string[][];
  changes(): number;
  register(tools: readonly unknown[], more?: object, client?: string): FlowRegistered;
  result(body: object, client?: string): ReturnType<Flows["port"]["result"]>;
  /** What became of a call of `name`, once time has moved on. */
  send(name: string, more?: Partial<FlowMessage>, tag?: string): { verdict(): OwnerVerdict | undefined };
}

export function open(options: Partial<FlowsOptions> = {}, sent: () => Sent = () => "sent"): Bench {
  const clock = manualClock();
  const calls: FlowCall[] = [];
  const told: Bench["told"] = [];
  const events: FlowEvent[] = [];
  const kept: string[][] = [];
  let changed = 0;
  const flows = openFlows({
    allowed: undefined,
    maxRisk: 3,
    ackMs: 2_000,
    holderOf: (name) => (name === "turn_on" ? "the catalogue has it" : undefined),
    unfitFor: () => undefined,
    onChange: () => {
      changed += 1;
    },
    intentOf: (tag) =>
      ({ source: "voice", id: tag, text: "do it", admittedAt: 1, attempts: 0, speaker: {} }) as OpenIntent,
    before: [],
    keep: (clients) => void kept.push([...clients]),
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    ...options,
  });
  const line: FlowLine = {
    name: "mqtt",
    isOwn: true,
    call: async (_, call) => {
      calls.push(call);
      return sent();
    },
    tell: (client, what) => void told.push({ client, told: what }),
  };
  flows.port.open(line);
  flows.port.onEvent((event) => events.push(event));
  const message = (name: string): FlowMessage => ({
    ...{ via: "flow", client: "mqtt/a", session: "s1", tool: name, repeat: "once", arguments: {} },
  });
  return {
    ...{ flows, clock, line, calls, told, events, kept, changes: () => changed },
    register: (tools, more, client = "a") => flows.port.register(line, client, registration(tools, more)).told,
    result: (body, client = "a") => flows.port.result(line, client, bytes(body)),
    send(name, more = {}, tag = "voice/1#0") {
      let verdict: OwnerVerdict | undefined;
      void flows.send({ ...message(name), ...more }, { timeoutMs: 5_000, clock, tag }).then((given) => {
        verdict = given;
      });
      return { verdict: () => verdict };
    },
  };
}
