// What a device tool is: whom it can act on, and how its arguments become an order for one device.
import type { Verb } from "../adapter.ts";
import type { Need } from "../bind.ts";
import type { Arguments, Refusal } from "../call.ts";
import type { Device, Home, State } from "../home.ts";

export interface Order {
  readonly set?: State;
  readonly verb?: Verb;
  readonly text?: string;
  /** What the echo must show; by default what was set. */
  readonly expect?: State;
}

export interface DeviceTool {
  need(args: Arguments): Need;
  /** Pure: the order for one device, or why there can be none. */
  order(args: Arguments, device: Device, home: Home): Order | Refusal;
  /** Absent: 1500 ms. */
  readonly timeoutMs?: number;
}

export const refuse = (code: Refusal["code"], message: string): Refusal => ({ code, message });

export function isRefusal(value: object): value is Refusal {
  return "code" in value;
}

export const percent = (value: number): number => Math.max(0, Math.min(100, Math.round(value)));
