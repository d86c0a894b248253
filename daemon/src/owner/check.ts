// What a schema cannot say of an owner's tool: placeholders, addresses, and handlers that fit together.
import { createRequire } from "node:module";
import { faultOfTopic, placesIn, withoutPlaces } from "@needled/devices";
import { compileProgram } from "@needled/kernels";
import type { Ajv2020 } from "ajv/dist/2020.js";
import { hint, type Path } from "../config/yaml-file.ts";
import { messageOf } from "../errors.ts";
import type { HttpEntry, MqttEntry, ToolEntry } from "./schema.ts";

/** Where in the tool, and what is wrong. */
export interface Fault {
  path: Path;
  message: string;
}

type Property = { type?: unknown; default?: unknown };

interface Parameters {
  names: string[];
  /** Has a value in every call. */
  isSure(name: string): boolean;
  isScalar(name: string): boolean;
}

let opened: Ajv2020 | undefined;

/** With the first tool: a start without any waits for no compiler of schemas. */
function schemasOf(): Ajv2020 {
  const load = (): typeof import("ajv/dist/2020.js") => createRequire(import.meta.url)("ajv/dist/2020.js");
  opened ??= new (load().Ajv2020)({ strict: false, allErrors: true });
  return opened;
}

function parametersOf({ parameters = {} }: ToolEntry): Parameters {
  const properties = (parameters.properties ?? {}) as Record<string, Property>;
  const required = new Set((parameters.required ?? []) as string[]);
  return {
    names: Object.keys(properties),
    isSure: (name) => required.has(name) || properties[name]?.default !== undefined,
    isScalar: (name) => properties[name]?.type !== "object" && properties[name]?.type !== "array",
  };
}

/** Every text in a payload, a body or an echo. */
function textsIn(value: unknown, path: Path): { text: string; path: Path }[] {
  if (typeof value === "string") return [{ text: value, path }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

interface Place {
  /** Nothing may be missing there. */
  isNeeded?: boolean;
  /** A list or an object can stand there, alone. */
  isJson?: boolean;
}

function faultsOfPlaces(known: Parameters, text: string, path: Path, { isNeeded, isJson }: Place): Fault[] {
  const isAlone = withoutPlaces(text) === "" && placesIn(text).length === 1;
  return placesIn(text).flatMap((name): Fault[] => {
    if (!known.names.includes(name)) {
      const near = known.names.length === 0 ? "; this tool has no parameters" : hint(name, known.names);
      return [{ path, message: `{${name}} is no parameter of this tool${near}` }];
    }
    if (isNeeded && !known.isSure(name))
      return [{ path, message: `{${name}} stands where something must stand: make it required, or give it a default` }];
    if (!known.isScalar(name) && !(isJson && isAlone))
      return [{ path, message: `{${name}} is no plain value, so it can only stand alone in a payload or body` }];
    return [];
  });
}

function faultsOfJson(known: Parameters, value: unknown, path: Path, isNeeded = false): Fault[] {
  return textsIn(value, path).flatMap(({ text, path: at }) => {
    const places = faultsOfPlaces(known, text, at, { isNeeded, isJson: true });
    const looksLikeJson = placesIn(text).length > 0 && /^\s*[{[]/.test(withoutPlaces(text));
    return looksLikeJson
      ? [
          ...places,
          {
            path: at,
            message:
              "a text that begins with { or [ takes no placeholders, since a value could break out of it: write it as YAML",
          },
        ]
      : places;
  });
}

function faultsOfTopic(known: Parameters, topic: string, path: Path): Fault[] {
  const fault = faultOfTopic(withoutPlaces(topic, "x"));
  return [...faultsOfPlaces(known, topic, path, { isNeeded: true }), ...(fault ? [{ path, message: fault }] : [])];
}

/** What is waited for: every part of it, or silence about one value would prove everything. */
function faultsOfProof(known: Parameters, wanted: unknown, path: Path): Fault[] {
  const isEmpty = typeof wanted === "object" && wanted !== null && Object.keys(wanted).length === 0;
  return isEmpty ? [{ path, message: "is empty, so any answer would do" }] : faultsOfJson(known, wanted, path, true);
}

function faultsOfMqtt(known: Parameters, { topic, payload, echo, qos }: MqttEntry): Fault[] {
  const faults = [
    ...faultsOfTopic(known, topic, ["mqtt", "topic"]),
    ...faultsOfJson(known, payload, ["mqtt", "payload"]),
  ];
  if (typeof echo === "string") {
    if (echo !== "none") faults.push({ path: ["mqtt", "echo"], message: "must be none, or topic: and match:" });
    else if (qos === 0)
      faults.push({
        path: ["mqtt", "echo"],
        message: "echo: none needs qos: 1; with 0 not even the broker says that it took it",
      });
  }
  if (typeof echo === "object") {
    faults.push(
      ...faultsOfTopic(known, echo.topic, ["mqtt", "echo", "topic"]),
      ...faultsOfProof(known, echo.match, ["mqtt", "echo", "match"]),
    );
  }
  return faults;
}

const ownHeaders = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "upgrade",
  "expect",
  "te",
  "trailer",
]);

function faultsOfHeaders({ headers = {} }: HttpEntry): Fault[] {
  return Object.entries(headers).flatMap(([name, value]): Fault[] => {
    const path = ["http", "headers", name];
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return [{ path, message: "this is no name of a header" }];
    if (ownHeaders.has(name.toLowerCase())) return [{ path, message: "needled sets this header itself" }];
    if (typeof value !== "string") return [];
    if (placesIn(value).length > 0) return [{ path, message: "a placeholder cannot stand in a header" }];
    return /^[\t\u0020-\u007e]*$/.test(value) ? [] : [{ path, message: "a header has only printable ASCII" }];
  });
}

function faultsOfUrl(known: Parameters, url: string): Fault[] {
  const path = ["http", "url"];
  const at = (message: string): Fault[] => [{ path, message }];
  const found = /^(https?):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?$/.exec(url);
  if (found === null) return at("must be http://HOST/… or https://HOST/…, without #");
  const [, , authority = "", place = "", query = ""] = found;
  if (/[{}]/.test(authority))
    return at("a placeholder cannot be in the host or port: the file alone says where a message goes");
  if (authority.includes("@"))
    return at("a password in an address ends up in logs: use headers: {Authorization: {file: …}}");
  if (/[\\\s]/.test(url) || !URL.canParse(withoutPlaces(url, "x"))) return at("is no address");
  return [...faultsOfPlaces(known, place, path, { isNeeded: true }), ...faultsOfPlaces(known, query, path, {})];
}

function faultsOfHttp(known: Parameters, entry: HttpEntry): Fault[] {
  const { method, body, echo } = entry;
  return [
    ...faultsOfUrl(known, entry.url),
    ...faultsOfHeaders(entry),
    ...(method === "GET" && body !== undefined ? [{ path: ["http", "body"], message: "GET has no body" }] : []),
    ...faultsOfJson(known, body, ["http", "body"]),
    ...faultsOfProof(known, echo?.equals, ["http", "echo", "equals"]),
  ];
}

function faultsOfSchema({ name, description, parameters = {} }: ToolEntry): Fault[] {
  const schemas = schemasOf();
  if (!schemas.validateSchema(parameters)) {
    return (schemas.errors ?? []).slice(0, 4).map(({ instancePath, message }) => {
      const parts = instancePath
        .split("/")
        .slice(1)
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
      return { path: ["parameters", ...parts], message: `is no JSON Schema: ${message}` };
    });
  }
  try {
    schemas.compile(parameters);
    compileProgram([{ name, description, parameters }]);
    return [];
  } catch (error) {
    return [{ path: ["parameters"], message: messageOf(error) }];
  } finally {
    // It would be kept for good else; tools of flows come and go.
    schemas.removeSchema(parameters);
  }
}

function faultsOfHandler({ mqtt, http, repeat }: ToolEntry): Fault[] {
  if (mqtt && http) return [{ path: ["http"], message: "a tool has mqtt or http, not both" }];
  if (!mqtt && !http) return [{ path: [], message: "needs mqtt or http: what is to be sent" }];
  const canRead = typeof mqtt?.echo === "object";
  return repeat === "readable" && !canRead
    ? [{ path: ["repeat"], message: "readable needs mqtt.echo: a topic that can be read" }]
    : [];
}

/** What is wrong with a tool whoever carries it out. */
export function faultsOfTool(entry: ToolEntry): Fault[] {
  const known = parametersOf(entry);
  const required = (entry.parameters?.required ?? []) as string[];
  const missing = required.filter((name) => !known.names.includes(name));
  return [
    ...missing.map((name) => ({
      path: ["parameters", "required"],
      message: `${name} is no parameter${known.names.length > 0 ? hint(name, known.names) : ""}`,
    })),
    ...faultsOfSchema(entry),
    ...(entry.say === undefined ? [] : faultsOfPlaces(known, entry.say, ["say"], {})),
  ];
}

/** Everything that is wrong with one tool of a file, beyond its form. */
export function faultsOf(entry: ToolEntry): Fault[] {
  const known = parametersOf(entry);
  return [
    ...faultsOfHandler(entry),
    ...faultsOfTool(entry),
    ...(entry.mqtt ? faultsOfMqtt(known, entry.mqtt) : []),
    ...(entry.http ? faultsOfHttp(known, entry.http) : []),
  ];
}
