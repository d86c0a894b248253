// Music, television and robots.
import type { Command } from "../adapter.ts";
import type { State } from "../home.ts";
import type { Capability } from "../kinds.ts";
import { type Call, type Domain, type Entity, hasFeature, known, listIn, numberIn, textIn } from "./entity.ts";

const PAUSE = 1;
const VOLUME_SET = 4;
const VOLUME_MUTE = 8;
const TURN_ON = 128;
const TURN_OFF = 256;
const STOP = 4096;
const PLAY = 16_384;
const VACUUM_START = 8192;
const MOWER_START = 1;

const PLAYBACK: Readonly<Record<string, string>> = {
  playing: "playing",
  buffering: "playing",
  paused: "paused",
  idle: "stopped",
  off: "stopped",
  standby: "stopped",
};
const SERVICE_OF_PLAYBACK: Readonly<Record<string, string>> = {
  playing: "media_play",
  paused: "media_pause",
  stopped: "media_stop",
};

function readPlayer({ state, attributes }: Entity): State {
  const level = numberIn(attributes, "volume_level");
  const muted = attributes.is_volume_muted;
  return known({
    on: state !== "off" && state !== "standby",
    playback: PLAYBACK[state],
    volume: level === undefined ? undefined : Math.round(level * 100),
    // What cannot be muted is never silent.
    muted: typeof muted === "boolean" ? muted : level === undefined ? undefined : false,
    title: textIn(attributes, "media_title")?.slice(0, 120),
  });
}

function playerVerb({ verb, text = "" }: Command, { attributes }: Entity): Call[] {
  if (verb === "next") return [{ service: "media_next_track" }];
  if (verb === "previous") return [{ service: "media_previous_track" }];
  if (verb !== "play") return [];
  if (text.trim() === "") return [{ service: "media_play" }];
  // Home Assistant plays addresses, not words; a source is the one thing that has a name.
  const source = listIn(attributes, "source_list").find((one) => one.toLowerCase() === text.trim().toLowerCase());
  return source === undefined ? [] : [{ service: "select_source", data: { source } }];
}

function playerCalls(set: State, entity: Entity): Call[] {
  if (set.on === false) return [{ service: "turn_off" }];
  const calls: Call[] = set.on === true ? [{ service: "turn_on" }] : [];
  if (typeof set.volume === "number") {
    calls.push({ service: "volume_set", data: { volume_level: Math.round(set.volume) / 100 } });
  }
  const isMuted = entity.attributes.is_volume_muted === true;
  // With a volume, `muted: false` only means that it is to be heard.
  const mutes = typeof set.muted === "boolean" && hasFeature(entity, VOLUME_MUTE);
  if (mutes && (set.volume === undefined || isMuted !== set.muted)) {
    calls.push({ service: "volume_mute", data: { is_volume_muted: set.muted } });
  }
  const playback = SERVICE_OF_PLAYBACK[String(set.playback ?? "")];
  if (playback !== undefined) calls.push({ service: playback });
  return calls;
}

export const player: Domain = {
  facts(entity, words) {
    const capabilities: Capability[] = [];
    if (hasFeature(entity, TURN_ON, TURN_OFF)) capabilities.push("onoff");
    if (hasFeature(entity, PLAY, PAUSE, STOP)) capabilities.push("media");
    if (hasFeature(entity, VOLUME_SET)) capabilities.push("volume");
    if (capabilities.length === 0) return undefined;
    const isScreen = entity.attributes.device_class === "tv" || /\b(tv|television|projector)\b/i.test(words);
    return { kind: isScreen ? "tv" : "speaker", capabilities };
  },
  read: readPlayer,
  calls: (command, entity) =>
    command.verb === undefined ? playerCalls(command.set ?? {}, entity) : playerVerb(command, entity),
};

const ACTIVITY: Readonly<Record<string, string>> = {
  cleaning: "cleaning",
  mowing: "cleaning",
  docked: "docked",
  paused: "paused",
  idle: "idle",
  returning: "returning",
};

function robot(kind: "vacuum" | "mower", start: number, services: Readonly<Record<string, string>>): Domain {
  return {
    facts: (entity) => (hasFeature(entity, start) ? { kind, capabilities: ["vacuum"] } : undefined),
    read: ({ state, attributes }) =>
      known({ activity: ACTIVITY[state], battery: numberIn(attributes, "battery_level") }),
    calls({ set = {}, verb }) {
      const service = services[verb ?? String(set.activity ?? "")];
      return service === undefined ? [] : [{ service }];
    },
  };
}

export const vacuum = robot("vacuum", VACUUM_START, {
  cleaning: "start",
  paused: "pause",
  idle: "stop",
  returning: "return_to_base",
  locate: "locate",
});

export const mower = robot("mower", MOWER_START, { cleaning: "start_mowing", paused: "pause", returning: "dock" });
