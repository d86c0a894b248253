// A spine over the simulated home with a clock that tests move by hand, and a door that remembers.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import {
  catalogue,
  type House,
  loadHome,
  type ManualClock,
  manualClock,
  openHouse,
  refusalReply,
  reply,
  simulatedAdapter,
  simulatedHome,
} from "@needled/devices";
import type { Announcement, Answer, Door, DoorIntent, HandOvers, Receipt } from "../intake.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { createPolicy } from "../policy/policy.ts";
import { openGate } from "./gate.ts";
import { scriptedInterpreter } from "./scripted.ts";
import { createSpine, type Spine } from "./spine.ts";

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "needled-spine-"));
  made.push(folder);
  return folder;
}

export interface Bench {
  spine: Spine;
  journal: Journal;
  house: House;
  clock: ManualClock;
  sent: string[];
  delivered: Answer[];
  /** Times that the door was to deliver. */
  readonly tried: number;
  watching: HandOvers | undefined;
  said: Announcement[];
}

const log = { debug: () => {}, warn: () => {} };

export type Deliver = Door["deliver"];

export async function open(folder: string, clock = manualClock(), deliver?: Deliver): Promise<Bench> {
  const home = loadHome(simulatedHome());
  const adapter = simulatedAdapter(home, { seed: 1, clock });
  const sent: string[] = [];
  const send = adapter.send.bind(adapter);
  adapter.send = (command, signal) => {
    sent.push(`${command.device} ${JSON.stringify(command.set ?? command.verb)}`);
    return send(command, signal);
  };
  const journal = await openJournal({ folder, now: clock.now, log });
  const { desk } = journal.state;
  const house = openHouse({ home, adapters: [adapter], clock, ...(desk && { restore: desk }) });
  await house.start();
  const delivered: Answer[] = [];
  let tried = 0;
  let watching: HandOvers | undefined;
  const door: Door = {
    name: "mqtt",
    start: async () => {},
    deliver(route, answer) {
      tried += 1;
      return deliver?.(route, answer) ?? Promise.resolve(delivered.push(answer) > 0);
    },
    watch: (handOvers) => {
      watching = handOvers;
    },
    stop: async () => {},
    state: () => ({ ok: true, text: "" }),
  };
  const spine = createSpine({
    ports: {
      interpreter: scriptedInterpreter(),
      binder: house,
      policy: createPolicy({
        tools: new Set(catalogue().map(({ name }) => name)),
        modelThreshold: () => 0.3,
        minMaskMass: 0.01,
        monotonic: clock.monotonic,
      }),
      dispatcher: house,
      say: (outcome) => reply([outcome], { home: house.home, now: clock.now() }),
      refuse: refusalReply,
      clock,
      log,
    },
    house,
    journal,
    gate: openGate({ ttlMs: () => 30_000, longestTtlMs: 600_000, perMinute: 600, burst: 100, ...clock }),
    speakerAt: () => ({}),
    remember: () => {},
    model: () => "scripted",
    inFlight: 16,
    waiting: 64,
  });
  const said: Announcement[] = [];
  spine.onAnnouncement((announcement) => said.push(announcement));
  await spine.start([door]);
  const doorSide = {
    delivered,
    get tried() {
      return tried;
    },
    watching,
  };
  return Object.assign(doorSide, { spine, journal, house, clock, sent, said });
}

export const asks = (text: string, more: Partial<DoorIntent> = {}): DoorIntent => ({
  source: "test",
  door: "unix",
  text,
  ...more,
});
export const replyRoute = { door: "mqtt" as const, to: "needled/home/out/test" };
export const lampOn = 'turn_on {"name":"kitchen ceiling light"}';

/** The simulated devices answer on the manual clock. */
export async function answerTo(bench: Bench, receipt: Receipt): Promise<Answer> {
  assert.notEqual(receipt.status, "refused", JSON.stringify(receipt));
  let answer: Answer | undefined;
  const { answer: promised } = receipt as Extract<Receipt, { status: "admitted" }>;
  void promised.then((given) => {
    answer = given;
  });
  for (let n = 0; n < 400 && answer === undefined; n += 1) {
    await bench.clock.advance(50);
    await new Promise((done) => setTimeout(done, 1));
  }
  assert.ok(answer, "no answer came");
  return answer;
}
