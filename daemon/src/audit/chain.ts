// The audit's lines: each carries the hash of the one before, so that nothing can be changed, taken out or put in unseen.
import { createHash } from "node:crypto";

/** What is written of one call; words only when the owner asked for them. */
export interface AuditEntry {
  at: string;
  intent: string;
  source: string;
  door: string;
  /** HMAC-SHA256 of the words under the chain's salt, which is kept elsewhere: alone it says nothing. */
  text_hmac?: string;
  /** What chains of earlier versions have instead. */
  text_sha256?: string;
  text?: string;
  tool?: string;
  arguments?: unknown;
  devices?: readonly string[];
  risk?: number;
  decision?: string;
  rule?: string;
  outcome: string;
  confirmed_by?: string;
  recovered?: true;
  /** Lines before this one that a full disk swallowed. */
  lost?: number;
}

export interface AuditLine extends AuditEntry {
  seq: number;
  prev: string;
  h: string;
}

export const firstHash = "0".repeat(64);

export function hashOf(line: Omit<AuditLine, "h">): string {
  return createHash("sha256").update(JSON.stringify(line)).digest("hex");
}

export function sealEntry(entry: AuditEntry, seq: number, prev: string): AuditLine {
  const line = { seq, ...entry, prev };
  return { ...line, h: hashOf(line) };
}

/** A place that does not fit: which file, which line, and why. */
export interface AuditFault {
  file: string;
  line: number;
  why: string;
}

/** The head of a chain as it is told elsewhere. Before the first line: number 0. */
export interface Anchor {
  seq: number;
  h: string;
  /** Of the words' hashes, base64url. */
  salt?: string;
}

export interface Verified {
  lines: number;
  first: number;
  head: Anchor | undefined;
  faults: AuditFault[];
}

function faultOf(text: string, expected: Anchor | undefined): { line?: AuditLine; why?: string } {
  let line: AuditLine;
  try {
    line = JSON.parse(text) as AuditLine;
  } catch {
    return { why: "is no JSON" };
  }
  if (typeof line !== "object" || line === null) return { why: "is no line of an audit" };
  const { h, ...rest } = line;
  if (hashOf(rest) !== h) return { why: "does not have the hash it carries: it was changed" };
  if (expected !== undefined && line.prev !== expected.h) return { line, why: "does not follow the line before it" };
  if (expected !== undefined && line.seq !== expected.seq + 1) return { line, why: "has the wrong number" };
  return { line };
}

/** Checks files oldest first. `anchors` are heads that were told elsewhere: each must be in the chain or older than it. */
export function verifyChain(files: readonly { name: string; text: string }[], anchors: readonly Anchor[]): Verified {
  const faults: AuditFault[] = [];
  const seen = new Map<number, string>();
  let head: Anchor | undefined;
  let first = 0;
  for (const { name, text } of files) {
    const lines = text.split("\n");
    for (const [index, one] of lines.entries()) {
      if (one === "" && index === lines.length - 1) continue;
      const { line, why } = faultOf(one, head);
      if (why !== undefined) faults.push({ file: name, line: index + 1, why });
      if (line === undefined) continue;
      if (seen.size === 0) first = line.seq;
      seen.set(line.seq, line.h);
      head = { seq: line.seq, h: line.h };
    }
  }
  const last = files.at(-1)?.name ?? "audit";
  for (const anchor of anchors) {
    const why = anchorFault(anchor, first, seen);
    if (why !== undefined) faults.push({ file: last, line: 0, why });
  }
  return { lines: seen.size, first, head, faults };
}

function anchorFault({ seq, h }: Anchor, first: number, seen: ReadonlyMap<number, string>): string | undefined {
  if (seq === 0 || (seen.size > 0 && seq < first)) return undefined;
  const found = seen.get(seq);
  if (found === undefined) return `ends before line ${seq}, which was there: lines are missing at the end`;
  return found === h ? undefined : `has another line ${seq} than the one that was there`;
}
