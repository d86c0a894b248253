// What is asked or said back when a phrase binds to no device or to too many.
import type { Binding } from "./bind.ts";
import type { Refusal } from "./call.ts";
import { areaOf, type Device, type Home } from "./home.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { sayDevices, sayList, sayName } from "./say.ts";
import { wordsOf } from "./words.ts";

const MOST_NAMED = 4;

const SENSES: ReadonlySet<Kind> = new Set(["sensor", "contact", "motion", "smoke"]);

/** Who asks for "the front door" to be opened does not mean its sensor. */
function doers(devices: readonly Device[]): readonly Device[] {
  const left = devices.filter(({ kind }) => !SENSES.has(kind));
  return left.length > 0 ? left : devices;
}

const bare = (name: string): string => sayName(name).replace(/^the /, "");

/** Of two with one name each has its room. */
function nameAmong(home: Home, device: Device, devices: readonly Device[]): string {
  const { id, name } = device;
  const area = areaOf(home, device)?.name.toLowerCase();
  const isDouble = devices.some((other) => other.id !== id && other.name.toLowerCase() === name.toLowerCase());
  return isDouble && area !== undefined ? `${name} in the ${area}` : name;
}

function describeChoice(home: Home, devices: readonly Device[], phrase: string | undefined): string {
  const kinds = new Set(devices.map((device) => device.kind));
  const [first] = devices;
  const many = phrase !== undefined && wordsOf(phrase).at(-1)?.plural === true;
  const kind = kinds.size === 1 && first ? KINDS[first.kind].label[many ? 1 : 0] : many ? "ones" : "one";
  const rooms = [...new Set(devices.map((device) => areaOf(home, device)?.name ?? device.name))];
  const byRoom = devices.length > MOST_NAMED || (many && rooms.length > 1);
  const names = byRoom ? rooms : devices.map((device) => device.name);
  if (names.length === 1 && devices.length === 1) return `Do you mean ${sayName(devices[0]?.name ?? "")}?`;
  const offered = byRoom ? names.map(bare) : devices.map((device) => bare(nameAmong(home, device, devices)));
  if (byRoom && !many) return `Which ${kind}? I know some in ${sayList(names.map(sayName))}.`;
  return `Which ${kind}: ${sayList(offered, "or")}?`;
}

/** The refusal for a binding that found no device to act on. */
export function refuseBinding(
  home: Home,
  binding: Exclude<Binding, { status: "bound" }>,
  phrase: string | undefined,
  deed: (said: string) => string,
): Refusal {
  switch (binding.status) {
    case "ambiguous": {
      const candidates = binding.candidates.map((device) => device.id);
      if (candidates.length === 0) return { code: "ambiguous", message: "Which device do you mean?", candidates };
      return { code: "ambiguous", message: describeChoice(home, binding.candidates, phrase), candidates };
    }
    case "unknown": {
      const { nearest } = binding;
      const near = nearest.length > 0 ? ` Do you mean ${sayList(nearest, "or")}?` : "";
      const only = nearest.length === 1 ? nearest[0] : undefined;
      const message = `I know no "${binding.phrase.trim()}".${near}`;
      return { code: "unknown_device", message, ...(only !== undefined && { meant: only }) };
    }
    case "absent": {
      if (binding.what === "")
        return { code: "unknown_device", message: `I know nothing in ${sayName(binding.place)} that can do that.` };
      const what = `no ${binding.what}`;
      return { code: "unknown_device", message: `There is ${what} in ${sayName(binding.place)}.` };
    }
    case "no_capability": {
      if (binding.devices.length === 0) return { code: "unsupported", message: "No device here can do that." };
      return { code: "unsupported", message: `I cannot ${deed(sayDevices(home, doers(binding.devices)))}.` };
    }
  }
}
