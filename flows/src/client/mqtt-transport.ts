// The wire over a broker: docs/protocol.md sections 5 and 9. Sessions are clean: what was meant for us while we were away is asked again.
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { createBackoff } from "./backoff.ts";
import { ClientError, messageOf } from "./errors.ts";
import type { Hears, Transport, TransportOptions } from "./transport.ts";
import { type EventKind, eventKinds, type Speech } from "./wire.ts";

/** MQTT 5: the broker took it, and nobody was there. */
const noMatchingSubscribers = 0x10;
const badVersion = [1, 0x84];

interface Publish {
  topic: string;
  body: object | Buffer;
  properties?: NonNullable<IPublishPacket["properties"]>;
}

export function createMqttTransport(options: TransportOptions, hears: Hears): Transport {
  const base = `needled/${options.instance}`;
  const backoff = createBackoff(options.backoff);
  const sources = new Set<string>();
  let wantsEvents = false;
  let catalogue: readonly string[] = [];
  let version: 4 | 5 = options.mqttVersion === 4 ? 4 : 5;
  let client: MqttClient | undefined;
  let isUp = false;
  let isClosed = true;
  let retry: NodeJS.Timeout | undefined;
  /** MQTT.js forgets some callbacks when a connection breaks. */
  const underWay = new Set<(error: Error) => void>();
  /** By message id; MQTT.js takes "nobody was there" for success and does not pass it on. */
  const reasonOf = new Map<number, number>();

  const filters = (): string[] => [
    ...[
      `${base}/status`,
      `${base}/catalogue`,
      `${base}/registered/${options.client}`,
      `${base}/call/${options.client}`,
    ],
    ...[...sources].map((source) => `${base}/out/${source}`),
    ...(wantsEvents ? [`${base}/event/+`, `${base}/say`] : []),
  ];

  const subscribe = (wanted: string[], mine: MqttClient): void => {
    mine.subscribe(wanted, { qos: 1 }, (error, granted = []) => {
      if (mine !== client || isClosed) return;
      const refused = granted.filter(({ qos }) => qos >= 0x80).map(({ topic }) => topic);
      if (error === null && refused.length === 0) return;
      const what = refused.length > 0 ? refused.join(", ") : wanted.join(", ");
      hears.warn(`${options.url}: the broker does not let us read ${what}. Let this user read it in its access list.`);
    });
  };

  const readers: Record<string, (body: never, level: string) => void> = {
    out: (body: { refused?: unknown; intent?: unknown }) =>
      body.refused === undefined ? hears.answer(body as never) : hears.refused(body as never),
    registered: (body) => hears.registered(body),
    call: (body) => hears.call(body),
    event: (body, level) => {
      if (eventKinds.includes(level as EventKind)) hears.event(level as EventKind, body);
    },
    catalogue: (body: { tools?: unknown }) => {
      catalogue = Array.isArray(body.tools) ? body.tools.map(String) : [];
    },
    say: (body) => hears.event("say", body),
  };

  const read = (topic: string, payload: Buffer): void => {
    const [kind = "", level = ""] = topic.slice(base.length + 1).split("/");
    if (kind === "status") {
      const isOnline = payload.toString() === "online";
      hears.state(isOnline ? "ready" : "no_daemon", isOnline ? "" : `no daemon is online at ${base}`);
      return;
    }
    try {
      readers[kind]?.(JSON.parse(payload.toString()) as never, level);
    } catch (error) {
      hears.warn(`${topic}: not understood: ${messageOf(error)}`);
    }
  };

  const onConnect = (mine: MqttClient): void => {
    isUp = true;
    backoff.reset();
    hears.state("no_daemon", `no daemon is online at ${base}`);
    subscribe(filters(), mine);
  };

  const onClose = (why: string): void => {
    isUp = false;
    client = undefined;
    for (const reject of underWay) reject(new Error("the connection was lost"));
    underWay.clear();
    reasonOf.clear();
    if (isClosed) return;
    hears.state("disconnected", why);
    clearTimeout(retry);
    retry = setTimeout(open, backoff.nextMs());
  };

  const will = (): NonNullable<IClientOptions["will"]> => ({
    topic: `${base}/tools/${options.client}`,
    payload: Buffer.from(JSON.stringify({ session: options.session, tools: [] })),
    qos: 1,
    retain: false,
  });

  const clientOptions = (): IClientOptions => ({
    ...options.tls,
    ...{ protocolVersion: version, clean: true, reconnectPeriod: 0, keepalive: 15, connectTimeout: 10_000 },
    clientId: `needled-${options.instance}-${options.client}-${options.session}`,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    will: will(),
  });

  function open(): void {
    if (isClosed) hears.state("connecting", "");
    isClosed = false;
    let why = "";
    let isTooNew = false;
    let mine: MqttClient;
    try {
      mine = connect(options.url, clientOptions());
    } catch (error) {
      onClose(messageOf(error));
      return;
    }
    client = mine;
    mine.on("connect", () => onConnect(mine));
    mine.on("message", (topic, payload) => read(topic, payload));
    mine.on("packetreceive", ({ cmd, messageId = 0, ...packet }) => {
      if (cmd === "puback" && "reasonCode" in packet && packet.reasonCode === noMatchingSubscribers)
        reasonOf.set(messageId, noMatchingSubscribers);
    });
    mine.on("error", (error) => {
      why = messageOf(error);
      const { code } = error as { code?: unknown };
      isTooNew = options.mqttVersion === 0 && version === 5 && badVersion.includes(code as number);
    });
    mine.on("close", () => {
      if (mine !== client) return;
      mine.end(true);
      if (!isTooNew) {
        onClose(why);
        return;
      }
      // A broker of 3.1.1 only is no fault, and is asked again at once.
      version = 4;
      client = undefined;
      if (!isClosed) open();
    });
  }

  /** A broker that says no says it again: that is no reason to send once more. */
  const deniedBy = (error: Error, topic: string): Error => {
    const { code } = error as { code?: unknown };
    if (typeof code !== "number" || code < 0x80) return error;
    const todo = "Let this user write there in the broker's access list.";
    return new ClientError("refused", `${options.url}: the broker does not take ${topic}: ${error.message}. ${todo}`);
  };

  const publish = ({ topic, body, properties }: Publish): Promise<number> =>
    new Promise((resolve, reject) => {
      const mine = client;
      if (mine === undefined || !isUp) return reject(new Error("the connection was lost"));
      underWay.add(reject);
      const payload = Buffer.isBuffer(body) ? body : JSON.stringify(body);
      const more = version === 5 && properties !== undefined ? { properties } : {};
      mine.publish(topic, payload, { qos: 1, ...more }, (error) => {
        underWay.delete(reject);
        if (error) reject(deniedBy(error, topic));
        else resolve(reasonOf.get(id) ?? 0);
        reasonOf.delete(id);
      });
      const id = mine.getLastMessageId();
    });

  const sendHeard = async (message: Publish): Promise<void> => {
    if ((await publish(message)) !== noMatchingSubscribers) return;
    throw new ClientError(
      "no_daemon",
      `${options.url}: no daemon reads ${message.topic}; nothing was done. Start needled, or correct the instance in the needled-daemon node.`,
    );
  };

  const sendSpeech = async (source: string, { wav, id, mode, room }: Speech): Promise<void> => {
    const topic = `${base}/audio/${source}`;
    const userProperties = { id, mode, ...(room !== undefined && { room }) };
    const properties = { contentType: "audio/wav", correlationData: Buffer.from(id), userProperties };
    if ((await publish({ topic, body: wav, properties })) === noMatchingSubscribers) {
      throw new ClientError(
        "no_audio",
        `${options.url}: the daemon takes no sound: nobody reads ${topic}. Send it text from a speech recogniser.`,
      );
    }
  };

  return {
    address: options.url,
    open,
    async close() {
      isClosed = true;
      clearTimeout(retry);
      const mine = client;
      client = undefined;
      if (mine === undefined) return;
      // An orderly DISCONNECT, which sends no will; whoever closes has taken its tools away before.
      await new Promise<void>((resolve) => {
        const giveUp = setTimeout(() => mine.end(true, () => resolve()), 2_000);
        mine.end(!isUp, {}, () => {
          clearTimeout(giveUp);
          resolve();
        });
      });
      isUp = false;
      for (const reject of underWay) reject(new Error("the connection was closed"));
      underWay.clear();
      hears.state("idle", "");
    },
    want({ source, events }) {
      const wanted = [
        ...(source !== undefined && !sources.has(source) ? [`${base}/out/${source}`] : []),
        ...(events === true && !wantsEvents ? [`${base}/event/+`, `${base}/say`] : []),
      ];
      if (source !== undefined) sources.add(source);
      wantsEvents ||= events === true;
      if (client !== undefined && isUp && wanted.length > 0) subscribe(wanted, client);
    },
    toolNames: async () => catalogue,
    sendIntent: (source, body) => sendHeard({ topic: `${base}/in/${source}`, body }),
    carriesSoundIds: () => version === 5,
    sendSpeech,
    sendConfirmation: (source, body) => sendHeard({ topic: `${base}/confirm/${source}`, body }),
    sendTools: async (body) => void (await publish({ topic: `${base}/tools/${options.client}`, body })),
    sendResult: (body) => sendHeard({ topic: `${base}/result/${options.client}`, body }),
  };
}
