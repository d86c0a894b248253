// The home as the daemon would know it with a configuration, looked at once.
import { systemClock } from "@needled/devices";
import type { Config } from "./config/schema.ts";
import { openHouseFor } from "./house-for.ts";
import type { HomeView } from "./intake.ts";
import type { Log } from "./ports.ts";
import { viewOf } from "./view.ts";

export async function lookAtHome(
  config: Config,
  { credentials, log, signal }: { credentials: string | undefined; log: Log; signal: AbortSignal },
): Promise<HomeView> {
  const parts = { seed: 1, clock: systemClock, restore: undefined, adapters: undefined };
  const house = await openHouseFor({ config, ...parts, credentials, log });
  try {
    await house.start(signal);
    return viewOf(house.home, []);
  } finally {
    await house.stop();
  }
}

const usualRooms = [
  ...["living room", "dining room", "utility room", "laundry room", "guest room", "kids room", "sitting room"],
  ...["kitchen", "bedroom", "bathroom", "hallway", "hall", "office", "study", "garage", "attic", "basement", "cellar"],
  ...["nursery", "lounge", "landing", "stairs", "porch", "balcony", "terrace", "patio", "garden", "shed", "pantry"],
  ...["toilet", "ensuite", "workshop", "conservatory", "entrance", "driveway"],
];

/** Rooms that the names of devices begin with: "Kitchen ceiling light", "living_room/lamp". */
export function roomsInNames(names: readonly string[]): string[] {
  const plain = names.map((name) => `${name.toLowerCase().replace(/[_/-]+/g, " ")} `);
  const found = usualRooms.filter((room) => plain.some((name) => name.startsWith(`${room} `)));
  return found.map((room) => `${room[0]?.toUpperCase()}${room.slice(1)}`);
}

/** A home file for who has none yet. */
export function homeText(rooms: readonly string[]): string {
  const areas = rooms.map((name) => `  - {id: ${name.toLowerCase().replaceAll(" ", "_")}, name: ${name}}`);
  return [
    "# Rooms, floors, names and aliases; docs/operating.md has all keys. The rooms are those that the names of your devices begin with.",
    "name: Home",
    "areas:",
    ...areas,
    "# devices:   # by hardware address, where a name or a room is to be another",
    '#   - {address: "0x00158d0001a2b3c4", name: Reading lamp, area: living_room, aliases: [lamp by the couch]}',
    "",
  ].join("\n");
}
