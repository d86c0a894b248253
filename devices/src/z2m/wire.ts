// What Zigbee2MQTT's messages say, whichever version wrote them.
import type { Payload } from "./codecs.ts";

const mostPayloadBytes = 8 * 1024 * 1024;

export function parse(bytes: Buffer): unknown {
  if (bytes.length > mostPayloadBytes) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

export const asPayload = (value: unknown): Payload | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Payload) : undefined;

/** Online and offline come as JSON, before version 2 as a bare word. */
export function isOnline(bytes: Buffer): boolean | undefined {
  const told = asPayload(parse(bytes))?.state ?? bytes.toString("utf8");
  return told === "online" ? true : told === "offline" ? false : undefined;
}

/** "No converter available for 'state' on 'lamp': (…)": it does not take such a thing at all. */
const unheard = (message: string): [string, string, string] | null => {
  const name = /^No converter available for '.*?' on '(.+?)': /s.exec(message)?.[1];
  return name === undefined ? null : [message, name, "it does not take that"];
};

/** The only word there is of a command that failed: "Publish 'set' 'state' to 'lamp' failed: …". */
export function failureIn(message: string): { topic: string; why: string } | undefined {
  // Names may have an apostrophe; a question ("Publish 'get'") that fails says nothing of a command.
  const found = /Publish 'set' .*?to '(.+?)' failed: '?(.*?)'?\)?$/s.exec(message) ?? unheard(message);
  return found === null ? undefined : { topic: found[1] ?? "", why: (found[2] ?? "").slice(0, 200) };
}
