// The configuration that `needled init` writes: what was found stands there, and what was not stands there as a comment.
import type { Bridge } from "./surroundings.ts";

export interface Found {
  /** Of the broker. */
  url: string | undefined;
  username?: string | undefined;
  /** Absolute paths. */
  passwordFile?: string | undefined;
  ca?: string | undefined;
  bridges: readonly Bridge[];
  /** The WebSocket of a Home Assistant. */
  homeAssistant?: string | undefined;
  tokenFile?: string | undefined;
  serial: readonly string[];
  home?: string | undefined;
}

const text = (value: string): string => JSON.stringify(value);

/** A `ca` beside an address without TLS would do nothing. */
const isTls = (url: string): boolean => /^(mqtts|wss):/i.test(url);

function brokerLines({ url, username, passwordFile, ca }: Found): string[] {
  if (url === undefined) return [`# mqtt: {url: "mqtt://HOST:1883"}   # no broker was found`];
  return [
    "mqtt:",
    `  url: ${text(url)}`,
    ...(username === undefined ? [] : [`  username: ${text(username)}`]),
    ...(passwordFile === undefined ? [] : [`  password: {file: ${text(passwordFile)}}`]),
    ...(ca === undefined || !isTls(url) ? [] : [`  ca: ${text(ca)}`]),
  ];
}

function homeAssistantLines({ homeAssistant, tokenFile, ca }: Found): string[] {
  const url = homeAssistant ?? "ws://homeassistant.local:8123/api/websocket";
  const trust = ca === undefined || !isTls(url) ? "" : `, ca: ${text(ca)}`;
  const line = `  - {url: ${text(url)}, token: {file: ${text(tokenFile ?? "/etc/needled/ha.token")}}${trust}}`;
  if (homeAssistant !== undefined && tokenFile !== undefined) return ["home_assistant:", line];
  const why = homeAssistant === undefined ? "none was found" : "a file with a long-lived access token is wanted";
  return [`# home_assistant:                 # ${why}`, `# ${line}`];
}

export function configText(found: Found): string {
  const { bridges, serial, home } = found;
  const zigbee =
    bridges.length === 0
      ? ["# zigbee2mqtt:                    # none was found on the broker", "#   - {base: zigbee2mqtt}"]
      : ["zigbee2mqtt:", ...bridges.map(({ base, devices }) => `  - {base: ${text(base)}}   # ${devices} devices`)];
  const lines = serial.map((path, n) => `#   - {path: ${text(path)}, source: panel${n === 0 ? "" : n + 1}}`);
  return [
    "# Written by needled init. All keys: docs/operating.md; check it with: needled config validate FILE",
    ...brokerLines(found),
    ...zigbee,
    ...homeAssistantLines(found),
    home === undefined
      ? "# home: {file: home.yaml}          # rooms, names, aliases"
      : `home: {file: ${text(home)}}   # rooms, names, aliases`,
    "# tools: [tools/*.yaml]            # your own tools",
    '# speech: {wyoming: "tcp://127.0.0.1:10300"}   # a speech recogniser',
    "# wyoming: {port: 10600}           # for Home Assistant's Assist",
    ...(lines.length === 0
      ? []
      : ["# serial:                          # take the # away for a device that sends words", ...lines]),
    "log: {level: info}",
    "",
  ].join("\n");
}
