// Who stands where, and what "it" means to them: by source, for a while.
import type { House, Speaker } from "@needled/devices";
import { DaemonError } from "./errors.ts";
import type { Before, Memory } from "./follow-up.ts";
import { nearestOf } from "./nearest.ts";

export interface Rooms {
  /** The area that a name or id means; undefined when the home has none such. */
  find(room: string | undefined): string | undefined;
  /** Throws when there is no such room, and says which one was meant. */
  check(room: string | undefined): void;
  speakerAt(room: string | undefined, source: string): Speaker;
  /** The last turn of a source, while it is fresh. */
  beforeOf(source: string): Before | undefined;
  remember(source: string, memory: Memory): void;
}

const rememberMs = 5 * 60_000;
const mostSources = 256;

export function openRooms(
  house: () => House,
  roomOf: (source: string) => string | undefined,
  monotonic: () => number,
): Rooms {
  const touched = new Map<string, Memory & { at: number }>();
  const freshOf = (source: string): Memory | undefined => {
    const last = touched.get(source);
    return last !== undefined && monotonic() - last.at < rememberMs ? last : undefined;
  };
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
      const { devices: last, tool: lastTool } = freshOf(source) ?? {};
      return { ...(area !== undefined && { area }), ...(last && { last }), ...(last && lastTool && { lastTool }) };
    },
    beforeOf: (source) => freshOf(source)?.before,
    remember(source, { devices, tool, before }) {
      const kept = freshOf(source);
      const about = devices ? { devices, tool } : { devices: kept?.devices, tool: kept?.tool };
      const known = { ...(about.devices && { devices: about.devices }), ...(about.tool && { tool: about.tool }) };
      touched.delete(source);
      touched.set(source, { ...known, before, at: monotonic() });
      if (touched.size > mostSources) touched.delete(touched.keys().next().value as string);
    },
  };
}
