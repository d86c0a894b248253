// What happens to a message on one of the ways in, before its PUBACK: the same for the embedded broker and a real one.
import { messageOf } from "../errors.ts";
import type { Answer, ConfirmResult, DoorIntent, Intake, Receipt, RefusedCode, ReplyRoute } from "../intake.ts";
import type { Log } from "../ports.ts";
import type { MqttFlows } from "./mqtt-flows.ts";
import { type Inbound, isSourceName, readInbound, replyTopic, type Topics } from "./mqtt-topics.ts";
import { type GivenIntent, type Read, readConfirmation, readIntentOrWords } from "./read-intent.ts";
import { besideFrom, readSpokenIntent } from "./read-sound.ts";
import { refusalOf, unexpected } from "./refused.ts";

export interface MqttMessage {
  topic: string;
  payload: Uint8Array;
  retain: boolean;
  /** MQTT 5 only. */
  responseTopic?: string | undefined;
  correlation?: Uint8Array | undefined;
  /** MQTT 5 only. */
  userProperties?: Readonly<Record<string, string | string[]>> | undefined;
  /** What is left of the message's life, in seconds. */
  expiry?: number | undefined;
}

/** MQTT 5 reason codes; 3.1.1 has none. All of them are on the list that MQTT.js lets pass. */
export const reasonCodes = { taken: 0x00, failed: 0x80, notNow: 0x83, notAllowed: 0x87, quota: 0x97, malformed: 0x99 };

export interface MqttIntentsOptions {
  topics: Topics;
  intake: Intake;
  /** Absent: no client can have tools. */
  flows?: MqttFlows | undefined;
  deliver(route: ReplyRoute, answer: Answer): Promise<boolean>;
  /** Best effort: a refusal is not worth a place in a queue. */
  refuse(topic: string, body: object, correlation: string | undefined): void;
  log: Log;
}

export interface MqttIntents {
  /** Resolves with a reason code once the message is on disk or refused; never rejects. */
  take(message: MqttMessage): Promise<number>;
}

const codeOfRefusal: Readonly<Record<RefusedCode, number>> = {
  malformed: reasonCodes.malformed,
  too_long: reasonCodes.malformed,
  retained: reasonCodes.notAllowed,
  unknown_source: reasonCodes.notAllowed,
  quota: reasonCodes.quota,
  busy: reasonCodes.quota,
  stale: reasonCodes.notNow,
  degraded: reasonCodes.notNow,
  stopping: reasonCodes.notNow,
  no_speech: reasonCodes.notAllowed,
  speech_failed: reasonCodes.notNow,
  no_words: reasonCodes.malformed,
};

interface Sent extends MqttMessage, Inbound {}

type Refusal = { code: RefusedCode; message: string; id?: string };

function gate(sent: Sent): Refusal | undefined {
  if (!isSourceName(sent.source)) {
    const message = "A source is 1 to 64 of A-Z a-z 0-9 . _ - and not the name of another door.";
    return { code: "unknown_source", message };
  }
  if (sent.retain) {
    const message = "Retained messages are not taken: they would run again at every start. Send it without retain.";
    return { code: "retained", message };
  }
  return undefined;
}

function correlationOf(sent: Sent): string | undefined {
  return sent.correlation === undefined ? undefined : Buffer.from(sent.correlation).toString("base64");
}

/** The broker counts the life of a message down while it waits; the sender's own limit may be shorter. */
function ttlOf(given: GivenIntent, sent: Sent): { ttlMs?: number } {
  const limits = [given.ttlMs, sent.expiry === undefined ? undefined : Math.max(1, sent.expiry * 1000)];
  const ttlMs = Math.min(...limits.filter((limit) => limit !== undefined));
  return Number.isFinite(ttlMs) ? { ttlMs } : {};
}

export function createMqttIntents(options: MqttIntentsOptions): MqttIntents {
  const { topics, intake, log } = options;

  const refuse = (sent: Sent, refusal: Refusal, wished?: string): number => {
    const topic = replyTopic(topics, sent.source, sent.responseTopic ?? wished);
    options.refuse(topic, refusalOf(refusal, sent.source), correlationOf(sent));
    return codeOfRefusal[refusal.code];
  };

  const routeOf = (sent: Sent, wished: string | undefined): ReplyRoute => {
    const to = replyTopic(topics, sent.source, sent.responseTopic ?? wished);
    const correlation = correlationOf(sent);
    return correlation === undefined ? { door: "mqtt", to } : { door: "mqtt", to, correlation };
  };

  const sendLater = (route: ReplyRoute, answer: Promise<Answer>): void => {
    answer
      .then((done) => options.deliver(route, done))
      .catch((error: unknown) => log.warn("mqtt: an answer did not come", { to: route.to, error: messageOf(error) }));
  };

  const settle = (sent: Sent, intent: DoorIntent, receipt: Receipt, wished: string | undefined): number => {
    if (receipt.status === "refused") {
      const { code, message } = receipt;
      return refuse(sent, intent.id === undefined ? { code, message } : { code, message, id: intent.id }, wished);
    }
    // The route of an admitted intent is in the journal and served from there; a repeat's is not.
    if (receipt.status === "duplicate") sendLater(routeOf(sent, wished), receipt.answer);
    return reasonCodes.taken;
  };

  const takeSound = async (sent: Sent): Promise<number> => {
    const beside = besideFrom((name) => sent.userProperties?.[name]);
    return takeIntent(sent, await readSpokenIntent(intake, sent.payload, beside, Date.now()));
  };

  const takeIntent = async (sent: Sent, read: Read<GivenIntent>): Promise<number> => {
    if (!read.ok) return refuse(sent, read);
    const { replyTo, ...given } = read.value;
    const route = routeOf(sent, replyTo);
    const intent = { ...given, ...ttlOf(given, sent), source: sent.source, door: "mqtt" as const, reply: route };
    return settle(sent, intent, await intake.submit(intent), replyTo);
  };

  const refuseConfirmation = (sent: Sent, challenge: string, result: ConfirmResult & { status: "refused" }): number => {
    const { code, message } = result;
    options.refuse(routeOf(sent, undefined).to, { refused: { code, message }, challenge }, correlationOf(sent));
    return reasonCodes.notAllowed;
  };

  const takeConfirmation = async (sent: Sent): Promise<number> => {
    const read = readConfirmation(sent.payload);
    if (!read.ok) return refuse(sent, read);
    const result = await intake.confirm({ ...read.value, source: sent.source, door: "mqtt" });
    if (result.status === "refused") return refuseConfirmation(sent, read.value.challenge, result);
    sendLater(routeOf(sent, undefined), result.answer);
    return reasonCodes.taken;
  };

  const takeFlow = ({ kind, source: client, payload, retain }: Sent): number => {
    const { flows } = options;
    if (flows === undefined) return reasonCodes.notAllowed;
    const code = kind === "tools" ? flows.registration(client, payload, retain) : flows.result(client, payload, retain);
    return reasonCodes[code];
  };

  const takeKnown = async (sent: Sent): Promise<number> => {
    if (sent.kind === "tools" || sent.kind === "result") return takeFlow(sent);
    // Somebody clears a retained message: that says nothing.
    if (sent.retain && sent.payload.length === 0) return reasonCodes.taken;
    const refusal = gate(sent);
    if (refusal !== undefined) return refuse(sent, refusal);
    if (sent.kind === "sound") return takeSound(sent);
    return sent.kind === "intent" ? takeIntent(sent, readIntentOrWords(sent.payload)) : takeConfirmation(sent);
  };

  return {
    async take(message) {
      const inbound = readInbound(topics, message.topic);
      if (inbound === undefined) return reasonCodes.notAllowed;
      const sent = { ...message, ...inbound };
      try {
        return await takeKnown(sent);
      } catch (error) {
        log.warn("mqtt: a message was not taken", { topic: message.topic, error: messageOf(error) });
        if (sent.kind !== "tools" && sent.kind !== "result") refuse(sent, unexpected);
        return reasonCodes.failed;
      }
    },
  };
}
