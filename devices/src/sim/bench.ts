// A started house over the simulated home, with a clock that tests move by hand.
import assert from "node:assert/strict";
import type { Adapter } from "../adapter.ts";
import { approve, type BoundCall, type Speaker } from "../call.ts";
import { type ManualClock, manualClock } from "../clock.ts";
import { type House, openHouse } from "../house.ts";
import { loadHome } from "../load.ts";
import type { Outcome } from "../outcome.ts";
import { reply } from "../reply.ts";
import type { HouseEvent, ServicesSnapshot } from "../services.ts";
import { simulatedHome } from "./demo-home.ts";
import { simulatedAdapter } from "./in-process.ts";

export interface Bench {
  readonly house: House;
  readonly clock: ManualClock;
  readonly events: HouseEvent[];
  bind(name: string, args?: Record<string, unknown>, speaker?: Speaker): BoundCall;
  /** Binds, approves and acts; the clock moves on until the outcome is there. */
  ask(name: string, args?: Record<string, unknown>, speaker?: Speaker): Promise<Outcome>;
  say(outcome: Outcome): string;
  state(id: string): Readonly<Record<string, unknown>>;
}

export interface BenchOptions {
  readonly adapter?: (clock: ManualClock) => Adapter;
  readonly restore?: ServicesSnapshot;
  readonly seed?: number;
}

/** Opens and starts the bench; another adapter or kept services on request. */
export async function openBench({ adapter, restore, seed = 7 }: BenchOptions = {}): Promise<Bench> {
  const clock = manualClock();
  const home = loadHome(simulatedHome());
  const adapters = [adapter?.(clock) ?? simulatedAdapter(home, { clock, seed })];
  const house = openHouse({ home, clock, adapters, ...(restore && { restore }) });
  const events: HouseEvent[] = [];
  house.on((event) => events.push(event));
  await house.start();
  const bind: Bench["bind"] = (name, args = {}, speaker = { area: "living_room" }) => {
    const made = house.bind({ name, arguments: args }, speaker);
    assert.ok(made.ok, made.ok ? "" : made.refusal.message);
    return made.call;
  };
  return {
    house,
    clock,
    events,
    bind,
    async ask(name, args, speaker) {
      const acting = house.act(approve(bind(name, args, speaker)));
      await clock.advance(7000);
      return acting;
    },
    say: (outcome) => reply([outcome], { home: house.home, now: clock.now() }),
    state: (id) => house.home.devices.find((device) => device.id === id)?.state ?? {},
  };
}
