// The configuration file as JSON Schema, and what it means when a key is absent. docs/operating.md explains every key.
import type { Risk } from "@needled/devices";
import type { PolicyRow } from "../policy/policy.ts";

/** Where a secret is: a file, or a credential that systemd passed (LoadCredential). Never the secret itself. */
export type SecretPlace = { file: string } | { credential: string };

export interface MqttConfig {
  url: string;
  version?: 4 | 5;
  username?: string;
  password?: SecretPlace;
  ca?: string;
  discovery?: boolean;
  /** Whether events are told there. */
  events?: boolean;
}

export interface FlowsConfig {
  /** Who may have tools; absent: everybody on needled's own broker and with the token, nobody on another broker. */
  clients?: string[];
  max_risk: Risk;
  /** How soon a flow must say that it has a call. */
  ack_s: number;
  /** Whether the codes of confirmations stand in events on a broker that is not needled's own. */
  confirm: boolean;
}

export interface SpeechConfig {
  /** `tcp://host:port` of a recogniser that speaks Wyoming. */
  wyoming: string;
  language?: string;
  timeout_s?: number;
}

export interface WyomingConfig {
  port: number;
  /** Loopback when absent: the protocol knows no password. */
  host?: string;
  /** Rooms by the satellite or device id that the client tells. */
  satellites?: Record<string, string>;
}

export interface HomeAssistantConfig {
  /** `ws://host:8123/api/websocket` */
  url: string;
  /** A long-lived access token. */
  token: SecretPlace;
  ca?: string;
}

export interface SerialConfig {
  path: string;
  baud?: number;
  source: string;
  room?: string;
  checksum?: boolean;
}

export interface SourceConfig {
  room?: string;
  ttl_s?: number;
}

export interface Config {
  instance: string;
  state?: string;
  model?: string;
  home: { simulated?: boolean; file?: string };
  mqtt?: MqttConfig;
  broker: { port: number };
  http: { port: number };
  serial: SerialConfig[];
  speech?: SpeechConfig;
  wyoming?: WyomingConfig;
  zigbee2mqtt: { base: string }[];
  home_assistant: HomeAssistantConfig[];
  tools: string[];
  flows: FlowsConfig;
  sources: Record<string, SourceConfig>;
  /** Whether sources that are not listed may speak. */
  open_sources: boolean;
  limits: { per_minute: number; burst: number; in_flight: number; waiting: number; ttl_s: number };
  policy: PolicyRow[];
  pin?: SecretPlace;
  log: { level: "debug" | "info" | "warn" | "silent"; utterances: boolean };
}

const text = { type: "string", minLength: 1 } as const;
const secret = {
  type: "object",
  oneOf: [
    { properties: { file: text }, required: ["file"], additionalProperties: false },
    { properties: { credential: text }, required: ["credential"], additionalProperties: false },
  ],
} as const;
const socket = {
  type: "string",
  pattern: "^wss?://[^/?#\\s]+/api/websocket$",
  description: "ws://HOST:8123/api/websocket, or wss://…: the address of Home Assistant's WebSocket",
} as const;
const port = { type: "integer", minimum: 0, maximum: 65_535 } as const;
const words = { type: "array", items: text } as const;
const word = { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" } as const;
const client = {
  type: "string",
  pattern: "^(?!(prompt|stdin|unix|http|serial|timer)$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
  description: "the level of a topic, 1 to 64 of A-Z a-z 0-9 . _ -, and not the name of a door",
} as const;
const count = (most: number) => ({ type: "integer", minimum: 1, maximum: most }) as const;

function object(properties: object, required: readonly string[] = []) {
  return { type: "object", properties, required, additionalProperties: false };
}

const policyRow = object(
  {
    name: text,
    decision: { enum: ["allow", "confirm", "deny"] },
    by: { enum: ["any", "other", "pin"] },
    perMinute: count(1_000),
    tools: words,
    devices: words,
    areas: words,
    sources: words,
    doors: { type: "array", items: { enum: ["mqtt", "serial", "http", "unix", "wyoming", "stdin", "timer"] } },
    risk: { type: "array", items: { type: "integer", minimum: 0, maximum: 4 }, minItems: 2, maxItems: 2 },
    hours: { type: "string", pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)-(([01]\\d|2[0-3]):[0-5]\\d|24:00)$" },
    moreThan: { type: "integer", minimum: 0 },
    withoutId: { const: true },
  },
  ["name", "decision"],
);

export const configSchema = object({
  instance: word,
  state: text,
  model: text,
  home: object({ simulated: { type: "boolean" }, file: text }),
  mqtt: object(
    {
      url: { type: "string", pattern: "^(mqtt|mqtts|ws|wss)://" },
      version: { enum: [4, 5] },
      username: text,
      password: secret,
      ca: text,
      discovery: { type: "boolean" },
      events: { type: "boolean" },
    },
    ["url"],
  ),
  broker: object({ port }),
  http: object({ port }),
  serial: {
    type: "array",
    items: object({ path: text, baud: count(4_000_000), source: word, room: text, checksum: { type: "boolean" } }, [
      "path",
      "source",
    ]),
  },
  speech: object(
    {
      wyoming: { type: "string", pattern: "^tcp://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$" },
      language: { type: "string", pattern: "^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$" },
      timeout_s: count(60),
    },
    ["wyoming"],
  ),
  wyoming: object({ port, host: text, satellites: { type: "object", additionalProperties: text } }, ["port"]),
  zigbee2mqtt: { type: "array", items: object({ base: text }, ["base"]) },
  home_assistant: { type: "array", items: object({ url: socket, token: secret, ca: text }, ["url", "token"]) },
  tools: words,
  flows: object({
    clients: { type: "array", items: client },
    max_risk: { type: "integer", minimum: 0, maximum: 3, description: "0 to 3; what is riskier is never done" },
    ack_s: { type: "number", minimum: 1, maximum: 30, description: "1 to 30 seconds" },
    confirm: { type: "boolean" },
  }),
  sources: {
    type: "object",
    propertyNames: { type: "string", pattern: "^(serial:)?[A-Za-z0-9_-]{1,64}$" },
    additionalProperties: object({ room: text, ttl_s: count(600) }),
  },
  open_sources: { type: "boolean" },
  limits: object({
    per_minute: count(100_000),
    burst: count(100_000),
    in_flight: count(256),
    waiting: count(10_000),
    ttl_s: count(600),
  }),
  policy: { type: "array", items: policyRow },
  pin: secret,
  log: object({ level: { enum: ["debug", "info", "warn", "silent"] }, utterances: { type: "boolean" } }),
});

export const defaults: Config = {
  instance: "home",
  home: {},
  broker: { port: 1883 },
  http: { port: 8723 },
  serial: [],
  zigbee2mqtt: [],
  home_assistant: [],
  tools: [],
  flows: { max_risk: 3, ack_s: 2, confirm: false },
  sources: {},
  open_sources: true,
  limits: { per_minute: 60, burst: 20, in_flight: 16, waiting: 256, ttl_s: 30 },
  policy: [],
  log: { level: "info", utterances: false },
};

/** Simulated when asked for, or when no device source is configured at all. */
export function isSimulated({ home, zigbee2mqtt, home_assistant }: Config): boolean {
  return home.simulated ?? (home.file === undefined && zigbee2mqtt.length + home_assistant.length === 0);
}
