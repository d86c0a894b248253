// The lines between the simulated home's process and its adapter: one JSON object each.
import type { Command, Receipt } from "../adapter.ts";
import type { Device, State } from "../home.ts";

export type ToHome =
  | {
      readonly type: "open";
      readonly devices: readonly Device[];
      readonly seed?: number;
      readonly offline?: readonly string[];
      readonly refusing?: readonly string[];
    }
  | { readonly type: "command"; readonly id: number; readonly command: Command };

export type FromHome =
  | { readonly type: "ready"; readonly devices: readonly Device[] }
  | { readonly type: "state"; readonly address: string; readonly state: State }
  | { readonly type: "receipt"; readonly id: number; readonly receipt: Receipt }
  | { readonly type: "refused"; readonly id: number; readonly why: string }
  | { readonly type: "fault"; readonly why: string };

const LONGEST_LINE = 1 << 20;

/** Cuts a stream of chunks into parsed lines; a line that is no JSON goes to `onFault`. */
export function openLines<T>(onLine: (value: T) => void, onFault: (why: string) => void): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    rest += chunk;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) {
      rest = "";
      onFault("a line is too long");
    }
    for (const line of lines.filter((text) => text.trim() !== "")) {
      let value: T;
      try {
        value = JSON.parse(line) as T;
      } catch {
        onFault(`not JSON: ${line.slice(0, 80)}`);
        continue;
      }
      onLine(value);
    }
  };
}
