// Lights, and what can only be switched.
import type { State } from "../home.ts";
import type { Capability } from "../kinds.ts";
import { isNear, xyOfHex } from "../z2m/color.ts";
import { type Attributes, type Call, type Domain, type Entity, known, listIn, numberIn, type View } from "./entity.ts";

const COLOUR_MODES = ["hs", "xy", "rgb", "rgbw", "rgbww"];
const FULL = 255;

export const isOn = ({ state }: Entity): State => (state === "on" || state === "off" ? { on: state === "on" } : {});

export const switchCalls: Domain["calls"] = ({ set = {} }) =>
  set.on === undefined ? [] : [{ service: set.on === true ? "turn_on" : "turn_off" }];

/** Reports have gone through the lamp's own colour space, which keeps no lightness. */
function colourOf(attributes: Attributes, { color }: State): string | undefined {
  const { rgb_color: rgb } = attributes;
  if (!Array.isArray(rgb) || rgb.length < 3 || !rgb.every((one) => typeof one === "number")) return undefined;
  const seen = `#${rgb
    .slice(0, 3)
    .map((one: number) =>
      Math.min(FULL, Math.max(0, Math.round(one)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
  return typeof color === "string" && isNear(xyOfHex(color), xyOfHex(seen)) ? color : seen;
}

function kelvinOf(attributes: Attributes): number | undefined {
  const mired = numberIn(attributes, "color_temp");
  return numberIn(attributes, "color_temp_kelvin") ?? (mired ? Math.round(1e6 / mired) : undefined);
}

function readLight(entity: Entity, { asked }: View): State {
  const { attributes } = entity;
  const brightness = numberIn(attributes, "brightness");
  const level = brightness === undefined ? undefined : Math.round((brightness / FULL) * 100);
  if (entity.state !== "on") return isOn(entity);
  const isWhite = attributes.color_mode === "color_temp";
  return known({
    on: true,
    // The lowest step of a lamp is not dark.
    brightness: level === 0 ? 1 : level,
    kelvin: isWhite ? kelvinOf(attributes) : undefined,
    color: COLOUR_MODES.includes(String(attributes.color_mode)) ? colourOf(attributes, asked) : undefined,
  });
}

function lightCalls(set: State, { attributes }: Entity): Call[] {
  if (set.on === false) return [{ service: "turn_off" }];
  const data: Record<string, unknown> = {};
  if (typeof set.brightness === "number") data.brightness_pct = set.brightness;
  if (typeof set.color === "string") {
    data.rgb_color = [1, 3, 5].map((at) => Number.parseInt((set.color as string).slice(at, at + 2), 16));
  } else if (typeof set.kelvin === "number") {
    const least = numberIn(attributes, "min_color_temp_kelvin") ?? 1_000;
    const most = numberIn(attributes, "max_color_temp_kelvin") ?? 10_000;
    data.color_temp_kelvin = Math.round(Math.min(most, Math.max(least, set.kelvin)));
  }
  return set.on === true || Object.keys(data).length > 0 ? [{ service: "turn_on", data }] : [];
}

export const light: Domain = {
  facts({ attributes }) {
    const modes = listIn(attributes, "supported_color_modes");
    const capabilities: Capability[] = ["onoff"];
    if (modes.some((mode) => mode !== "onoff" && mode !== "unknown")) capabilities.push("brightness");
    if (modes.some((mode) => COLOUR_MODES.includes(mode))) capabilities.push("color");
    if (modes.includes("color_temp")) capabilities.push("color_temperature");
    return { kind: "light", capabilities };
  },
  read: readLight,
  calls: ({ set = {}, verb }, entity) => (verb === undefined ? lightCalls(set, entity) : []),
};

export const plug: Domain = {
  facts: (_, words) => ({
    kind: /\b(lamps?|lights?|bulbs?)\b/i.test(words) ? "light" : "plug",
    capabilities: ["onoff"],
  }),
  read: isOn,
  calls: switchCalls,
};

export const humidifier: Domain = {
  facts: () => ({ kind: "appliance", capabilities: ["onoff"] }),
  read: isOn,
  calls: switchCalls,
};

// A scene has no state of its own, only the time when it was last used; the adapter tells that as "on".
export const scene: Domain = {
  facts: () => ({ kind: "plug", capabilities: [] }),
  read: () => ({}),
  calls: ({ set = {} }) => (set.on === true ? [{ service: "turn_on" }] : []),
};
