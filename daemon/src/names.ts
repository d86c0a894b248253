// What a turn may know of the home's names and units.
import { type Home, hasPlace, isKnown, isPlace, isUnclear, otherName } from "@needled/devices";
import type { Names } from "./ports.ts";

export const namesOf = (home: () => Home): Names => ({
  get unit() {
    return home().unit;
  },
  other: (given) => otherName(home(), given),
  isPlace: (text) => isPlace(home(), text),
  hasPlace: (text) => hasPlace(home(), text),
  isKnown: (text) => isKnown(home(), text),
  isUnclear: (text) => isUnclear(home(), text),
  get example() {
    const light = home().devices.find(({ kind, reachable }) => kind === "light" && reachable);
    return `turn on the ${light?.name.toLowerCase() ?? "kitchen light"}`;
  },
});
