// Degraded and safe mode: the policy as it is, but nothing that moves anything.
import type { Policy } from "../policy/policy.ts";
import type { SpineOptions } from "./options.ts";

export type Mode = "normal" | "degraded" | "safe";

/** As whoever runs it says, else as the journal's health demands. */
export const modeOf =
  ({ mode, journal }: Pick<SpineOptions, "mode" | "journal">) =>
  (): Mode =>
    mode?.() ?? (journal.degraded === undefined ? "normal" : "degraded");

export function restrict(policy: Policy, mode: () => Mode): Policy {
  return {
    thresholdOf: (risk) => policy.thresholdOf(risk),
    minMaskMass: policy.minMaskMass,
    decide(call, asker) {
      const now = mode();
      if (now === "normal" || call.risk === 0) return policy.decide(call, asker);
      return { policy: "deny", rule: `${now} mode: only reading` };
    },
  };
}
