// Degraded and safe mode: the policy as it is, but nothing that moves anything.
import type { Policy } from "../policy/policy.ts";

export type Mode = "normal" | "degraded" | "safe";

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
