// Locks, and what opens and closes.
import type { State } from "../home.ts";
import type { Capability, Kind } from "../kinds.ts";
import { type Call, type Domain, type Entity, hasFeature, known, numberIn, textIn } from "./entity.ts";

const CAN_OPEN = 1;
const CAN_CLOSE = 2;
const CAN_SET_POSITION = 4;

// "door" is a motorised door: opening it lets somebody in, as a gate does.
const KIND_OF_CLASS: Readonly<Record<string, Kind>> = {
  garage: "garage_door",
  gate: "gate",
  door: "gate",
  window: "window",
};
const SOFT = ["awning", "blind", "curtain", "damper", "shade", "shutter"];
const WAYS_IN: readonly (readonly [RegExp, Kind])[] = [
  [/garage/i, "garage_door"],
  [/\bgate\b/i, "gate"],
  [/\b(front|back|entrance) door\b/i, "gate"],
];

/** What may let somebody in is taken for that: opening it then asks for a confirmation. */
function kindOfCover({ attributes }: Entity, words: string): Kind {
  const told = textIn(attributes, "device_class") ?? "";
  const kind = KIND_OF_CLASS[told] ?? WAYS_IN.find(([pattern]) => pattern.test(words))?.[1];
  return kind ?? (!SOFT.includes(told) && /window|skylight/i.test(words) ? "window" : "blind");
}

function readCover({ state, attributes }: Entity): State {
  const byState = state === "open" ? 100 : state === "closed" ? 0 : undefined;
  const isMoving = state === "opening" || state === "closing";
  const moving = isMoving ? state : byState === undefined ? undefined : "stopped";
  return known({ position: numberIn(attributes, "current_position") ?? byState, moving });
}

interface Services {
  readonly open: string;
  readonly close: string;
  readonly move: string;
  readonly stop: string;
}

function coverCalls({ position }: State, entity: Entity, services: Services): Call[] {
  if (typeof position !== "number") return [];
  // Ends are reached by open and close, which all covers know best.
  if (position === 100 && hasFeature(entity, CAN_OPEN)) return [{ service: services.open }];
  if (position === 0 && hasFeature(entity, CAN_CLOSE)) return [{ service: services.close }];
  return hasFeature(entity, CAN_SET_POSITION) ? [{ service: services.move, data: { position } }] : [];
}

function opening(services: Services, kindOf: (entity: Entity, words: string) => Kind): Domain {
  return {
    facts(entity, words) {
      if (!hasFeature(entity, CAN_OPEN, CAN_CLOSE, CAN_SET_POSITION)) return undefined;
      const capabilities: Capability[] = hasFeature(entity, CAN_SET_POSITION) ? ["cover", "position"] : ["cover"];
      return { kind: kindOf(entity, words), capabilities };
    },
    read: readCover,
    calls: ({ set = {}, verb }, entity) => {
      if (verb !== undefined) return verb === "stop" ? [{ service: services.stop }] : [];
      return coverCalls(set, entity, services);
    },
  };
}

export const cover = opening(
  { open: "open_cover", close: "close_cover", move: "set_cover_position", stop: "stop_cover" },
  kindOfCover,
);

export const valve = opening(
  { open: "open_valve", close: "close_valve", move: "set_valve_position", stop: "stop_valve" },
  () => "valve",
);

export const lock: Domain = {
  facts: () => ({ kind: "lock", capabilities: ["lock"] }),
  read: ({ state }) =>
    state === "locked"
      ? { locked: true }
      : // A jammed bolt is not a locked door.
        ["unlocked", "open", "jammed"].includes(state)
        ? { locked: false }
        : {},
  calls: ({ set = {} }) => (set.locked === undefined ? [] : [{ service: set.locked === true ? "lock" : "unlock" }]),
};
