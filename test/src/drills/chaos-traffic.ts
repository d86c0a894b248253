// The other clients of the chaos drill: one that publishes intents with QoS 1 whatever the broker does, one that hears the answers.
import type { Answer } from "@needled/daemon";
import mqtt, { type MqttClient } from "mqtt";
import { type Asked, nextIntent } from "./storm.ts";

export interface Sent extends Asked {
  saidAt: number;
  ttlMs: number;
  payload: string;
  /** Must never be done: it was too old when it was sent, or retained. */
  isForbidden: boolean;
}

export interface Traffic {
  readonly sent: Sent[];
  /** Outcome words heard for an id, each once, with the first answer. */
  readonly answers: ReadonlyMap<string, { answer: Answer; outcomes: Set<string>; copies: number }>;
  /** Codes of refusals heard for an id. */
  readonly refusals: ReadonlyMap<string, Set<string>>;
  /** Ids that the broker has acknowledged to the publisher. */
  readonly published: ReadonlySet<string>;
  begin(perSecond: number): void;
  pause(): void;
  /** Again, as it was, with the DUP flag. */
  repeat(intent: Sent): void;
  junk(): Promise<void>;
  close(): Promise<void>;
}

const inTopic = "needled/home/in/drill";

export function outcomeOf({ calls, refusal }: Answer): string {
  return calls[0]?.outcome ?? refusal?.code ?? "none";
}

function openClient(port: number, clientId: string): MqttClient {
  const properties = { sessionExpiryInterval: 3_600 };
  const common = { clientId, clean: false, protocolVersion: 5 as const, properties, reconnectPeriod: 100 };
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { ...common, connectTimeout: 2_000 });
  client.on("error", () => undefined);
  return client;
}

export function openTraffic(port: number, random: () => number): Traffic {
  const sent: Sent[] = [];
  const answers = new Map<string, { answer: Answer; outcomes: Set<string>; copies: number }>();
  const refusals = new Map<string, Set<string>>();
  const published = new Set<string>();
  const mouth = openClient(port, "drill-mouth");
  const ear = openClient(port, "drill-ear");
  let timer: NodeJS.Timeout | undefined;

  // A broker that lost its database has lost the subscription too.
  ear.on("connect", () => ear.subscribe("needled/home/out/#", { qos: 1 }));
  ear.on("message", (_, bytes) => {
    const heard = JSON.parse(bytes.toString()) as Answer & { refused?: { code: string }; intent?: { id?: string } };
    const id = heard.intent?.id ?? "";
    if (heard.refused) {
      refusals.set(id, (refusals.get(id) ?? new Set()).add(heard.refused.code));
      return;
    }
    const known = answers.get(id) ?? { answer: heard, outcomes: new Set<string>(), copies: 0 };
    known.outcomes.add(outcomeOf(heard));
    known.copies += 1;
    answers.set(id, known);
  });

  function make(isForbidden: boolean): Sent {
    const asked = nextIntent(sent.length, random);
    // A short life for some, so that an outage outlasts it.
    const ttlMs = random() < 0.25 ? 1_500 : 8_000;
    const saidAt = Date.now() - (isForbidden ? 60_000 : 0);
    const payload = JSON.stringify({ text: asked.text, id: asked.id, said_at: saidAt, ttl_ms: ttlMs });
    const intent = { ...asked, saidAt, ttlMs, payload, isForbidden };
    sent.push(intent);
    return intent;
  }

  function publish({ id, payload }: Sent, dup = false): void {
    mouth.publish(inTopic, payload, { qos: 1, dup }, (error) => void (error ?? published.add(id)));
  }

  return {
    sent,
    answers,
    refusals,
    published,
    begin(perSecond) {
      timer ??= setInterval(() => publish(make(random() < 0.03)), 1_000 / perSecond);
    },
    pause() {
      clearInterval(timer);
      timer = undefined;
    },
    repeat: (intent) => publish(intent, true),
    async junk() {
      const odd = ["{", '{"text":', "\u0000\u0001", "[1,2,3]", '{"id":"x"}', "turn on everything", "x".repeat(9_000)];
      const whole = Array.from({ length: 3 }, () => make(true).payload);
      const each = [...odd, ...whole].map((payload, n) => {
        const told = mouth.publishAsync(n < 8 ? inTopic : `needled/home/in/junk${n}`, payload, {
          qos: 1,
          retain: true,
        });
        return told.catch(() => undefined);
      });
      await Promise.race([Promise.all(each), new Promise((resolve) => setTimeout(resolve, 3_000))]);
    },
    async close() {
      clearInterval(timer);
      await Promise.all([mouth.endAsync(true), ear.endAsync(true)]);
    },
  };
}
