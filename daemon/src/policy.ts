// What may happen: allow, confirm or deny. The only caller of `approve`; test/src/layers.test.ts holds it to that.
import { type Approved, approve, type BoundCall, type Risk } from "@needled/devices";
import type { PolicyWord } from "./protocol.ts";

export interface Decision {
  policy: PolicyWord;
  /** The rule that matched, in words. */
  rule: string;
  /** Permission to carry out this one call, once. */
  approved?: Approved;
}

export interface PolicyRules {
  /** Tools this home has; what is not listed is denied. */
  tools: ReadonlySet<string>;
  /** Calibrated confidence below which the model's own card says not to act; known once a model is loaded. */
  modelThreshold(): number;
  /** Below this the grammar had to bend the model's own answer too far. */
  minMaskMass: number;
}

export interface Policy {
  decide(call: BoundCall): Decision;
  thresholdOf(risk: Risk): number;
  readonly minMaskMass: number;
}

// Least calibrated confidence by risk: a graver act needs a surer reading. The model's own threshold still holds below these.
const floors: Readonly<Record<Risk, number>> = { 0: 0, 1: 0, 2: 0.5, 3: 0.8, 4: 1 };

export function createPolicy(rules: PolicyRules): Policy {
  return {
    decide(call) {
      if (!rules.tools.has(call.tool)) return { policy: "deny", rule: "default: this tool is not listed" };
      switch (call.risk) {
        case 0:
        case 1:
        case 2: {
          const rule = `risk ${call.risk}: allowed`;
          return { policy: "allow", rule, approved: approve(call) };
        }
        case 3:
          return { policy: "confirm", rule: "risk 3: confirm on another channel" };
        default:
          return { policy: "deny", rule: "risk 4: never by voice or text" };
      }
    },
    thresholdOf: (risk) => Math.max(floors[risk], rules.modelThreshold()),
    minMaskMass: rules.minMaskMass,
  };
}
