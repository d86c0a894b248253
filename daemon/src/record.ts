// Answers as audit lines: one a call, or one for the refusal. Words stay out unless the owner wants them in.
import type { Audit } from "./audit/audit.ts";
import { hashWords } from "./audit/salt.ts";
import type { Answer } from "./intake.ts";
import type { KeptIntent } from "./journal/state.ts";

export function recordAnswer(
  audit: Audit,
  intent: KeptIntent,
  answer: Answer,
  options: { words: boolean; salt: string; at: number },
): void {
  const { source, door, id, text, confirmed } = intent;
  const common = {
    at: new Date(options.at).toISOString(),
    intent: id,
    source,
    door,
    text_hmac: hashWords(text, options.salt),
    ...(options.words && { text }),
    ...(confirmed && { confirmed_by: `${confirmed.door}/${confirmed.source}` }),
    ...(answer.recovered && { recovered: true as const }),
  };
  if (answer.calls.length === 0) audit.write({ ...common, outcome: answer.refusal?.code ?? "nothing" });
  for (const call of answer.calls) {
    audit.write({
      ...common,
      tool: call.name,
      ...(options.words && { arguments: call.arguments }),
      devices: call.devices ?? [],
      decision: call.policy ?? "none",
      ...(call.rule !== undefined && { rule: call.rule }),
      outcome: call.outcome ?? answer.mode ?? "dry_run",
    });
  }
}
