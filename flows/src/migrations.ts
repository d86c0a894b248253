// Saved flows carry the version of their nodes; an older one is brought up to date here, step by step, before it runs.
import type { NodeConfig } from "./node-red.ts";

export interface Step {
  /** The version that this step leads to. */
  version: number;
  up(config: NodeConfig): NodeConfig;
}

/** A property that is there stays as it is. */
function fill(defaults: Record<string, unknown>): Step {
  return { version: 1, up: (config) => ({ ...defaults, ...config }) };
}

const noParameters = JSON.stringify({ type: "object", properties: {}, required: [] }, null, 2);

/** Version 1 is the first; flows written by hand have none, and get what the editor would have written. */
export const steps: Readonly<Record<string, readonly Step[]>> = {
  "needled-daemon": [
    fill({ url: "mqtt://127.0.0.1:1883", instance: "home", client: "nodered", mqttVersion: "0", tls: "", wait: "0" }),
  ],
  "needled-intent": [
    fill({
      ...{ text: "payload", textType: "msg", room: "", roomType: "none", mode: "execute" },
      ...{ tools: [], outputs: 2, timeout: "60", source: "" },
    }),
  ],
  "needled-in": [fill({ kinds: ["outcome"], source: "", tool: "", outcome: "" })],
  "needled-tool": [
    fill({
      ...{ tool: "", description: "", parameters: noParameters },
      ...{ risk: "1", confirm: false, repeat: "once", timeout: "10", say: "" },
    }),
  ],
  "needled-result": [fill({ outcome: "auto", say: "payload", sayType: "msg", data: "", dataType: "none" })],
  "needled-confirm": [
    fill({
      ...{ challenge: "needled.confirm.challenge", challengeType: "msg", yes: "payload", yesType: "msg" },
      ...{ pin: "", pinType: "none", source: "", timeout: "60" },
    }),
  ],
};

export const versionOf = (type: string): number => steps[type]?.at(-1)?.version ?? 0;

/** Throws for a node of a newer package: what its properties mean is not known here. */
export function migrate(config: NodeConfig): NodeConfig {
  const { type, version = 0 } = config;
  const newest = versionOf(type);
  if (version > newest) {
    throw new Error(
      `${type}: this flow was saved by a newer @needled/node-red (version ${version} of the node, here ${newest}). Update the package.`,
    );
  }
  return (steps[type] ?? [])
    .filter((step) => step.version > version)
    .reduce((before, step) => ({ ...step.up(before), version: step.version }), config);
}
