// What lies around a fresh installation: a broker, the Zigbee2MQTTs on it, serial devices. It only looks: nothing is published.
import { readdir } from "node:fs/promises";
import { connect as openSocket } from "node:net";
import { join } from "node:path";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { messageOf } from "./errors.ts";

/** Resolves when somebody listens there. */
export function reach(host: string, port: number, withinMs = 3_000): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = openSocket({ host, port, timeout: withinMs });
    const end = (error?: Error): void => {
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.once("connect", () => end());
    socket.once("error", (error) => end(new Error(`${host}:${port} does not answer: ${messageOf(error)}`)));
    socket.once("timeout", () => end(new Error(`${host}:${port} does not answer`)));
  });
}

/** Where brokers usually are. */
export const usualBrokers = ["localhost", "homeassistant.local", "mqtt.local", "core-mosquitto"];

/** The first of the hosts with somebody on the port. */
export async function findBroker(hosts: readonly string[] = usualBrokers, port = 1883): Promise<string | undefined> {
  const tries = await Promise.allSettled(hosts.map((host) => reach(host, port)));
  const found = hosts.find((_, n) => tries[n]?.status === "fulfilled");
  return found && `mqtt://${found}:${port}`;
}

export interface Bridge {
  base: string;
  devices: number;
}

function countDevices(payload: Buffer): number | undefined {
  try {
    const list: unknown = JSON.parse(payload.toString());
    if (!Array.isArray(list)) return undefined;
    const devices = list.filter((one) => typeof (one as { ieee_address?: unknown } | null)?.ieee_address === "string");
    const isCoordinator = (one: unknown): boolean => (one as { type?: unknown } | null)?.type === "Coordinator";
    // A list without devices, not even the stick itself, is somebody else's.
    if (!list.some(isCoordinator) && devices.length === 0) return undefined;
    return devices.filter((one) => !isCoordinator(one)).length;
  } catch {
    return undefined;
  }
}

/** The Zigbee2MQTTs that tell their devices on a broker: their topic is kept there, so it comes at once. */
export async function findBridges(
  url: string,
  login: Pick<IClientOptions, "username" | "password" | "ca">,
  forMs = 2_000,
): Promise<Bridge[]> {
  const client: MqttClient = await connectAsync(url, { ...login, reconnectPeriod: 0, connectTimeout: 5_000 }, false);
  try {
    const found = new Map<string, number>();
    client.on("message", (topic, payload) => {
      const devices = countDevices(payload);
      if (devices !== undefined) found.set(topic.replace(/\/bridge\/devices$/, ""), devices);
    });
    await client.subscribeAsync(["+/bridge/devices", "+/+/bridge/devices"], { qos: 0 });
    await new Promise((resolve) => setTimeout(resolve, forMs));
    return [...found].map(([base, devices]) => ({ base, devices }));
  } finally {
    client.end(true);
  }
}

/** Serial devices by names that stay. */
export async function findSerial(folder = "/dev/serial/by-id"): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.sort().map((name) => join(folder, name));
}
