// The simulated home as the daemon uses it: started, with a speaker standing somewhere in it.
import {
  type Clock,
  type House,
  lexicon,
  loadHome,
  type Outcome,
  type OwnerTool,
  openHouse,
  type Refusal,
  refusalReply,
  reply,
  type Speaker,
  simulatedAdapter,
  simulatedHome,
  systemClock,
} from "@needled/devices";
import { DaemonError } from "./errors.ts";
import type { Before, Memory } from "./follow-up.ts";
import { nearestOf } from "./nearest.ts";
import { noPost } from "./owner/post.ts";

export interface SimulatedHouse {
  house: House;
  clock: Clock;
  /** All names the home knows. */
  lexicon: readonly string[];
  rooms: readonly string[];
  deviceCount: number;
  speaker(): Speaker;
  /** What half a sentence may lean on. */
  before(): Before | undefined;
  /** What the last turn touched and said: what "it" means in the next. */
  remember(memory: Memory): void;
  say(outcome: Outcome): string;
  refuse(refusal: Refusal): string;
  close(): Promise<void>;
}

function findRoom(house: House, room: string | undefined): string | undefined {
  if (room === undefined) return undefined;
  const wanted = room.trim().toLowerCase();
  const { areas } = house.home;
  const found = areas.find(({ id, name, aliases }) =>
    [id, name, ...aliases].some((word) => word.toLowerCase() === wanted),
  );
  if (found) return found.id;
  const names = areas.map((area) => area.name.toLowerCase());
  const near = nearestOf(wanted, names);
  const hint = near === undefined ? `; it has ${names.join(", ")}` : `; did you mean ${near}?`;
  throw new DaemonError("request.no_room", room, hint);
}

export async function openSimulatedHouse(
  options: { seed: number; room: string | undefined; tools?: readonly OwnerTool[] },
  signal: AbortSignal,
): Promise<SimulatedHouse> {
  const clock = systemClock;
  const home = loadHome(simulatedHome());
  const adapters = [simulatedAdapter(home, { seed: options.seed, clock })];
  const house = openHouse({ home, adapters, clock, owner: { tools: options.tools ?? [], post: noPost } });
  const area = findRoom(house, options.room);
  await house.start(signal);
  let last: readonly string[] | undefined;
  let before: Before | undefined;
  return {
    house,
    clock,
    lexicon: lexicon(house.home),
    rooms: house.home.areas.map((place) => place.name),
    deviceCount: house.home.devices.length,
    speaker: () => ({ ...(area !== undefined && { area }), ...(last && { last }) }),
    before: () => before,
    remember(memory) {
      last = memory.devices ?? last;
      before = memory.before;
    },
    say: (outcome) => reply([outcome], { home: house.home, now: clock.now() }),
    refuse: refusalReply,
    close: () => house.stop(),
  };
}
