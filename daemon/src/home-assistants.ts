// The Home Assistants of a configuration: where they are, with their tokens read.
import { readFile } from "node:fs/promises";
import { type LookOptions, lookAtHomeAssistant } from "@needled/devices";
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
