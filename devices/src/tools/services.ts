// Timers, reminders, lists and messages: arguments → service action, or a question back.
import { textOf } from "../arguments.ts";
import { bindPhrase } from "../bind.ts";
import type { Arguments, Refusal, Speaker } from "../call.ts";
import { timerName } from "../desk.ts";
import type { Home, Place } from "../home.ts";
import { NEEDS } from "../needs.ts";
import { durationOf, readDuration } from "../read/duration.ts";
import { readTime } from "../read/time.ts";
import { sayDuration, sayList, sayName, sayTime } from "../say.ts";
import type { ServiceAction, ServicesSnapshot } from "../services.ts";
import { keyOf } from "../words.ts";
import { refuse } from "./tool.ts";

export interface ServiceContext {
  readonly home: Home;
  readonly now: number;
  readonly speaker: Speaker;
  readonly kept: ServicesSnapshot;
}

export interface ServicePlan {
  readonly action: ServiceAction;
  readonly deed: string;
}

type ServiceTool = (args: Arguments, context: ServiceContext) => ServicePlan | Refusal;

const setTimer: ServiceTool = (args) => {
  const durationMs = readDuration(textOf(args, "duration") ?? "");
  const label = textOf(args, "label") ?? "";
  return { action: { kind: "set_timer", durationMs, label }, deed: `set a timer for ${sayDuration(durationMs)}` };
};

const cancelTimer: ServiceTool = (args, { kept }) => {
  const { timers } = kept;
  const label = textOf(args, "label");
  if (timers.length === 0) return refuse("unsupported", "There is no timer running.");
  const bare = (text: string): string => keyOf(text.replace(/\btimers?\b/gi, ""));
  const every = label !== undefined && /^(all|both|every)\b/i.test(label);
  const asked = every || label === undefined ? "" : bare(label);
  const length = label === undefined ? undefined : durationOf(label.replace(/\btimers?\b/gi, "").trim());
  const found = timers.filter((t) => asked === "" || bare(t.label) === asked || t.durationMs === length);
  if (found.length === 0) return refuse("unknown_device", `I know no timer called ${label}; ${namesOf(timers)}.`);
  if (found.length > 1 && !every) return refuse("ambiguous", `Which timer: ${sayList(timers.map(timerName), "or")}?`);
  const ids = found.map((timer) => timer.id);
  return {
    action: { kind: "cancel_timer", ids },
    deed: `cancel ${sayList(found.map((timer) => `the ${timerName(timer)}`))}`,
  };
};

const namesOf = (timers: ServicesSnapshot["timers"]): string =>
  timers.length === 1 ? `there is the ${timers.map(timerName)}` : `there are the ${sayList(timers.map(timerName))}`;

const setReminder: ServiceTool = (args, { now }) => {
  const text = textOf(args, "text") ?? "";
  const when = textOf(args, "when");
  if (when === undefined) return refuse("invalid_arguments", `When shall I remind you: ${text}?`);
  const at = readTime(when, now);
  return { action: { kind: "set_reminder", text, at }, deed: `remind you ${sayTime(at, now)}: ${text}` };
};

function findPlace(places: readonly Place[], said: string, ending: RegExp): Place | undefined {
  const keys = [keyOf(said), keyOf(said.replace(ending, ""))];
  return places.find((place) => [place.name, ...place.aliases].some((name) => keys.includes(keyOf(name))));
}

const addToList: ServiceTool = (args, { home }) => {
  const item = textOf(args, "item") ?? "";
  const said = textOf(args, "list");
  const list = said === undefined ? home.lists[0] : findPlace(home.lists, said, /\blists?\b/gi);
  if (!list) {
    const names = home.lists.map((known) => sayName(known.name));
    const there = names.length > 0 ? ` I keep ${sayList(names)}.` : "";
    return refuse("unsupported", `I know no list called ${said ?? "that"}.${there}`);
  }
  return {
    action: { kind: "add_to_list", list: list.name, item },
    deed: `add ${item} to the ${list.name.toLowerCase()}`,
  };
};

const sendMessage: ServiceTool = (args, { home, speaker }) => {
  const message = textOf(args, "message") ?? "";
  const said = textOf(args, "to");
  const everywhere =
    said === undefined || /^(everyone|everybody|all|everywhere|the (whole )?(house|family)|the home)$/i.test(said);
  const speakers = home.devices.filter((device) => device.kind === "speaker").map((device) => device.id);
  const deed = said === undefined ? `announce: ${message}` : `tell ${said}: ${message}`;
  if (everywhere) return { action: { kind: "send_message", message, devices: speakers }, deed };
  const person = findPlace(home.people, said, /^(to|the) /gi);
  if (person) return { action: { kind: "send_message", message, to: person.name, devices: [] }, deed };
  const binding = bindPhrase(home, said, { ...NEEDS.volume, wide: true }, speaker);
  if (binding.status === "bound") {
    const devices = binding.devices.map((device) => device.id);
    return { action: { kind: "send_message", message, to: said, devices }, deed };
  }
  const names = home.people.map((known) => known.name);
  return refuse(
    "unsupported",
    `I know nobody and no speaker called ${said}. I can reach ${sayList([...names, "everyone"])}.`,
  );
};

export const SERVICE_TOOLS: Readonly<Record<string, ServiceTool>> = {
  set_timer: setTimer,
  cancel_timer: cancelTimer,
  set_reminder: setReminder,
  add_to_list: addToList,
  send_message: sendMessage,
};
