// What may happen: allow, confirm or deny, by rows of data; the first that fits decides, and what no row fits is denied.
// The only caller of `approve`; test/src/layers.test.ts holds it to that.
import { type Approved, approve, type BoundCall, type Risk } from "@needled/devices";
import type { Asker } from "../ports.ts";
import type { PolicyWord } from "../protocol.ts";
import { isWithin } from "./hours.ts";

/** Which calls a row is about; a field that is absent fits all. */
export interface PolicyMatch {
  tools?: readonly string[];
  /** Device ids: one of them is enough to ask or to deny; what is allowed must be about these only. */
  devices?: readonly string[];
  /** Area ids of the devices, likewise. */
  areas?: readonly string[];
  sources?: readonly string[];
  doors?: readonly string[];
  /** Least and most risk. */
  risk?: readonly [least: Risk, most: Risk];
  /** Local time, for example "22:00-06:30". */
  hours?: string;
  /** More devices than this at once. */
  moreThan?: number;
  /** The sender gave no id. */
  withoutId?: true;
  /** The tool itself wants a yes. */
  asksFirst?: true;
}

export interface PolicyRow extends PolicyMatch {
  decision: PolicyWord;
  /** For "confirm": who may say yes. `other`: another source and another door than the request. */
  by?: "any" | "other" | "pin";
  /** For "allow" and "confirm": at most so many a minute and source; beyond it the call is denied. */
  perMinute?: number;
  /** Shown by `explain` and written to the audit. */
  name: string;
}

export interface Decision {
  policy: PolicyWord;
  /** The row that matched, in words. */
  rule: string;
  /** Who may confirm. */
  by?: "any" | "other" | "pin";
  /** Permission to carry out this one call, once. */
  approved?: Approved;
}

export interface PolicyRules {
  /** Tools this home has; what is not listed is denied. */
  tools: { has(name: string): boolean };
  /** Looked at before the shipped rows. */
  rows?: readonly PolicyRow[];
  /** Calibrated confidence below which the model's own card says not to act; known once a model is loaded. */
  modelThreshold(): number;
  /** Below this the grammar had to bend the model's own answer too far. */
  minMaskMass: number;
  areaOf?(device: string): string | undefined;
  /** Milliseconds that never jump, for rates. */
  monotonic?(): number;
}

export interface Policy {
  decide(call: BoundCall, asker: Asker): Decision;
  thresholdOf(risk: Risk): number;
  readonly minMaskMass: number;
}

// Least calibrated confidence by risk: a graver act needs a surer reading. The model's own threshold still holds below these.
const floors: Readonly<Record<Risk, number>> = { 0: 0, 1: 0, 2: 0.5, 3: 0.8, 4: 1 };

/** More devices than this in one call are asked about first. */
export const blastRadius = 10;

/** What holds unless the owner's rows say otherwise; the safe direction (lock, close, arm, off) is risk 1. */
export const shippedRows: readonly PolicyRow[] = [
  { name: "risk 4: never by voice or text", risk: [4, 4], decision: "deny" },
  {
    name: "without an id a repeat could not be recognised: only risk 0 and 1",
    withoutId: true,
    risk: [2, 4],
    decision: "deny",
  },
  { name: "risk 3: confirm on another channel", risk: [3, 3], decision: "confirm", by: "other", perMinute: 3 },
  { name: "the tool asks for a yes on another channel", asksFirst: true, decision: "confirm", by: "other" },
  {
    name: `more than ${blastRadius} devices at once: confirm`,
    moreThan: blastRadius,
    risk: [1, 2],
    decision: "confirm",
    by: "any",
  },
  { name: "risk 0 to 2: allowed", risk: [0, 2], decision: "allow" },
];

const has = <T>(wanted: readonly T[] | undefined, found: readonly T[]): boolean =>
  wanted === undefined || found.some((one) => wanted.includes(one));

const hasOnly = <T>(wanted: readonly T[] | undefined, found: readonly (T | undefined)[]): boolean =>
  wanted === undefined || (found.length > 0 && found.every((one) => one !== undefined && wanted.includes(one)));

type AreaOf = NonNullable<PolicyRules["areaOf"]>;

/** Leave for the shed is no leave for the shed and the front door. */
function isAbout({ devices, areas, decision }: PolicyRow, { targets }: BoundCall, areaOf: AreaOf): boolean {
  const places = targets.map(areaOf);
  if (decision === "allow") return hasOnly(devices, targets) && hasOnly(areas, places);
  return (
    has(devices, targets) &&
    has(
      areas,
      places.filter((area) => area !== undefined),
    )
  );
}

function fits(row: PolicyRow, call: BoundCall, asker: Asker, areaOf: AreaOf): boolean {
  const { risk, hours, moreThan } = row;
  return (
    has(row.tools, [call.tool]) &&
    isAbout(row, call, areaOf) &&
    has(row.sources, [asker.source]) &&
    has(row.doors, [asker.door]) &&
    (risk === undefined || (call.risk >= risk[0] && call.risk <= risk[1])) &&
    (hours === undefined || isWithin(hours, new Date(asker.at))) &&
    (moreThan === undefined || call.targets.length > moreThan) &&
    (row.withoutId === undefined || !asker.hasId) &&
    (row.asksFirst === undefined || call.asksFirst === true)
  );
}

/** Times of the last minute, by row and source. */
function openRates(monotonic: () => number): (row: PolicyRow, asker: Asker) => boolean {
  const times = new Map<string, number[]>();
  return ({ name, perMinute }, { source, isTrial }) => {
    if (perMinute === undefined) return true;
    const now = monotonic();
    const key = `${source}\n${name}`;
    const recent = (times.get(key) ?? []).filter((at) => now - at < 60_000);
    const isWithinRate = recent.length < perMinute;
    times.delete(key);
    times.set(key, isWithinRate && !isTrial ? [...recent, now] : recent);
    if (times.size > 1_000) times.delete(times.keys().next().value as string);
    return isWithinRate;
  };
}

function isConfirmed({ by = "other" }: PolicyRow, { confirmed, source, door }: Asker): boolean {
  if (confirmed === undefined) return false;
  if (by === "pin") return confirmed.withPin;
  return by === "any" || (confirmed.source !== source && confirmed.door !== door);
}

export function createPolicy(rules: PolicyRules): Policy {
  const rows = [...(rules.rows ?? []), ...shippedRows];
  const areaOf: AreaOf = (device) => rules.areaOf?.(device);
  const mayGoOn = openRates(rules.monotonic ?? (() => performance.now()));

  function decideBy(row: PolicyRow, call: BoundCall, asker: Asker): Decision {
    const rule = row.name;
    if (row.decision === "deny") return { policy: "deny", rule };
    if (row.decision === "confirm" && !isConfirmed(row, asker))
      return { policy: "confirm", rule, by: row.by ?? "other" };
    if (!mayGoOn(row, asker)) return { policy: "deny", rule: `${rule}; more than ${row.perMinute} a minute` };
    return { policy: "allow", rule: asker.confirmed ? `${rule}: confirmed` : rule, approved: approve(call) };
  }

  return {
    decide(call, asker) {
      if (!rules.tools.has(call.tool)) return { policy: "deny", rule: "default: this tool is not listed" };
      const row = rows.find((candidate) => fits(candidate, call, asker, areaOf));
      return row ? decideBy(row, call, asker) : { policy: "deny", rule: "default: no row fits" };
    },
    thresholdOf: (risk) => Math.max(floors[risk], rules.modelThreshold()),
    minMaskMass: rules.minMaskMass,
  };
}
