// Which entities may be spoken to: what the owner exposed to Assist in Home Assistant, else Home Assistant's own rule.
import { domainOf, type Entity, textIn } from "./entity.ts";
import type { EntityEntry, Lists } from "./lists.ts";

// Home Assistant's rule for new entities (its component homeassistant/exposed_entities.py), as far as they are devices to us.
const DOMAINS = new Set([
  ...["climate", "cover", "fan", "humidifier", "light", "media_player", "scene", "switch", "vacuum"],
]);
const CLASSES: Readonly<Record<string, ReadonlySet<string>>> = {
  binary_sensor: new Set(["door", "garage_door", "lock", "motion", "opening", "presence", "window"]),
  sensor: new Set(["aqi", "carbon_dioxide", "carbon_monoxide", "humidity", "temperature"]),
};

function isByRule(entity: Entity, entry: EntityEntry | undefined): boolean {
  if (entry?.entity_category || entry?.hidden_by) return false;
  const domain = domainOf(entity.entity_id);
  return DOMAINS.has(domain) || CLASSES[domain]?.has(textIn(entity.attributes, "device_class") ?? "") === true;
}

/** `Assist`: the owner's own choice was read; `rule`: nothing was chosen, or the token may not read it. */
export type ExposedBy = "assist" | "rule";

export function exposureOf(
  { exposed, exposesNew }: Pick<Lists, "exposed" | "exposesNew">,
  entity: Entity,
  entry: EntityEntry | undefined,
): { isExposed: boolean; by: ExposedBy } {
  const chosen = entry?.options?.conversation?.should_expose;
  if (typeof chosen === "boolean") return { isExposed: chosen, by: "assist" };
  const listed = exposed?.[entity.entity_id];
  if (listed?.conversation === true) return { isExposed: true, by: "assist" };
  // Entities without an entry of their own stand in the list only when a choice was made.
  if (listed !== undefined && entry === undefined) return { isExposed: false, by: "assist" };
  return { isExposed: exposesNew !== false && isByRule(entity, entry), by: "rule" };
}
