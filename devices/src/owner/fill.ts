// Values into the places that the owner marked with {name}. No code, no conditions: a value, or the place is dropped.
import type { Arguments } from "../call.ts";
import type { HttpMessage, Json, MqttMessage, OwnerMessage } from "./tool.ts";

const PLACE = /\{([A-Za-z][A-Za-z0-9_-]*)\}/g;
const WHOLE = /^\{([A-Za-z][A-Za-z0-9_-]*)\}$/;

/** Says in whole words which value cannot stand where it should. */
export class FillError extends Error {
  override readonly name = "FillError";
}

/** Names of the placeholders in a text. */
export function placesIn(text: string): string[] {
  return [...text.matchAll(PLACE)].map(([, name]) => name as string);
}

/** The text with `mark` for each placeholder. */
export const withoutPlaces = (text: string, mark = ""): string => text.replace(PLACE, mark);

function textOf(name: string, value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new FillError(`The ${name.replaceAll("_", " ")} cannot be written into a text.`);
}

/** An own value: a parameter may well be called `constructor`. */
const valueIn = (args: Arguments, name: string): unknown => (Object.hasOwn(args, name) ? args[name] : undefined);

type Write = (text: string, name: string) => string;

/** undefined: a value that it needs is absent. */
export function fillText(text: string, args: Arguments, write: Write = (plain) => plain): string | undefined {
  if (placesIn(text).some((name) => valueIn(args, name) === undefined)) return undefined;
  return text.replace(PLACE, (_, name: string) => write(textOf(name, valueIn(args, name)), name));
}

/** A text that is one placeholder keeps the value's type; what needs an absent value is left out. */
export function fillJson(template: Json, args: Arguments): Json | undefined {
  if (typeof template === "string") {
    const whole = WHOLE.exec(template)?.[1];
    return whole === undefined ? fillText(template, args) : (valueIn(args, whole) as Json | undefined);
  }
  if (Array.isArray(template)) return template.flatMap((item: Json) => fillJson(item, args) ?? []);
  if (typeof template !== "object" || template === null) return template;
  const entries = Object.entries(template).flatMap(([key, value]) => {
    const filled = fillJson(value, args);
    return filled === undefined ? [] : [[key, filled] as const];
  });
  return Object.fromEntries(entries);
}

const spoken = (name: string): string => name.replaceAll("_", " ");

const topicLevel: Write = (text, name) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: brokers refuse them.
  if (text === "" || /[+#/\u0000-\u001f\u007f]/.test(text))
    throw new FillError(`The ${spoken(name)} "${text}" cannot be part of a topic.`);
  return text;
};

/** Why nobody but needled itself writes there, or undefined. */
export function faultOfTopic(topic: string): string | undefined {
  if (topic === "" || /[+#]/.test(topic)) return "a topic is not empty and has no + or #";
  if (topic.startsWith("$")) return "topics that begin with $ are the broker's";
  // A tool that could write an intent or a yes would be a second, unseen way in.
  if (/^needled(\/|$)/.test(topic)) return "topics below needled/ are needled's own";
  return Buffer.byteLength(topic) > 1024 ? "it is longer than 1,024 bytes" : undefined;
}

export function fillTopic(topic: string, args: Arguments): string {
  const filled = fillText(topic, args, topicLevel);
  const fault = filled === undefined ? "a value is missing" : faultOfTopic(filled);
  if (fault !== undefined) throw new FillError(`It has no topic to go to: ${fault}.`);
  return filled as string;
}

const urlPart: Write = (text, name) => {
  try {
    return encodeURIComponent(text);
  } catch (error) {
    // Half a surrogate.
    if (error instanceof URIError) throw new FillError(`The ${spoken(name)} is no text.`);
    throw error;
  }
};

/** The path's values stay within their segment; a query pair whose value is absent is left out. */
export function fillUrl(url: string, args: Arguments): string {
  const [, base = "", path = "", query] = /^([a-z]+:\/\/[^/?]*)([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
  const segments = path.split("/").map((segment) => {
    const filled = fillText(segment, args, urlPart);
    const isNew = placesIn(segment).length > 0;
    if (filled === undefined || (isNew && /^\.{0,2}$/.test(filled)))
      throw new FillError("It has no address to go to: a value is missing or is no name.");
    return filled;
  });
  const pairs = query?.split("&").flatMap((pair) => fillText(pair, args, urlPart) ?? []);
  return `${base}${segments.join("/")}${pairs && pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

function fillMqtt(message: MqttMessage, args: Arguments): MqttMessage {
  const { payload, echo, ...rest } = message;
  const filled = payload === undefined ? undefined : fillJson(payload, args);
  const match = typeof echo === "object" ? fillJson(echo.match, args) : undefined;
  return {
    ...rest,
    topic: fillTopic(message.topic, args),
    ...(filled !== undefined && { payload: filled }),
    ...(echo === "none" && { echo }),
    ...(typeof echo === "object" && match !== undefined && { echo: { topic: fillTopic(echo.topic, args), match } }),
  };
}

function fillHttp(message: HttpMessage, args: Arguments): HttpMessage {
  const { body, echo, ...rest } = message;
  const filled = body === undefined ? undefined : fillJson(body, args);
  const equals = echo && fillJson(echo.equals, args);
  return {
    ...rest,
    url: fillUrl(message.url, args),
    ...(filled !== undefined && { body: filled }),
    ...(echo && equals !== undefined && { echo: { path: echo.path, equals } }),
  };
}

/** Throws a FillError when a value cannot stand where it should. */
export function fillMessage(message: OwnerMessage, args: Arguments): OwnerMessage {
  if (message.via === "flow") return { ...message, arguments: args };
  return message.via === "mqtt" ? fillMqtt(message, args) : fillHttp(message, args);
}
