// A model's call → a complete plan: values read, names bound, commands made, risk known. Nothing happens here.
import type { Command } from "./adapter.ts";
import { checkArguments, textOf } from "./arguments.ts";
import { bindPhrase, type Need } from "./bind.ts";
import type { Arguments, Bound, BoundCall, Plan, Refusal, Risk, Speaker, ToolCall } from "./call.ts";
import { findTool, type ToolSpec } from "./catalogue.ts";
import { isReadError } from "./errors.ts";
import type { History } from "./history.ts";
import { type Device, findDevice, type Home, requireDevice, type Scene } from "./home.ts";
import { nearestNames } from "./nearest.ts";
import { readNeed } from "./needs.ts";
import { refuseBinding } from "./questions.ts";
import { readTime } from "./read/time.ts";
import { placeSplits } from "./readings.ts";
import { callRisk } from "./risk.ts";
import { sayDevices, sayName, sayTime } from "./say.ts";
import type { ServicesSnapshot } from "./services.ts";
import { temperatureFault } from "./tools/climate.ts";
import { SERVICE_TOOLS } from "./tools/services.ts";
import { DEVICE_TOOLS, timeoutOf } from "./tools/table.ts";
import { isRefusal, type Order, refuse } from "./tools/tool.ts";
import { vocabularyOf } from "./vocabulary.ts";
import { deedOf } from "./wording.ts";
import { joined, type Word, wordsOf } from "./words.ts";

export interface PlanContext {
  readonly home: Home;
  readonly now: number;
  readonly history: Pick<History, "last">;
  readonly kept: ServicesSnapshot;
}

interface Drafting extends PlanContext {
  readonly tool: ToolSpec;
  readonly args: Arguments;
  readonly speaker: Speaker;
}

interface Draft {
  readonly devices: readonly Device[];
  readonly said: string;
  readonly deed: string;
  readonly plan: Plan;
  readonly risk?: Risk;
  readonly timeoutMs?: number;
}

function commandFor(device: Device, order: Order): Command {
  const { set, verb, text, expect } = order;
  return {
    device: device.id,
    address: device.address,
    ...(set && { set }),
    ...(verb && { verb }),
    ...(text !== undefined && { text }),
    expect: expect ?? set ?? {},
  };
}

function findDevices(drafting: Drafting, need: Need): readonly Device[] | Refusal {
  const { home, tool, args, speaker } = drafting;
  const phrase = textOf(args, "name");
  const binding = bindPhrase(home, phrase, need, speaker);
  if (binding.status === "bound") return binding.devices;
  const deed = (said: string): string => deedOf(tool.name, { args, said, unit: home.unit });
  return refuseBinding(home, binding, phrase, deed);
}

const isList = (value: readonly Device[] | Refusal): value is readonly Device[] => Array.isArray(value);

const sceneWords = (text: string): Word[] => wordsOf(text.replace(/\b(scene|mode|mood|routine)\b/gi, ""));

/** By the scene's name, also with its room: "kitchen party mode", "party mode in the kitchen". */
function findScene(home: Home, phrase = ""): Scene | undefined {
  const words = sceneWords(phrase);
  const roomed = placeSplits(vocabularyOf(home), words).filter(({ rest }) => rest.length > 0);
  return home.scenes.find(({ name, aliases, area }) => {
    const keys = [name, ...aliases].map((known) => joined(sceneWords(known))).filter((key) => key !== "");
    const here = roomed.filter(({ place }) => area === undefined || place.areas.has(area));
    return [words, ...here.map(({ rest }) => rest)].some((said) => keys.includes(joined(said)));
  });
}

function draftScene(drafting: Drafting, scene: Scene): Draft {
  const { home } = drafting;
  const devices = home.devices.filter((device) => scene.set[device.id]);
  const commands = devices.map((device) => commandFor(device, { set: scene.set[device.id] ?? {} }));
  const said = sayName(scene.name).replace(/^the /, "");
  return { devices, said, deed: `activate ${said}`, plan: { do: "command", commands, scene: scene.name } };
}

function activateScene(drafting: Drafting): Draft | Refusal {
  const { home, args } = drafting;
  const phrase = textOf(args, "name");
  const scene = findScene(home, phrase);
  if (scene) return draftScene(drafting, scene);
  const names = home.scenes.map((known) => known.name);
  const near = nearestNames(phrase ?? "", names, 2);
  return refuse(
    "unknown_device",
    `I know no scene "${phrase}".${near.length > 0 ? ` Do you mean ${near.join(" or ")}?` : ""}`,
  );
}

/** Nobody is asked which one when none of them can do it. */
function faultOfAll({ home, tool, args }: Drafting, { candidates = [] }: Refusal): Refusal | undefined {
  const orders = candidates.map((id) => DEVICE_TOOLS[tool.name]?.order(args, requireDevice(home, id), home) ?? {});
  const [first] = orders;
  return first && isRefusal(first) && orders.every(isRefusal) ? first : undefined;
}

/** An able device carries that very name. */
function isCalled(home: Home, phrase: string | undefined, need: Need): boolean {
  const key = joined(wordsOf(phrase ?? ""));
  return vocabularyOf(home).devices.some(({ device, exact }) => exact.has(key) && need.able(device));
}

function draftCommands(drafting: Drafting): Draft | Refusal {
  const { home, tool, args } = drafting;
  // "Turn on movie night" means the scene, unless a device carries that very name.
  const handler = DEVICE_TOOLS[tool.name];
  if (!handler) return refuse("unsupported", `I cannot ${tool.name.replaceAll("_", " ")} yet.`);
  const need = handler.need(args);
  const phrase = textOf(args, "name");
  const scene = tool.name === "turn_on" && !isCalled(home, phrase, need) ? findScene(home, phrase) : undefined;
  if (scene) return draftScene(drafting, scene);
  const devices = findDevices(drafting, need);
  if (!isList(devices)) return faultOfAll(drafting, devices) ?? devices;
  const commands: Command[] = [];
  for (const device of devices) {
    const order = handler.order(args, device, home);
    if (isRefusal(order)) return order;
    commands.push(commandFor(device, order));
  }
  const said = sayDevices(home, devices);
  const deed = deedOf(tool.name, { args, said, unit: home.unit });
  return { devices, said, deed, plan: { do: "command", commands }, risk: callRisk(tool, devices, commands) };
}

/** What is worth a word when somebody asks after everything: on or off, open or shut, locked or not; also that it is not known. */
const isTelling = ({ reachable, essential, capabilities, state }: Device): boolean =>
  !essential &&
  (["on", "open", "locked"].some((key) => typeof state[key] === "boolean") ||
    typeof state.position === "number" ||
    (!reachable && capabilities.some((one) => /^(?:onoff|lock|cover)$/.test(one))));

function draftRead(drafting: Drafting): Draft | Refusal {
  const property = textOf(drafting.args, "property") ?? "state";
  const { area, refers = "nothing" } = drafting.speaker;
  const isVague = property === "state" && textOf(drafting.args, "name") === undefined;
  // "What is still on?", said nowhere in particular, asks for the whole home.
  if (isVague && area === undefined && (refers === "nothing" || refers === "here")) {
    const devices = drafting.home.devices.filter(isTelling);
    if (devices.length > 0)
      return { devices, said: "the house", deed: "look at the house", plan: { do: "read", property } };
    return refuse("invalid_arguments", "What shall I look at: which device or room?");
  }
  const devices = findDevices(drafting, readNeed(property));
  if (!isList(devices)) return devices;
  const said = sayDevices(drafting.home, devices);
  return { devices, said, deed: `read the ${property.replace("_", " ")} of ${said}`, plan: { do: "read", property } };
}

function draftUndo({ home, history, now, tool }: Drafting): Draft | Refusal {
  const last = history.last(now);
  if (!last) return refuse("unsupported", "There is nothing recent to take back.");
  if (last.commands.length === 0 && !last.service)
    return refuse("unsupported", `I cannot take that back: ${last.deed}.`);
  const devices = home.devices.filter((device) => last.commands.some((command) => command.device === device.id));
  const service = last.service && { service: last.service };
  const plan: Plan = { do: "undo", action: last.id, commands: last.commands, ...service };
  const timeoutMs = Math.max(timeoutOf(tool.name), timeoutOf(last.tool));
  return {
    devices,
    said: last.deed,
    deed: `undo: ${last.deed}`,
    plan,
    risk: callRisk(tool, devices, last.commands),
    timeoutMs,
  };
}

function draftService(drafting: Drafting): Draft | Refusal {
  const plan = SERVICE_TOOLS[drafting.tool.name]?.(drafting.args, drafting);
  if (!plan || isRefusal(plan)) return plan ?? refuse("unsupported", "I cannot do that yet.");
  return { devices: [], said: plan.deed, deed: plan.deed, plan: { do: "service", action: plan.action } };
}

function draft(drafting: Drafting): Draft | Refusal {
  const { tool } = drafting;
  if (tool.name in SERVICE_TOOLS) return draftService(drafting);
  if (tool.name === "get_state") return draftRead(drafting);
  if (tool.name === "undo") return draftUndo(drafting);
  return tool.name === "activate_scene" ? activateScene(drafting) : draftCommands(drafting);
}

/** Turns a draft with a `when` into a wish for later; binding it now shows faults while the person is there. */
function schedule(drafting: Drafting, made: Draft): Draft {
  const { args, tool, now } = drafting;
  const when = tool.name === "set_reminder" ? undefined : textOf(args, "when");
  const at = when === undefined ? now : readTime(when, now);
  if (at <= now) return made;
  const { when: _, ...rest } = args;
  const plan: Plan = { do: "schedule", at, call: { name: tool.name, arguments: rest } };
  return { ...made, plan, deed: `${made.deed} ${sayTime(at, now)}` };
}

/** A freezer or a router is not switched off on a word alone. */
function darkens(home: Home, { device, set }: Command): boolean {
  // What is taken back may have left the home since.
  return set?.on === false && findDevice(home, device)?.essential === true;
}

function finish(drafting: Drafting, made: Draft): BoundCall {
  const { tool, args, speaker, home } = drafting;
  const { plan } = made;
  const commands = plan.do === "command" || plan.do === "undo" ? plan.commands : [];
  return {
    tool: tool.name,
    arguments: args,
    risk: made.risk ?? callRisk(tool, home.devices, commands),
    ...(commands.some((command) => darkens(home, command)) && { asksFirst: true as const }),
    effect: tool.effect,
    timeoutMs: made.timeoutMs ?? timeoutOf(tool.name),
    targets: made.devices.map((device) => device.id),
    said: made.said,
    deed: made.deed,
    plan: made.plan,
    speaker,
  };
}

/** Binds one call. Never throws for what a person said; a refusal carries a whole sentence. */
export function bindCall(context: PlanContext, call: ToolCall, speaker: Speaker): Bound {
  const tool = findTool(call.name);
  const no = (refusal: Refusal): Bound => ({ ok: false, refusal });
  if (!tool) return no(refuse("unsupported", `I have no tool called ${call.name}.`));
  const fault = temperatureFault(context.home, call.arguments) ?? checkArguments(tool, call.arguments);
  if (fault) return no(fault);
  const drafting: Drafting = { ...context, tool, args: call.arguments, speaker };
  try {
    const made = draft(drafting);
    return isRefusal(made) ? no(made) : { ok: true, call: finish(drafting, schedule(drafting, made)) };
  } catch (error) {
    if (!isReadError(error)) throw error;
    return no(refuse("invalid_arguments", `${error.message}.`));
  }
}
