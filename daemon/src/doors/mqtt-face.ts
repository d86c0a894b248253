// What the instance shows of itself on MQTT: status, health, announcements, and its discovery for Home Assistant.
import type { Announcement, Health, Intake } from "../intake.ts";
import type { Topics } from "./mqtt-topics.ts";

export interface Showing {
  topic: string;
  payload: string;
  retain: boolean;
}

export interface DiscoveryOptions {
  /** Home Assistant's prefix, `homeassistant` unless it was changed there. */
  prefix: string;
}

export interface FaceOptions {
  topics: Topics;
  intake: Intake;
  discovery: DiscoveryOptions | undefined;
  version: string;
  healthMs: number;
  /** Never rejects; what cannot be sent now is shown again when the connection is back. */
  show(showing: Showing): void;
}

export interface Face {
  /** All that is retained: at birth, at every new connection, and when Home Assistant was restarted. */
  showAll(): void;
  stop(): void;
}

/** How often a change of state is looked for; the intake has no event for it. */
const watchMs = 1_000;

export function discoveryTopic(topics: Topics, discovery: DiscoveryOptions): string {
  return `${discovery.prefix}/device/needled_${topics.instance}/config`;
}

/** The name under which Home Assistant speaks to us. */
const homeAssistant = "homeassistant";

/** The id makes a repeat of the same press recognisable; the entity's state may not be longer than 255 characters. */
const commandTemplate =
  '{{ {"text": value, "id": "ha-" ~ (now().timestamp() * 1000) | int, "said_at": (now().timestamp() * 1000) | int} | to_json }}';
const replyTemplate =
  "{{ (value_json.reply if value_json.reply is defined else value_json.refused.message | default(''))[:255] }}";

export function discoveryConfig(topics: Topics, version: string): object {
  const id = `needled_${topics.instance}`;
  const availability = { availability_topic: topics.status };
  return {
    device: { identifiers: [id], name: `needled ${topics.instance}`, manufacturer: "needled", sw_version: version },
    origin: { name: "needled", sw_version: version },
    qos: 1,
    components: {
      ask: {
        platform: "text",
        unique_id: `${id}_ask`,
        name: "Ask",
        icon: "mdi:microphone-message",
        command_topic: topics.intents.replace("+", homeAssistant),
        command_template: commandTemplate,
        max: 255,
        ...availability,
      },
      reply: {
        platform: "sensor",
        unique_id: `${id}_reply`,
        name: "Reply",
        icon: "mdi:message-reply-text",
        state_topic: topics.out(homeAssistant),
        value_template: replyTemplate,
        ...availability,
      },
      connected: {
        platform: "binary_sensor",
        unique_id: `${id}_connected`,
        name: "Connected",
        device_class: "connectivity",
        entity_category: "diagnostic",
        state_topic: topics.status,
        payload_on: "online",
        payload_off: "offline",
      },
    },
  };
}

export function statusShowing(topics: Topics, word: "online" | "offline"): Showing {
  return { topic: topics.status, payload: word, retain: true };
}

function sayShowing(topics: Topics, announcement: Announcement): Showing {
  return { topic: topics.say, payload: JSON.stringify(announcement), retain: false };
}

const stateOf = ({ status, why, ready, model }: Health): string => JSON.stringify([status, why, ready, model]);

export function createFace(options: FaceOptions): Face {
  const { topics, intake, discovery, show } = options;
  let shownState = "";
  let shownTools = "";

  const showHealth = (health: Health): void => {
    shownState = stateOf(health);
    show({ topic: topics.health, payload: JSON.stringify(health), retain: true });
  };
  const showTools = (isNew: boolean): void => {
    const tools = intake.look?.().tools;
    const payload = JSON.stringify({ tools });
    if (tools === undefined || (payload === shownTools && !isNew)) return;
    shownTools = payload;
    show({ topic: topics.catalogue, payload, retain: true });
  };
  const watch = (): void => {
    const health = intake.health();
    if (stateOf(health) !== shownState) showHealth(health);
    showTools(false);
  };
  const timers = [
    setInterval(() => showHealth(intake.health()), options.healthMs).unref(),
    setInterval(watch, Math.min(watchMs, options.healthMs)).unref(),
  ];
  const unsubscribe = intake.onAnnouncement((announcement) => show(sayShowing(topics, announcement)));

  return {
    showAll() {
      if (discovery !== undefined) {
        const payload = JSON.stringify(discoveryConfig(topics, options.version));
        show({ topic: discoveryTopic(topics, discovery), payload, retain: true });
      }
      show(statusShowing(topics, "online"));
      showHealth(intake.health());
      showTools(true);
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      unsubscribe();
    },
  };
}
