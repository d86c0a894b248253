// What is said back. Every word comes from outcomes; the model has no part in it.
import type { Arguments, BoundCall, Refusal } from "./call.ts";
import { timerName } from "./desk.ts";
import { areaOf, type Device, findDevice, type Home, type State } from "./home.ts";
import { KINDS } from "./kinds.ts";
import type { DeviceOutcome, Outcome } from "./outcome.ts";
import { capital, sayDegrees, sayDevice, sayDevices, sayDuration, sayList, sayName, sayState, sayTime } from "./say.ts";
import type { ServiceAction, ServiceResult } from "./services.ts";
import { type Told, WORDINGS } from "./wording.ts";

export interface ReplyContext {
  readonly home: Home;
  readonly now: number;
}

type Group = readonly DeviceOutcome[];

function devicesOf(home: Home, group: Group): Device[] {
  return group.flatMap((outcome) => findDevice(home, outcome.device) ?? []);
}

/** What all of them now report alike. */
function commonState(group: Group): State {
  const [first, ...rest] = group;
  const same = Object.entries(first?.after ?? {}).filter(([key, value]) =>
    rest.every(({ after }) => after[key] === value),
  );
  return Object.fromEntries(same);
}

function toldOf(outcome: Outcome, group: Group, { home }: ReplyContext): Told {
  return {
    args: outcome.arguments,
    said: sayDevices(home, devicesOf(home, group)),
    unit: home.unit,
    after: commonState(group),
    moving: group.some((device) => device.moving === true),
  };
}

function sayDone(outcome: Outcome, group: Group, context: ReplyContext): string[] {
  const moving = group.filter((device) => device.moving);
  const still = group.filter((device) => !device.moving);
  return [still, moving].flatMap((part) => {
    if (part.length === 0) return [];
    const told = toldOf(outcome, part, context);
    return [`${WORDINGS[outcome.tool]?.done(told) ?? `Done: ${outcome.deed}`}.`];
  });
}

function saySilent(outcome: Outcome, group: Group, { home }: ReplyContext): string {
  const names = capital(sayDevices(home, devicesOf(home, group)));
  const cancelled = group.every((device) => device.reason !== undefined);
  const it = group.length === 1 ? "it" : "they";
  const whether = WORDINGS[outcome.tool]?.whether ?? "did that";
  const grammar = it === "they" ? whether.replace(/^is /, "are ") : whether;
  const silence = cancelled ? "was stopped before it answered" : "did not answer";
  if (outcome.effect === "read") return `${names} did not answer.`;
  return `${names} ${silence}; I do not know whether ${it} ${grammar}.`;
}

function sayFailed(outcome: DeviceOutcome): string {
  const why = outcome.reason ?? "it gave no reason";
  return `${capital(sayName(outcome.name))} did not do it: ${why}.`;
}

function sayCommands(outcome: Outcome, context: ReplyContext): string {
  const by = (...status: DeviceOutcome["status"][]): Group => outcome.devices.filter((d) => status.includes(d.status));
  const sentences: string[] = [];
  const done = by("done");
  const silent = by("unknown");
  const whole = outcome.scene !== undefined || outcome.tool === "undo";
  if (whole && done.length > 0) {
    const all = done.length === outcome.devices.length;
    const what = outcome.tool === "undo" ? `Took back: ${outcome.said}` : `Activated ${outcome.said}`;
    sentences.push(all ? `${what}.` : `${what} in part: ${done.length} of ${outcome.devices.length} devices followed.`);
  } else if (done.length > 0) sentences.push(...sayDone(outcome, done, context));
  if (silent.length > 0) sentences.push(saySilent(outcome, silent, context));
  sentences.push(...by("failed", "rejected", "expired").map(sayFailed));
  return sentences.join(" ");
}

type SaysValue = (value: number, state: State, unit: Home["unit"]) => string;

/** After the name of the device. */
const PROPERTIES: Readonly<Record<string, SaysValue>> = {
  temperature: (value, { target, mode }, unit) => {
    const set = typeof target === "number" && mode !== "off" ? ` and is set to ${sayDegrees(target, unit)}` : "";
    return `says ${sayDegrees(value, unit)}${set}`;
  },
  humidity: (value) => `says ${value} % humidity`,
  brightness: (value, { on }) => (on === false ? "is off" : `is at ${value} % brightness`),
  battery: (value) => `has ${value} % battery`,
  power: (value) => `draws ${value} W`,
  position: (value) => `is ${value === 0 ? "closed" : value === 100 ? "open" : `${value} % open`}`,
  air_quality: (value) => `says ${value} ppm`,
};

function sayReading(outcome: DeviceOutcome, property: string, { home }: ReplyContext): string {
  const device = findDevice(home, outcome.device);
  const many = device?.kind === "blind" && /s$/.test(device.name);
  const agree = (verb: string): string => (many ? verb.replace(/^is /, "are ").replace(/^has /, "have ") : verb);
  const name = capital(sayName(outcome.name));
  const value = outcome.after[property];
  if (property === "state" && device) {
    const said = sayState({ ...device, state: outcome.after }, home.unit) || "silent about its state";
    return `${capital(sayDevice(device))} ${agree(`is ${said}`)}.`;
  }
  if (typeof value !== "number") return `${name} does not report its ${property.replace("_", " ")}.`;
  return `${name} ${agree(PROPERTIES[property]?.(value, outcome.after, home.unit) ?? `says ${value}`)}.`;
}

// More than this nobody wants to hear read out.
const MOST_READ = 6;

function sayRead(outcome: Outcome, context: ReplyContext): string {
  const known = outcome.devices.filter((device) => device.status === "done");
  const silent = outcome.devices.filter((device) => device.status !== "done");
  const read = known.slice(0, MOST_READ).map((device) => sayReading(device, outcome.property ?? "state", context));
  if (known.length > MOST_READ) read.push(`And ${known.length - MOST_READ} more.`);
  const all = devicesOf(context.home, known);
  const summary = known.length > MOST_READ && outcome.property === "state" ? saySummary(all, context) : [];
  const said = summary.length > 0 ? summary : read;
  return [...said, ...(silent.length > 0 ? [saySilent(outcome, silent, context)] : [])].join(" ");
}

// As many names of devices can be listened to; more are told by their rooms.
const MOST_NAMED = 4;

/** Few by name, more by their rooms. */
function sayWhich(devices: readonly Device[], home: Home): string {
  if (devices.length <= MOST_NAMED) return sayList(devices.map(sayDevice));
  return `in ${sayList([...new Set(devices.map((device) => sayName(areaOf(home, device)?.name ?? device.name)))])}`;
}

/** Of many things: which are so, or that none is; nothing where none could be. */
function sayThose(word: string, [all, those]: readonly [Device[], Device[]], home: Home): string[] {
  if (those.length > 0) return [`${word}: ${sayWhich(those, home)}.`];
  return all.length > 0 ? [`Nothing is ${word.toLowerCase()}.`] : [];
}

/** Of many lights: how many are on, and which, or where. */
function sayLit(switched: readonly Device[], home: Home): string[] {
  const [first, ...more] = switched;
  if (first === undefined) return [];
  const on = switched.filter(({ state }) => state.on === true);
  if (more.length === 0) return [`${capital(sayDevice(first))} is ${on.length === 1 ? "on" : "off"}.`];
  const isOneKind = more.every(({ kind }) => kind === first.kind);
  const what = `${switched.length} ${isOneKind ? KINDS[first.kind].label[1] : "devices"}`;
  if (on.length === 0) return [`None of the ${what} is on.`];
  return [`${on.length} of ${what} ${on.length === 1 ? "is" : "are"} on: ${sayWhich(on, home)}.`];
}

/** Of many things: what is on; of doors and blinds those that are open, of locks those that are not locked. */
function saySummary(devices: readonly Device[], { home }: ReplyContext): string[] {
  const switched = devices.filter(({ state }) => typeof state.on === "boolean");
  const doors = devices.filter(({ state }) => typeof state.open === "boolean" || typeof state.position === "number");
  const open = doors.filter(({ state }) => state.open === true || Number(state.position ?? 0) > 0);
  const locks = devices.filter(({ state }) => typeof state.locked === "boolean");
  const unlocked = locks.filter(({ state }) => state.locked === false);
  return [
    ...sayLit(switched, home),
    ...sayThose("Open", [doors, open], home),
    ...sayThose("Unlocked", [locks, unlocked], home),
  ];
}

type Says = {
  readonly [K in ServiceAction["kind"]]: (
    action: Extract<ServiceAction, { kind: K }>,
    result: ServiceResult,
    now: number,
  ) => string;
};

const SERVICES: Says = {
  set_timer: ({ durationMs, label }) => `Timer${label === "" ? "" : ` for ${label}`} set: ${sayDuration(durationMs)}.`,
  cancel_timer: (_, { timers = [] }) =>
    timers.length > 0
      ? `Cancelled ${sayList(timers.map((timer) => `the ${timerName(timer)}`))}.`
      : "That timer has already ended.",
  restore_timer: (_, { timers = [] }) => `${sayList(timers.map((timer) => `The ${timerName(timer)}`))} runs again.`,
  set_reminder: ({ text, at }, _, now) => `I will remind you ${sayTime(at, now)}: ${text}.`,
  cancel_reminder: () => "Took the reminder back.",
  add_to_list: ({ item, list }) => `Added ${item} to the ${list.toLowerCase()}.`,
  remove_from_list: ({ item, list }) => `Took ${item} off the ${list.toLowerCase()}.`,
  send_message: ({ to }) => (to === undefined ? "Announced." : `Passed it on to ${to}.`),
  schedule: ({ deed }) => `I will ${deed}.`,
  cancel_call: ({ id: _ }, { scheduled }) => (scheduled ? `I will not ${scheduled.deed}.` : "That was already done."),
};

function sayService(result: ServiceResult, now: number): string {
  const say = SERVICES[result.action.kind] as (action: ServiceAction, result: ServiceResult, now: number) => string;
  return say(result.action, result, now);
}

/** Undefined where the words for every tool do. */
function sayOwner({ status, deed, reason, owner }: Outcome): string | undefined {
  if (owner === undefined) return undefined;
  if (status === "done") return owner.say ?? `Done: ${deed}.`;
  if (status === "failed") return `That did not work: ${deed}${reason ? `; ${reason}` : ""}.`;
  return status === "unknown" ? `I do not know whether this worked: ${deed}${reason ? `; ${reason}` : ""}.` : undefined;
}

function sayOne(outcome: Outcome, context: ReplyContext): string {
  const own = sayOwner(outcome);
  if (own !== undefined) return own;
  switch (outcome.status) {
    case "needs_confirmation":
      return `Shall I ${outcome.deed}?`;
    case "denied":
      return `I may not ${outcome.deed}${outcome.reason ? `: ${outcome.reason}` : ""}.`;
    default:
  }
  const sentences: string[] = [];
  if (outcome.devices.length > 0) {
    sentences.push(outcome.effect === "read" ? sayRead(outcome, context) : sayCommands(outcome, context));
  }
  if (outcome.service) sentences.push(sayService(outcome.service, context.now));
  if (sentences.length > 0) return sentences.join(" ");
  if (outcome.status === "expired") return `It was too late to ${outcome.deed}; I did nothing.`;
  if (outcome.status === "done") return "There was nothing to do.";
  return `I did not ${outcome.deed}${outcome.reason ? `: ${outcome.reason}` : ""}.`;
}

/** The spoken answer to a turn's outcomes. */
export function reply(outcomes: readonly Outcome[], context: ReplyContext): string {
  return outcomes.map((outcome) => sayOne(outcome, context)).join(" ");
}

/** An outcome for a call that policy did not let through, so that replies have one source. */
export function withheld(call: BoundCall, status: "denied" | "needs_confirmation", reason?: string): Outcome {
  const { tool, effect, deed, said } = call;
  const args: Arguments = call.arguments;
  return { tool, effect, deed, said, arguments: args, status, devices: [], ms: 0, ...(reason && { reason }) };
}

export function refusalReply(refusal: Refusal): string {
  return refusal.message;
}
