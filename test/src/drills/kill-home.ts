// The home of the kill drill: speakers that count what they are told to play, lamps that only have a state, and a list.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const speakers = 4;
export const lamps = 8;

const device = (kind: string, n: number): object => ({
  id: `${kind}_${n}`,
  name: `${kind} ${n}`,
  area: "room",
  kind: kind === "lamp" ? "light" : "speaker",
  capabilities: kind === "lamp" ? ["onoff", "brightness"] : ["media", "volume"],
  state: {},
});

/** Writes the home model into the folder and gives its path. */
export function drillHome(folder: string): string {
  const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
  const home = {
    name: "drill",
    areas: [{ id: "room", name: "Room" }],
    devices: [...range(speakers).map((n) => device("speaker", n)), ...range(lamps).map((n) => device("lamp", n))],
    lists: [{ id: "shopping", name: "shopping" }],
  };
  mkdirSync(folder, { recursive: true });
  // Not YAML: its parser is a fifth of a start.
  const path = join(folder, "home.json");
  writeFileSync(path, JSON.stringify(home));
  return path;
}
