// Carries one approved call out: a lane per device, the echo awaited, the outcome told as it is.
import type { Command } from "./adapter.ts";
import { type Approved, type BoundCall, spendApproval } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Desk } from "./desk.ts";
import { dispatch, type Link } from "./dispatch.ts";
import { DeviceError } from "./errors.ts";
import { type History, reversal } from "./history.ts";
import { type Device, findDevice, type Home, requireDevice } from "./home.ts";
import type { Lanes } from "./lanes.ts";
import type { DeviceOutcome, Outcome, OutcomeStatus } from "./outcome.ts";
import type { OwnerPost, OwnerVerdict } from "./owner/tool.ts";

export interface Stage {
  readonly home: Home;
  readonly clock: Clock;
  readonly lanes: Lanes;
  readonly desk: Desk;
  readonly history: History;
  linkOf(device: Device): Link;
  /** Carries the messages of the owner's tools; absent: there are none. */
  readonly post?: OwnerPost;
}

export interface ActOptions {
  readonly signal?: AbortSignal;
  /** Clock time after which nothing may start any more. */
  readonly expiresAt?: number;
  /** Comes back with the event of a service that this act changed. */
  readonly tag?: string;
  /** An earlier process may have done it already: what can be read is read first. */
  readonly again?: boolean;
}

function notSent(device: Device, status: "rejected" | "expired", reason: string): DeviceOutcome {
  return { device: device.id, name: device.name, status, reason, before: device.state, after: device.state, ms: 0 };
}

// These make things safe or still, so they do not wait behind what makes them move.
function isUrgent({ verb, set }: Command): boolean {
  return verb === "stop" || set?.on === false || set?.locked === true;
}

async function sendOne(stage: Stage, command: Command, call: BoundCall, options: ActOptions): Promise<DeviceOutcome> {
  const device = requireDevice(stage.home, command.device);
  const { clock, lanes } = stage;
  const work = async (): Promise<DeviceOutcome> => {
    if (options.expiresAt !== undefined && clock.now() > options.expiresAt) {
      return notSent(device, "expired", "its time ran out before it could be sent");
    }
    const { timeoutMs } = call;
    return dispatch(device, command, stage.linkOf(device), { timeoutMs, clock, signal: options.signal });
  };
  const outcome = lanes.enter(device.id, isUrgent(command), work);
  return outcome ?? notSent(device, "rejected", "too many commands are waiting for it");
}

/** Doubt outweighs failure: "unknown" says that something may have happened. */
export function overall(outcomes: readonly DeviceOutcome[]): OutcomeStatus {
  const has = (status: DeviceOutcome["status"]): boolean => outcomes.some((outcome) => outcome.status === status);
  if (outcomes.every((outcome) => outcome.status === "done")) return "done";
  if (has("unknown")) return "unknown";
  if (has("failed") || has("done")) return "failed";
  return has("expired") ? "expired" : "rejected";
}

type Told = Pick<Outcome, "status" | "devices"> & Partial<Outcome>;

async function runCommands(
  stage: Stage,
  call: BoundCall,
  commands: readonly Command[],
  options: ActOptions,
): Promise<Told> {
  const devices = await Promise.all(commands.map((command) => sendOne(stage, command, call, options)));
  return { status: overall(devices), devices };
}

async function actCommands(
  stage: Stage,
  call: BoundCall,
  commands: readonly Command[],
  options: ActOptions,
): Promise<Told> {
  const told = await runCommands(stage, call, commands, options);
  if (told.devices.some(({ status }) => status === "done" || status === "unknown")) {
    const { tool, deed } = call;
    stage.history.add({ tool, deed, at: stage.clock.now(), commands: reversal(commands, told.devices) });
  }
  const { plan } = call;
  return plan.do === "command" && plan.scene ? { ...told, scene: plan.scene } : told;
}

function actRead(stage: Stage, call: BoundCall, property: string): Told {
  const devices = call.targets.flatMap((id) => findDevice(stage.home, id) ?? []);
  const outcomes = devices.map((device): DeviceOutcome => {
    const { id, name, state } = device;
    const silent = !device.reachable || Object.keys(state).length === 0;
    return { device: id, name, status: silent ? "unknown" : "done", before: state, after: state, ms: 0 };
  });
  return { status: overall(outcomes), devices: outcomes, property };
}

function actService(stage: Stage, call: BoundCall, { tag }: ActOptions): Told {
  const { plan, tool, deed, speaker } = call;
  if (plan.do !== "service" && plan.do !== "schedule") return { status: "rejected", devices: [] };
  const { at, call: later } = plan.do === "schedule" ? plan : { at: 0, call: undefined };
  const action = plan.do === "service" ? plan.action : undefined;
  const service = stage.desk.run(
    action ?? { kind: "schedule", at, call: later as NonNullable<typeof later>, speaker, deed },
    tag,
  );
  if (service.refused !== undefined) return { status: "rejected", devices: [], reason: service.refused };
  const back = service.back && { service: service.back };
  stage.history.add({ tool, deed, at: stage.clock.now(), commands: [], ...back });
  return plan.do === "schedule"
    ? { status: "scheduled", devices: [], service, at }
    : { status: "done", devices: [], service };
}

async function actUndo(stage: Stage, call: BoundCall, options: ActOptions): Promise<Told> {
  const { plan } = call;
  if (plan.do !== "undo") return { status: "rejected", devices: [] };
  const told = await runCommands(stage, call, plan.commands, options);
  // Taken back once; kept only when it did not work, so that it can be tried again.
  if (told.status === "done" || told.status === "unknown") stage.history.drop(plan.action);
  const service = plan.service && told.status === "done" ? stage.desk.run(plan.service, options.tag) : undefined;
  if (service?.refused !== undefined) return { status: "rejected", devices: told.devices, reason: service.refused };
  return { ...told, ...(service && { service }) };
}

async function actOwner(stage: Stage, call: BoundCall, { signal, expiresAt, again, tag }: ActOptions): Promise<Told> {
  const { plan, tool, deed, timeoutMs } = call;
  const { post, clock, lanes } = stage;
  if (plan.do !== "owner" || post === undefined) return { status: "rejected", devices: [] };
  type Verdict = Omit<OwnerVerdict, "status"> & { status: OwnerVerdict["status"] | "expired" };
  const work = async (): Promise<Verdict> => {
    if (signal?.aborted) return { status: "rejected", reason: "cancelled before it was sent" };
    if (expiresAt !== undefined && clock.now() > expiresAt) return { status: "expired" };
    return post.send(plan.message, { timeoutMs, clock, signal, tag, ...(again && { again }) });
  };
  const full: Verdict = { status: "rejected", reason: "too many calls are waiting for it" };
  const { status, reason, say: told, data } = await (lanes.enter(`tool ${tool}`, false, work) ?? full);
  // Kept so that "undo that" means this, and is told that it cannot be.
  if (status === "done" || status === "unknown") stage.history.add({ tool, deed, at: clock.now(), commands: [] });
  const say = told ?? plan.say;
  const owner = {
    ...(say !== undefined && { say }),
    ...(told !== undefined && { saidBy: "flow" as const }),
    ...(data !== undefined && { data }),
  };
  return { status, devices: [], owner, ...(reason !== undefined && { reason }) };
}

function run(stage: Stage, call: BoundCall, options: ActOptions): Promise<Told> | Told {
  switch (call.plan.do) {
    case "command":
      return actCommands(stage, call, call.plan.commands, options);
    case "read":
      return actRead(stage, call, call.plan.property);
    case "undo":
      return actUndo(stage, call, options);
    case "owner":
      return actOwner(stage, call, options);
    default:
      return actService(stage, call, options);
  }
}

/** Acts once on an approved call. Throws only when there was no approval; all else is an outcome. */
export async function act(stage: Stage, approved: Approved, options: ActOptions = {}): Promise<Outcome> {
  if (!spendApproval(approved)) throw new DeviceError("internal.not_approved", { tool: approved.tool });
  const { tool, effect, deed, said, arguments: args } = approved;
  const about = { tool, effect, deed, said, arguments: args };
  const started = stage.clock.monotonic();
  const { signal, expiresAt } = options;
  if (signal?.aborted) return { ...about, status: "rejected", devices: [], reason: "cancelled", ms: 0 };
  if (expiresAt !== undefined && stage.clock.now() > expiresAt)
    return { ...about, status: "expired", devices: [], ms: 0 };
  const told = await run(stage, approved, options);
  return { ...about, ...told, ms: Math.round(stage.clock.monotonic() - started) };
}
