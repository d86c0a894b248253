// Names as people say them, out of Zigbee2MQTT's friendly names, which are topics: "kitchen/ceiling_1", "0x00158d0001".
import type { Area } from "../home.ts";

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} .'’&/-]{0,47}$/u;

/** Undefined when nothing speakable is left; emoji, brackets and the like are left out. */
function plain(text: string): string | undefined {
  const name = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N} .'’&-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .slice(0, 48)
    .trim();
  return NAME.test(name) && !/^0x[0-9a-f]{16}$/i.test(name) ? name : undefined;
}

const pathOf = (friendly: string): string[] => friendly.split("/").filter((part) => part !== "");

/** The last part of a path, underscores as spaces. */
export const spoken = (friendly: string): string | undefined => plain(pathOf(friendly).at(-1) ?? "");

/** "l1" is the first, "top_left" the one at the top left. */
export const sayEndpoint = (endpoint: string): string =>
  endpoint.replace(/^(?:l|ep|button_?)(?=\d+$)/, "").replace(/_+/g, " ");

/** A topic to subscribe to is of one device; a wildcard would be of all. */
export const isTopic = (friendly: string): boolean => !/[+#\0]/.test(friendly);

export const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "") || "x";

const isCalled = ({ name, aliases }: Area, word: string): boolean =>
  [name, ...aliases].some((one) => one.toLowerCase() === word.toLowerCase());

/** "kitchen/ceiling" is in the kitchen; so is "Kitchen ceiling light" in a home that has a kitchen. */
export function areaOf(friendly: string, areas: readonly Area[], found: Map<string, Area>): string | undefined {
  const all = [...areas, ...found.values()];
  const rooms = pathOf(friendly)
    .slice(0, -1)
    .flatMap((part) => plain(part) ?? []);
  const known = rooms.flatMap((room) => all.find((area) => isCalled(area, room)) ?? []).at(-1);
  if (known !== undefined) return known.id;
  // Of "ground floor/kitchen/ceiling" the part next to the name is the room.
  const name = rooms.at(-1);
  if (name !== undefined) {
    const wanted = slug(name);
    const id = all.some((area) => area.id === wanted) ? `${wanted}_${found.size + 2}` : wanted;
    found.set(id, { id, name, aliases: [], floor: undefined });
    return id;
  }
  const words = (spoken(friendly) ?? "").toLowerCase();
  const fits = all.filter(({ name, aliases }) =>
    [name, ...aliases].some((one) => words.startsWith(`${one.toLowerCase()} `)),
  );
  return fits.sort((a, b) => b.name.length - a.name.length)[0]?.id;
}
