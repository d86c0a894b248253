// The first look at an intent, before it costs a write: who, how often, how old, how long. Pure over its clock.
import { admitText } from "../admit.ts";
import type { DoorIntent, Receipt } from "../intake.ts";

export interface GateRules {
  /** Sources that may speak at all; undefined: every one. */
  sources?: ReadonlySet<string>;
  /** How long what a source says stays good, when it does not say so itself. */
  ttlMs(source: string): number;
  longestTtlMs: number;
  /** Intents a minute and source, and how many may come at once. */
  perMinute: number;
  burst: number;
  now(): number;
  monotonic(): number;
}

export type Refused = Extract<Receipt, { status: "refused" }>;

export interface Gate {
  /** Undefined: it may come in. */
  check(intent: DoorIntent): Refused | undefined;
  /** Whether a source may speak at all. */
  knows(source: string): boolean;
  expiryOf(intent: DoorIntent): number;
}

const idForm = /^[A-Za-z0-9._:-]{1,64}$/;
const sourceForm = /^[A-Za-z0-9_.:-]{1,64}$/;
/** Clocks of senders may be this wrong before what they say of time is not believed. */
const skewMs = 5_000;
const mostSources = 256;

interface Bucket {
  left: number;
  at: number;
}

export function refuse(code: Refused["code"], message: string): Refused {
  return { status: "refused", code, message };
}

function openQuota({ perMinute, burst, monotonic }: GateRules): (source: string) => boolean {
  const buckets = new Map<string, Bucket>();
  return (source) => {
    const now = monotonic();
    const old = buckets.get(source) ?? { left: burst, at: now };
    const left = Math.min(burst, old.left + ((now - old.at) * perMinute) / 60_000);
    buckets.delete(source);
    buckets.set(source, { left: left >= 1 ? left - 1 : left, at: now });
    // The longest unheard source has the fullest bucket: forgetting it takes nothing from anybody.
    if (buckets.size > mostSources) buckets.delete(buckets.keys().next().value as string);
    return left >= 1;
  };
}

export function openGate(rules: GateRules): Gate {
  const mayAsk = openQuota(rules);
  const expiryOf = (intent: DoorIntent): number => {
    const ttl = Math.min(Math.max(0, intent.ttlMs ?? rules.ttlMs(intent.source)), rules.longestTtlMs);
    const now = rules.now();
    // A time from the future is a wrong clock: it must not lengthen a life.
    return Math.min(intent.saidAt ?? now, now) + ttl;
  };
  const knows = (source: string): boolean => rules.sources === undefined || rules.sources.has(source);
  return {
    expiryOf,
    knows,
    check(intent) {
      const { source, id, saidAt } = intent;
      if (!sourceForm.test(source)) return refuse("malformed", "The name of a source has 1 to 64 of A-Z a-z 0-9 _ -");
      if (!knows(source)) {
        return refuse("unknown_source", `The source ${source} is not in the configuration.`);
      }
      if (id !== undefined && !idForm.test(id)) {
        return refuse("malformed", "An id has 1 to 64 of A-Z a-z 0-9 . _ : -");
      }
      const text = admitText(intent.text);
      if (!text.ok) {
        return refuse(text.refusal.code === "too_long" ? "too_long" : "malformed", text.refusal.message);
      }
      if (saidAt !== undefined && saidAt > rules.now() + skewMs) {
        return refuse("malformed", "said_at lies in the future; set the sender's clock.");
      }
      if (expiryOf(intent) < rules.now()) return refuse("stale", "That was said too long ago to act on it now.");
      return mayAsk(source) ? undefined : refuse("quota", `Too many intents from ${source}; wait a little.`);
    },
  };
}
