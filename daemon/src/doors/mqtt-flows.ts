// Tools of flows and events on MQTT, the same for the embedded broker and a real one: docs/protocol.md section 9.
import type { FlowLine, FlowPort, Sent, Verdict } from "../flows/port.ts";
import type { EventKind, FlowEvent, FlowRegistered } from "../flows/wire.ts";
import { isSourceName, type Topics } from "./mqtt-topics.ts";

export interface MqttFlowsOptions {
  topics: Topics;
  port: FlowPort;
  /** Only this machine reaches the broker. */
  isOwn: boolean;
  events: boolean;
  /** Whether the code of a confirmation stands in events: whoever reads it could agree. */
  withChallenge: boolean;
  /** QoS 1, kept until the broker has it. */
  tell(topic: string, payload: string): void;
  /** QoS 1, now or never: a flood of registrations must not push out what waits. */
  answer(topic: string, payload: string): void;
  /** QoS 1, now or never. */
  call(topic: string, payload: string): Promise<Sent>;
  /** QoS 0. */
  show(topic: string, payload: string): void;
}

export interface MqttFlows {
  registration(client: string, payload: Uint8Array, retain: boolean): FlowCode;
  result(client: string, payload: Uint8Array, retain: boolean): FlowCode;
  /** We hear again what clients send. */
  reopened(): void;
  stop(): void;
}

export type FlowCode = "taken" | "malformed" | "notAllowed" | "quota";

const codeOf: Readonly<Record<Extract<Verdict, { ok: false }>["code"], FlowCode>> = {
  malformed: "malformed",
  too_long: "malformed",
  not_allowed: "notAllowed",
  no_such_call: "notAllowed",
  quota: "quota",
};

const codeOfVerdict = (verdict: Verdict): FlowCode => (verdict.ok ? "taken" : codeOf[verdict.code]);

/** The event without the code that a confirmation needs. */
function withoutChallenge({ kind, body }: FlowEvent): object {
  if (kind === "confirm") return { ...body, challenge: undefined };
  if (kind !== "outcome" || !("confirm" in body) || body.confirm === undefined) return body;
  return { ...body, confirm: { ...body.confirm, challenge: undefined } };
}

export function createMqttFlows(options: MqttFlowsOptions): MqttFlows {
  const { topics, port } = options;
  const line: FlowLine = {
    name: "mqtt",
    isOwn: options.isOwn,
    call: (client, call) => options.call(topics.call(client), JSON.stringify(call)),
    tell: (client, told) => options.tell(topics.registered(client), JSON.stringify(told)),
  };
  const answer = (client: string, told: FlowRegistered): void =>
    options.answer(topics.registered(client), JSON.stringify(told));
  port.open(line);
  const topicOf = (kind: EventKind): string => topics.event(kind);
  const stop = options.events
    ? port.onEvent((event) => {
        const body = options.withChallenge ? event.body : withoutChallenge(event);
        options.show(topicOf(event.kind), JSON.stringify(body));
      })
    : () => undefined;
  return {
    registration(client, payload, retain) {
      // Somebody clears a retained message: that says nothing.
      if (retain && payload.length === 0) return "taken";
      if (!isSourceName(client)) return "notAllowed";
      if (retain) {
        const message =
          "Retained registrations are not taken: they would outlive their client. Send it without retain.";
        answer(client, { tools: [], refused: [{ name: "", path: "", message }] });
        return "notAllowed";
      }
      const { verdict, told } = port.register(line, client, payload);
      answer(client, told);
      return codeOfVerdict(verdict);
    },
    result(client, payload, retain) {
      if (retain) return payload.length === 0 ? "taken" : "notAllowed";
      return isSourceName(client) ? codeOfVerdict(port.result(line, client, payload)) : "notAllowed";
    },
    reopened: () => port.reopened(line),
    stop,
  };
}
