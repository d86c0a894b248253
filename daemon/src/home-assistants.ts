// The Home Assistants of a configuration: where they are, with their tokens read.
import { readFile } from "node:fs/promises";
import { type GreetOptions, greetHomeAssistant, type LookOptions, lookAtHomeAssistant } from "@needled/devices";
import type { HomeAssistantConfig } from "./config/schema.ts";
import { readSecret } from "./secrets.ts";

export type Whereabouts = Pick<LookOptions, "url" | "token" | "ca">;

export async function whereaboutsOf(
  { url, token, ca }: HomeAssistantConfig,
  credentials: string | undefined,
): Promise<Whereabouts> {
  const secret = (await readSecret(token, credentials)).trim();
  return { url, token: secret, ...(ca !== undefined && { ca: await readFile(ca) }) };
}

/** In words; rejects with what is wrong. */
export async function lookAt(config: HomeAssistantConfig, credentials: string | undefined): Promise<string> {
  return `${config.url} answers, ${await lookAtHomeAssistant(await whereaboutsOf(config, credentials))}`;
}

/** Where Home Assistants usually are. */
export const usualHomeAssistants = ["http://homeassistant.local:8123", "http://127.0.0.1:8123"];

/** The WebSocket of an address as people know it; throws when it is none. */
export function socketOf(address: string): string {
  const { protocol, host, pathname } = new URL(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`);
  const scheme = { "http:": "ws", "ws:": "ws", "https:": "wss", "wss:": "wss" }[protocol];
  if (scheme === undefined || !/^(\/|\/api\/websocket)?$/.test(pathname))
    throw new Error("an address looks like http://192.168.1.5:8123");
  return `${scheme}://${host}/api/websocket`;
}

export interface FoundHomeAssistant {
  url: string;
  version: string;
}

/** The first address with a Home Assistant; nobody logs in. Rejects with why the first one is none. */
export async function findHomeAssistant(
  addresses: readonly string[],
  options: GreetOptions,
): Promise<FoundHomeAssistant> {
  const tries = await Promise.allSettled(
    addresses.map(async (address) => {
      const url = socketOf(address);
      return { url, version: await greetHomeAssistant(url, options) };
    }),
  );
  const found = tries.find((one) => one.status === "fulfilled");
  if (found) return found.value;
  throw (tries[0] as PromiseRejectedResult).reason;
}
