// Who carries the messages of the owner's tools. HTTP is always there; MQTT once the broker is known.
import { readFile } from "node:fs/promises";
import type { FlowMessage, OwnerMessage, OwnerPost, OwnerTool, OwnerVerdict, PostOptions } from "@needled/devices";
import type { Config } from "../config/schema.ts";
import type { Log } from "../ports.ts";
import { readSecret } from "../secrets.ts";
import { sendHttp } from "./http.ts";
import { type BrokerPlace, openMqttPost } from "./mqtt.ts";

export interface Post extends OwnerPost {
  /** Connects to the configured broker, else to `own`: the embedded one, which opens after the house. */
  open(own: string | undefined): Promise<void>;
  close(): Promise<void>;
}

export interface PostParts {
  config: Config;
  tools: readonly OwnerTool[];
  /** Who calls the tools of flows. */
  flows?: { send(message: FlowMessage, options: PostOptions): Promise<OwnerVerdict> };
  credentials: string | undefined;
  log: Log;
}

async function placeOf(
  { mqtt, instance }: Config,
  own: string | undefined,
  credentials: string | undefined,
): Promise<BrokerPlace | undefined> {
  const clientId = `needled-${instance}-tools`;
  if (mqtt === undefined) return own === undefined ? undefined : { url: own, client: { clientId, protocolVersion: 4 } };
  const { url, version = 5, username, password, ca } = mqtt;
  return {
    url,
    client: {
      clientId,
      protocolVersion: version,
      ...(username !== undefined && { username }),
      ...(password && { password: await readSecret(password, credentials) }),
      ...(ca !== undefined && { ca: await readFile(ca) }),
    },
  };
}

export function createPost({ config, tools, flows, credentials, log }: PostParts): Post {
  const mqtt = openMqttPost({ log });
  return {
    async open(own) {
      const place = tools.some(({ message }) => message.via === "mqtt")
        ? await placeOf(config, own, credentials)
        : undefined;
      if (place) await mqtt.open(place);
    },
    async send(message: OwnerMessage, options) {
      if (message.via === "flow")
        return flows?.send(message, options) ?? { status: "failed", reason: "no flow can be reached" };
      if (message.via === "mqtt") return mqtt.send(message, options);
      return sendHttp(message, (place) => readSecret(place, credentials), options);
    },
    close: () => mqtt.close(),
  };
}

/** For a process that is no daemon: it judges and explains, and sends nothing. */
export const noPost: OwnerPost = {
  send: async () => ({ status: "failed", reason: "only a running daemon sends that (needled start)" }),
};
