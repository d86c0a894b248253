// Whether anybody listens, as a broker of MQTT 5 says it in its PUBACK: MQTT.js takes that code for success and does not pass it on.
import type { MqttClient } from "mqtt";
import type { Sent } from "../flows/port.ts";

const noSubscribers = 0x10;

/** For one connection. `send` publishes one message with QoS 1, and at once. */
export function watchUnheard(client: MqttClient): (send: () => Promise<boolean>) => Promise<Sent> {
  const waiting = new Set<number>();
  const unheard = new Set<number>();
  client.on("packetreceive", ({ cmd, messageId, ...packet }) => {
    if (cmd !== "puback" || messageId === undefined || !waiting.delete(messageId)) return;
    if ("reasonCode" in packet && packet.reasonCode === noSubscribers) unheard.add(messageId);
  });
  return async (send) => {
    const sending = send();
    const id = client.getLastMessageId();
    waiting.add(id);
    const isTaken = await sending;
    waiting.delete(id);
    if (unheard.delete(id)) return "unheard";
    return isTaken ? "sent" : "refused";
  };
}
