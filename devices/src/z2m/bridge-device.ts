// One entry of bridge/devices as devices of ours, or why it is none.
import type { Area, Device } from "../home.ts";
import { KINDS } from "../kinds.ts";
import type { Expose } from "./codecs.ts";
import { type Shape, shapesOf } from "./exposes.ts";
import { isEssential, named } from "./kinds.ts";
import { areaOf, isTopic, sayEndpoint, slug, spoken } from "./names.ts";

export interface BridgeScene {
  readonly id?: number;
  readonly name?: string;
}

export interface BridgeDevice {
  ieee_address?: string;
  type?: string;
  friendly_name?: string;
  disabled?: boolean;
  description?: string;
  power_source?: string;
  interview_completed?: boolean;
  /** Instead of that since 2.1: PENDING, IN_PROGRESS, SUCCESSFUL, FAILED. */
  interview_state?: string;
  endpoints?: Readonly<Record<string, { readonly scenes?: readonly BridgeScene[] }>>;
  definition?: { exposes?: Expose[]; description?: string } | null;
}

/** One device of ours and how to speak with it. */
export interface Known {
  readonly device: Device;
  readonly shape: Shape;
  /** The topic below the base; several devices of ours may share one. */
  readonly topic: string;
  /** It hears nothing until it wakes by itself. */
  readonly isSleepy: boolean;
  /** Of a scene: the topics of which any report shows that it was heard. */
  readonly provenBy?: readonly string[];
}

/** What the bridge lists and no command or question can reach. */
export interface Left {
  readonly name: string;
  readonly why: string;
}

/** Why an entry can be no device of ours; "": nobody would ask for it. */
function whyNot(entry: BridgeDevice): string | undefined {
  const {
    ieee_address: ieee,
    friendly_name: friendly,
    definition,
    type,
    interview_state: state = "SUCCESSFUL",
  } = entry;
  if (type === "Coordinator") return "";
  if (typeof ieee !== "string" || typeof friendly !== "string" || friendly === "")
    return "it has no address or no name";
  if (!isTopic(friendly)) return "its name has a + or #, which no topic can have: rename it";
  if (entry.disabled) return "it is disabled in Zigbee2MQTT";
  if (Array.isArray(definition?.exposes)) return undefined;
  return entry.interview_completed === false || state !== "SUCCESSFUL"
    ? "its interview is not complete: wake it, or pair it again"
    : "Zigbee2MQTT has no definition for it";
}

const namesIn = (exposes: readonly Expose[]): string[] =>
  exposes.flatMap(({ name, features, type }) =>
    name !== undefined && (features === undefined || type === "composite") ? [name] : namesIn(features ?? []),
  );

/** What a device without a use is, for whoever wonders where it is. */
function whyNothing(exposes: readonly Expose[]): string {
  const names = [...new Set(namesIn(exposes))].filter((name) => name !== "linkquality");
  if (names.length === 0) return "Zigbee2MQTT lists nothing that it can do";
  if (names.includes("action")) return "it only tells which button was pressed; there is nothing to ask or to set";
  return `it has nothing to switch, set or read that needled knows, only ${names.slice(0, 6).join(", ")}`;
}

/** Several parts of one device: by their endpoint, or by what they are. */
function partName(base: string, shape: Shape, shapes: readonly Shape[]): string {
  if (shapes.length === 1) return base;
  const alike = shapes.filter(({ kind }) => kind === shape.kind);
  const word = KINDS[shape.kind].label[0];
  if (alike.length === 1) return new RegExp(`\\b${word}\\b`, "i").test(base) ? base : `${base} ${word}`;
  const endpoint = shape.endpoint === undefined ? "" : sayEndpoint(shape.endpoint);
  const isOnlyOne = alike.filter((one) => one.endpoint === shape.endpoint).length === 1;
  // The one without an endpoint is all of them together; several at one endpoint are counted.
  if (isOnlyOne) return endpoint === "" ? base : `${base} ${endpoint}`;
  return `${base} ${alike.indexOf(shape) + 1}`;
}

export function knownOf(entry: BridgeDevice, areas: readonly Area[], found: Map<string, Area>): Known[] | string {
  const why = whyNot(entry);
  if (why !== undefined) return why;
  const { ieee_address: ieee = "", friendly_name: friendly = "", definition } = entry;
  const exposes = definition?.exposes ?? [];
  const names = [friendly, entry.description, definition?.description].filter((text) => typeof text === "string");
  const spokenName = spoken(friendly);
  const base = spokenName ?? `device ${ieee.slice(-4)}`;
  const shapes = shapesOf(exposes).map((shape) =>
    named(
      shape,
      names.map((text) => text.replace(/[_/]/g, " ")),
    ),
  );
  if (shapes.length === 0) return whyNothing(exposes);
  const area = areaOf(friendly, areas, found);
  const isSleepy = entry.type === "EndDevice" && !/mains|dc source/i.test(entry.power_source ?? "");
  return shapes.map((shape, index) => ({
    shape,
    topic: friendly,
    isSleepy,
    device: {
      id: `z2m_${slug(ieee)}${index > 0 ? `_${index + 1}` : ""}`,
      name: partName(base, shape, shapes),
      aliases: [],
      area,
      kind: shape.kind,
      capabilities: shape.capabilities,
      address: index > 0 ? `${ieee}#${index + 1}` : ieee,
      essential: isEssential(`${spokenName ?? ""} ${entry.description ?? ""}`),
      state: {},
      reachable: true,
    },
  }));
}
