import assert from "node:assert/strict";
import { test } from "node:test";
import type { BoundCall } from "@needled/devices";
import { createPolicy, type PolicyRow } from "./policy.ts";

const areas: Readonly<Record<string, string>> = { shed: "garden", gate: "garden", front: "hallway" };

function wordFor(row: Omit<PolicyRow, "name">, targets: string[]): string {
  const policy = createPolicy({
    tools: new Set(["unlock"]),
    rows: [{ name: "owner", ...row }],
    modelThreshold: () => 0,
    minMaskMass: 0,
    areaOf: (id) => areas[id],
  });
  const call = { tool: "unlock", risk: 3, targets } as unknown as BoundCall;
  const { policy: word, rule } = policy.decide(call, { source: "a", door: "mqtt", hasId: true, at: 0 });
  return rule.startsWith("owner") ? `owner ${word}` : word;
}

test("leave for some devices is no leave for others in the same call", () => {
  for (const row of [{ devices: ["shed"] }, { areas: ["garden"] }]) {
    assert.equal(wordFor({ ...row, decision: "allow" }, ["shed"]), "owner allow");
    assert.equal(wordFor({ ...row, decision: "allow" }, ["shed", "front"]), "confirm");
    assert.equal(wordFor({ ...row, decision: "allow" }, []), "confirm");
    // Asking and denying hold as soon as one of them is meant.
    assert.equal(wordFor({ ...row, decision: "deny" }, ["shed", "front"]), "owner deny");
    assert.equal(wordFor({ ...row, decision: "deny" }, ["front"]), "confirm");
  }
});

test("a trial is judged like the real thing and uses up no rate", () => {
  const policy = createPolicy({
    tools: new Set(["lock"]),
    rows: [{ name: "owner", decision: "allow", perMinute: 1 }],
    modelThreshold: () => 0,
    minMaskMass: 0,
  });
  const call = { tool: "lock", risk: 1, targets: [] } as unknown as BoundCall;
  const asker = { source: "a", door: "mqtt", hasId: true, at: 0 };
  const words = [{ isTrial: true as const }, { isTrial: true as const }, {}, {}, { isTrial: true as const }].map(
    (more) => policy.decide(call, { ...asker, ...more }).policy,
  );
  assert.deepEqual(words, ["allow", "allow", "allow", "deny", "deny"]);
});
