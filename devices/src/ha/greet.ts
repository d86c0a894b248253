// Whether a Home Assistant is at an address: it says so, with its version, before anybody logs in.
import { createRequire } from "node:module";

export interface GreetOptions {
  readonly ca?: Buffer | string;
  readonly withinMs?: number;
}

const loadWs = (): typeof import("ws") => createRequire(import.meta.url)("ws");

function versionIn(data: string): string | undefined {
  try {
    const { type, ha_version } = JSON.parse(data) as { type?: unknown; ha_version?: unknown };
    return type === "auth_required" ? String(ha_version ?? "of no known version") : undefined;
  } catch {
    return undefined;
  }
}

/** Its version; rejects with why there is none. No login is tried. */
export function greetHomeAssistant(url: string, { ca, withinMs = 5_000 }: GreetOptions = {}): Promise<string> {
  const { WebSocket } = loadWs();
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { handshakeTimeout: withinMs, maxPayload: 65_536, ...(ca !== undefined && { ca }) });
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
      ws.terminate();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`${url} does not answer`))), withinMs);
    ws.once("error", (error) => end(() => reject(error)));
    ws.once("close", () => end(() => reject(new Error(`${url} is no Home Assistant`))));
    ws.once("message", (data) => {
      const version = versionIn(String(data));
      end(() => (version === undefined ? reject(new Error(`${url} is no Home Assistant`)) : resolve(version)));
    });
  });
}
