// What a switch or a cover really is, from its names: what may let somebody in, flood or heat is not a plug among others.
import type { Kind } from "../kinds.ts";
import type { Codec } from "./codecs.ts";
import type { Shape } from "./exposes.ts";
import { opening } from "./loose.ts";

type Rule = readonly [RegExp, Kind];

const SOFT = /curtain|blind|shade|shutter|roller|awning|drape|window (cover|treatment)/i;
const COVERS: readonly Rule[] = [
  [/garage/i, "garage_door"],
  [/\bgate\b|\b(front|back|entrance) door\b/i, "gate"],
  [SOFT, "blind"],
  [/window|skylight/i, "window"],
];
const SWITCHES: readonly Rule[] = [
  [/garage/i, "garage_door"],
  [/\b(lamp|light|bulb)s?\b/i, "light"],
  [/\b(radiator|boiler|(water |floor )?heat(er|ing)|heating|towel|pilot wire)\b/i, "appliance"],
  [/\bvalves?\b|\b(irrigation|sprinklers?|watering|water timer|gas lock)\b/i, "valve"],
  [/\b(siren|chime|pump)\b/i, "appliance"],
];
const RULES: Readonly<Partial<Record<Kind, readonly Rule[]>>> = { blind: COVERS, plug: SWITCHES };

/** "Turn everything off" on leaving does not mean these. */
const ESSENTIAL = /\b(freezer|fridge|refrigerator|router|modem|server|nas|aquarium|fish tank|sump pump)\b/i;
export const isEssential = (words: string): boolean => ESSENTIAL.test(words);

/** What its people call it goes before what its maker calls it. */
function kindOf({ kind, capabilities }: Shape, names: readonly string[]): Kind {
  if (kind === "air_conditioner" && names.some((name) => /thermostat/i.test(name))) return "thermostat";
  const rules = RULES[kind] ?? [];
  const found = names.flatMap((name) => rules.find(([pattern]) => pattern.test(name))?.[1] ?? [])[0];
  return found === undefined || (kind === "plug" && !capabilities.includes("onoff")) ? kind : found;
}

/** The shape as the kind of thing that its names tell. */
export function named(shape: Shape, names: readonly string[]): Shape {
  const kind = kindOf(shape, names);
  if (kind === shape.kind) return shape;
  if (shape.kind !== "plug" || (kind !== "valve" && kind !== "garage_door")) return { ...shape, kind };
  const [first, ...rest] = shape.codecs;
  const codecs = [...(first ? [opening(first) as Codec] : []), ...rest];
  return { ...shape, kind, codecs, capabilities: ["cover", ...shape.capabilities] };
}
