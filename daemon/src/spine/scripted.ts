// For tests and drills: an interpreter that reads calls out of the text itself, so that no model decides what is tested.
import type { Interpreter, ReadCall, Reading } from "../ports.ts";
import type { Values } from "../protocol.ts";

const ms = { load: 0, engine: 0, encode: 0, decode: 0 };

function toCall(line: string): ReadCall {
  const at = line.indexOf(" ");
  const name = at < 0 ? line : line.slice(0, at);
  const values = (at < 0 ? {} : JSON.parse(line.slice(at))) as Values;
  return { name, arguments: values, spans: {}, confidence: 1, rawConfidence: 1, maskMass: 1 };
}

/** `turn_on {"name":"lamp"}; lock {"name":"front door"}` means these calls; anything else means none. */
export function scriptedInterpreter(): Interpreter {
  return {
    async read({ text }): Promise<Reading> {
      const lines = text.split(";").map((line) => line.trim());
      const isScript = lines.every((line) => /^[a-z_]+( \{.*\})?$/.test(line));
      const calls = isScript ? lines.map(toCall) : [];
      return {
        calls,
        inPlay: [],
        registered: 0,
        ms,
        ...(calls.length === 0 && { refusal: { confidence: 1, maskMass: 1 } }),
      };
    },
  };
}
