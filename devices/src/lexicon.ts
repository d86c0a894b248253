// All names a person can say in this home, for the grammar's entity values.
import type { Home } from "./home.ts";
import { KINDS, type Kind } from "./kinds.ts";

const ALWAYS = ["everything", "all lights", "all the lights", "everything upstairs", "everything downstairs"];

function lowerToo(name: string): string[] {
  return [name, name.toLowerCase()];
}

/** Names, aliases, rooms, floors, scenes, lists and people, and groups such as "kitchen lights"; as written and in lower case. */
export function lexicon(home: Home): string[] {
  const names = new Set<string>();
  const add = (...list: string[]): void => {
    for (const name of list.flatMap(lowerToo)) names.add(name);
  };
  const label = (kind: Kind): readonly [string, string] => KINDS[kind].label;
  for (const { name, aliases } of [
    home.devices,
    home.areas,
    home.floors,
    home.scenes,
    home.people,
    home.lists,
  ].flat()) {
    add(name, ...aliases);
  }
  for (const kind of new Set(home.devices.map((device) => device.kind))) {
    add(...label(kind), `all ${label(kind)[1]}`, `all the ${label(kind)[1]}`);
  }
  for (const area of home.areas) {
    const kinds = home.devices.filter((device) => device.area === area.id).map((device) => device.kind);
    for (const kind of new Set(kinds)) {
      for (const name of [area.name, ...area.aliases]) add(...label(kind).map((word) => `${name} ${word}`));
    }
    add(`everything in the ${area.name}`);
  }
  for (const floor of home.floors) {
    for (const name of [floor.name, ...floor.aliases]) add(`${name} lights`, `everything ${name}`);
  }
  for (const name of ALWAYS) names.add(name);
  return [...names];
}
