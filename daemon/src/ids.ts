// Ids of intents: they sort by time, and two never meet.
import { randomBytes } from "node:crypto";

export function mintId(nowMs: number): string {
  return `${nowMs.toString(36).padStart(9, "0")}-${randomBytes(5).toString("hex")}`;
}
