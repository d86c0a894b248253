// Who stands where, and what "it" means to them: by source, for a while.
import type { House, Speaker } from "@needled/devices";
import { DaemonError } from "./errors.ts";
import { nearestOf } from "./nearest.ts";

export interface Rooms {
  /** The area that a name or id means; undefined when the home has none such. */
  find(room: string | undefined): string | undefined;
  /** Throws when there is no such room, and says which one was meant. */
  check(room: string | undefined): void;
  speakerAt(room: string | undefined, source: string): Speaker;
  remember(source: string, devices: readonly string[], tool: string | undefined): void;
}

const rememberMs = 5 * 60_000;
const mostSources = 256;

export function openRooms(
  house: () => House,
  roomOf: (source: string) => string | undefined,
  monotonic: () => number,
): Rooms {
  const touched = new Map<string, { devices: readonly string[]; tool: string | undefined; at: number }>();
  const find = (room: string | undefined): string | undefined => {
    if (room === undefined) return undefined;
    const wanted = room.trim().toLowerCase();
    return house().home.areas.find(({ id, name, aliases }) =>
      [id, name, ...aliases].some((word) => word.toLowerCase() === wanted),
    )?.id;
  };
  return {
    find,
    check(room) {
      if (room === undefined || find(room) !== undefined) return;
      const names = house().home.areas.map(({ name }) => name.toLowerCase());
      const near = nearestOf(room.trim().toLowerCase(), names);
      const hint = near === undefined ? `; it has ${names.join(", ")}` : `; did you mean ${near}?`;
      throw new DaemonError("request.no_room", room, hint);
    },
    speakerAt(room, source) {
      const area = find(room) ?? find(roomOf(source));
      const last = touched.get(source);
      const isFresh = last !== undefined && monotonic() - last.at < rememberMs;
      const touchedBy = isFresh && last.tool !== undefined ? { lastTool: last.tool } : {};
      return { ...(area !== undefined && { area }), ...(isFresh && { last: last.devices }), ...touchedBy };
    },
    remember(source, devices, tool) {
      if (devices.length === 0) return;
      touched.delete(source);
      touched.set(source, { devices: [...new Set(devices)], tool, at: monotonic() });
      if (touched.size > mostSources) touched.delete(touched.keys().next().value as string);
    },
  };
}
