// The topics of one instance, and which of them a stranger may name.
import { reservedSources } from "./refused.ts";

export interface Topics {
  instance: string;
  /** Filters. */
  intents: string;
  sounds: string;
  confirmations: string;
  tools: string;
  results: string;
  say: string;
  status: string;
  health: string;
  catalogue: string;
  out(source: string): string;
  registered(client: string): string;
  call(client: string): string;
  event(kind: string): string;
}

export type Inbound = { kind: "intent" | "sound" | "confirmation" | "tools" | "result"; source: string };

const sourcePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const maxReplyTopic = 256;

export function isInstanceName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(name);
}

export function topicsOf(instance: string): Topics {
  const base = `needled/${instance}`;
  return {
    instance,
    intents: `${base}/in/+`,
    sounds: `${base}/audio/+`,
    confirmations: `${base}/confirm/+`,
    tools: `${base}/tools/+`,
    results: `${base}/result/+`,
    say: `${base}/say`,
    status: `${base}/status`,
    health: `${base}/health`,
    catalogue: `${base}/catalogue`,
    out: (source) => `${base}/out/${source}`,
    registered: (client) => `${base}/registered/${client}`,
    call: (client) => `${base}/call/${client}`,
    event: (kind) => `${base}/event/${kind}`,
  };
}

/** The level below a way in, whatever it is called. */
export function readInbound(topics: Topics, topic: string): Inbound | undefined {
  for (const [filter, kind] of [
    [topics.intents, "intent"],
    [topics.sounds, "sound"],
    [topics.confirmations, "confirmation"],
    [topics.tools, "tools"],
    [topics.results, "result"],
  ] as const) {
    const prefix = filter.slice(0, -1);
    if (topic.startsWith(prefix) && !topic.slice(prefix.length).includes("/")) {
      return { kind, source: topic.slice(prefix.length) };
    }
  }
  return undefined;
}

export function isSourceName(source: string): boolean {
  return sourcePattern.test(source) && !reservedSources.has(source);
}

/** Where an answer goes: what the sender wished when that lies below `out/`, else its own topic there. */
export function replyTopic(topics: Topics, source: string, wished: string | undefined): string {
  const below = topics.out("");
  if (wished === undefined) return topics.out(source);
  const isAllowed =
    wished.startsWith(below) &&
    wished.length > below.length &&
    wished.length <= maxReplyTopic &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: MQTT forbids NUL in a topic; the rest of them help nobody.
    !/[+#\u0000-\u001F\u007F]/.test(wished);
  return isAllowed ? wished : topics.out(source);
}

/** Whether a subscription's filter takes a topic in; topics here have no empty levels and no $. */
export function covers(filter: string, topic: string): boolean {
  const [levels, wanted] = [topic.split("/"), filter.split("/")];
  const end = wanted.indexOf("#");
  if (end < 0 && levels.length !== wanted.length) return false;
  return (end < 0 ? wanted : wanted.slice(0, end)).every((level, at) => level === "+" || level === levels[at]);
}

/** What only needled writes: everything of the instance but the ways in, and its discovery. */
export function isOurs(topics: Topics, discoveryTopic: string | undefined, topic: string): boolean {
  const isInstance = topic.startsWith(`needled/${topics.instance}/`);
  return topic === discoveryTopic || (isInstance && readInbound(topics, topic) === undefined);
}
