// A refusal at the door as it goes back to the sender.
import type { DoorName, RefusedCode } from "../intake.ts";

export interface DoorRefusal {
  refused: { code: RefusedCode; message: string };
  intent: { source: string; id?: string };
}

export function refusalOf(
  refused: { code: RefusedCode; message: string; id?: string },
  source: string,
  id = refused.id,
): DoorRefusal {
  const { code, message } = refused;
  return { refused: { code, message }, intent: id === undefined ? { source } : { source, id } };
}

export const unexpected = { code: "degraded", message: "Something went wrong here; it was not taken." } as const;

/** Names that no peer may give itself: they belong to doors that know their sender better. */
export const reservedSources: ReadonlySet<string> = new Set<DoorName | "prompt">([
  "prompt",
  "stdin",
  "unix",
  "http",
  "serial",
  "wyoming",
  "timer",
]);
