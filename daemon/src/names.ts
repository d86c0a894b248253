// What a turn may know of the home's names and units.
import { type Home, otherName } from "@needled/devices";
import type { Names } from "./ports.ts";

export const namesOf = (home: () => Home): Names => ({
  get unit() {
    return home().unit;
  },
  other: (given) => otherName(home(), given),
});
