// A file of the owner's tools as JSON Schema. What depends on other keys is looked at in check.ts.
import type { HiddenValue, OwnerRepeat, Risk } from "@needled/devices";
import type { Json } from "../protocol.ts";

export interface MqttEntry {
  topic: string;
  payload?: Json;
  qos?: 0 | 1;
  retain?: boolean;
  echo?: string | { topic: string; match: Json };
}

export interface HttpEntry {
  method?: string;
  url: string;
  headers?: Record<string, string | HiddenValue>;
  body?: Json;
  expect?: number[];
  echo?: { path: string; equals: Json };
}

export interface ToolEntry {
  name: string;
  description: string;
  parameters?: Record<string, unknown>;
  risk?: Risk;
  repeat?: OwnerRepeat;
  timeout_s?: number;
  say?: string;
  mqtt?: MqttEntry;
  http?: HttpEntry;
}

export interface ToolsFile {
  tools: ToolEntry[];
}

const text = { type: "string", minLength: 1, maxLength: 1_024 } as const;
/** What a placeholder can name. */
const key = { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_-]{0,63}$" } as const;

function object(properties: object, required: readonly string[] = []) {
  return { type: "object", properties, required, additionalProperties: false };
}

const parameters = {
  type: "object",
  properties: {
    type: { const: "object" },
    properties: { type: "object", propertyNames: key, additionalProperties: { type: "object" } },
    required: { type: "array", items: { type: "string" } },
  },
} as const;

const mqtt = object(
  {
    topic: text,
    payload: {},
    qos: { enum: [0, 1] },
    retain: { type: "boolean" },
    echo: {
      type: ["object", "string"],
      properties: { topic: text, match: {} },
      required: ["topic", "match"],
      additionalProperties: false,
    },
  },
  ["topic"],
);

const http = object(
  {
    method: { enum: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
    url: text,
    headers: {
      type: "object",
      additionalProperties: {
        type: ["string", "object"],
        properties: { file: text, credential: text },
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
      },
    },
    body: {},
    expect: { type: "array", minItems: 1, items: { type: "integer", minimum: 100, maximum: 599 } },
    echo: object({ path: text, equals: {} }, ["path", "equals"]),
  },
  ["url"],
);

/** What every tool has, whoever carries it out. */
export const toolKeys = {
  name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,63}$" },
  description: text,
  parameters,
  risk: { type: "integer", minimum: 0, maximum: 4 },
  // A turn that takes longer than 90 s counts as stuck.
  timeout_s: { type: "number", exclusiveMinimum: 0, maximum: 30 },
  say: text,
} as const;

const tool = object(
  {
    ...toolKeys,
    repeat: { enum: ["idempotent", "readable", "once"] },
    mqtt,
    http,
  },
  ["name", "description"],
);

export const toolsSchema = object({ tools: { type: "array", items: tool } }, ["tools"]);
