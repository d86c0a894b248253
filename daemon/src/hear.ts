// From words to calls: half a sentence is made whole, the model reads it, and what stands beside its values is heeded.
import { codeOf, isRetryable, messageOf } from "./errors.ts";
import { completed, isSameDeed } from "./follow-up.ts";
import { mendCalls } from "./mend.ts";
import type { Question, Reading } from "./ports.ts";
import type { Refusal } from "./protocol.ts";
import type { Intent, Step, TurnPorts } from "./turn.ts";

export interface Heard {
  calls: readonly Step["call"][];
  reading?: Reading;
  /** The words that the model read, where they are not the ones that were said. */
  readAs?: string;
  refusal?: Refusal;
}

/** Nothing is dispatched before the model has answered, so asking again is safe. Once: a question that kills engines stops here. */
async function readTwice(ports: TurnPorts, question: Question, signal: AbortSignal): Promise<Reading> {
  try {
    return await ports.interpreter.read(question, signal);
  } catch (error) {
    if (!isRetryable(error) || signal.aborted) throw error;
    ports.log.warn("the engine failed; asking once more", { code: codeOf(error), message: messageOf(error) });
    return await ports.interpreter.read(question, signal);
  }
}

/** Words to calls. Calls that come with the intent were understood when they were said. */
export async function hear(ports: TurnPorts, intent: Intent, text: string, signal: AbortSignal): Promise<Heard> {
  if (intent.calls !== undefined) return { calls: intent.calls };
  const { before, speaker } = intent;
  const readAs = ports.names && completed(text, before, ports.names);
  const question: Question = { text: readAs ?? text, speaker, at: ports.clock.now() };
  const reading = await readTwice(ports, question, signal);
  const calls = mendCalls(question.text, reading.calls, ports.names);
  if (readAs === undefined || before === undefined) return { calls, reading };
  if (isSameDeed(before, calls)) return { calls, reading, readAs };
  const message = `I am not sure. Say it whole: ${readAs}?`;
  return { calls: [], reading, readAs, refusal: { code: "low_confidence", message } };
}
