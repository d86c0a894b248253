// How devices, times and values are named in a sentence.
import { areaOf, type Device, type Home, type State } from "./home.ts";
import { KINDS } from "./kinds.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./read/duration.ts";
import { fromCelsius } from "./tools/climate.ts";

/** "Floor lamp" → "floor lamp", "TV" and "Anna's lamp" as they are. */
function inSentence(name: string): string {
  const [first = "", ...rest] = name.split(" ");
  const plain = /^\p{Lu}\p{Ll}+(-\p{Ll}+)*$/u.test(first);
  return [plain ? first.toLowerCase() : first, ...rest].join(" ");
}

const isOwned = (name: string): boolean => /^\p{Lu}[\p{L}]*['’]s? /u.test(name);

export function sayName(name: string): string {
  return isOwned(name) ? name : `the ${inSentence(name)}`;
}

/** One locks the door, not its lock. */
export function sayDevice({ name, kind }: Pick<Device, "name" | "kind">): string {
  return sayName(kind === "lock" ? name.replace(/(?<=.)\s+(smart )?lock$/i, "") : name);
}

export function sayList(items: readonly string[], word = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "the kitchen lights", "3 lights in the kitchen", "the floor lamp and the TV". */
export function sayDevices(home: Home, devices: readonly Device[]): string {
  const [first] = devices;
  if (!first) return "nothing";
  if (devices.length === 1) return sayDevice(first);
  const kinds = new Set(devices.map((device) => device.kind));
  const areas = new Set(devices.map((device) => device.area));
  if (devices.length <= 2 || (kinds.size > 1 && devices.length <= 3)) return sayList(devices.map(sayDevice));
  const what = kinds.size === 1 ? KINDS[first.kind].label[1] : "devices";
  const area = areas.size === 1 ? areaOf(home, first) : undefined;
  const rest = home.devices.filter((d) => d.area === first.area && kinds.has(d.kind) && !d.essential);
  if (area && kinds.size === 1 && rest.length === devices.length) return `${sayName(area.name)} ${what}`;
  if (area) return `${devices.length} ${what} in ${sayName(area.name)}`;
  const every =
    kinds.size === 1 && home.devices.every((d) => d.kind !== first.kind || d.essential || devices.includes(d));
  return every ? `all ${devices.length} ${what}` : `${devices.length} ${what}`;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

export function sayDuration(ms: number): string {
  const left = Math.max(0, Math.round(ms / SECOND)) * SECOND;
  const parts = [
    [Math.floor(left / DAY), "day"],
    [Math.floor((left % DAY) / HOUR), "hour"],
    [Math.floor((left % HOUR) / MINUTE), "minute"],
    [Math.floor((left % MINUTE) / SECOND), "second"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => plural(count, word));
  return said.length > 0 ? sayList(said) : "0 seconds";
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

export function sayTime(at: number, now: number): string {
  if (at - now <= HOUR) return `in ${sayDuration(at - now)}`;
  const date = new Date(at);
  const hour = date.getHours();
  const minutes = String(date.getMinutes()).padStart(2, "0");
  const time = `${hour % 12 || 12}:${minutes} ${hour < 12 ? "am" : "pm"}`;
  // "12 am" is the one that people mix up.
  const word = minutes === "00" ? { 0: "midnight", 12: "noon" }[hour] : undefined;
  const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(now)) / DAY);
  if (days === 0 || (days === 1 && word === "midnight")) return `at ${word ?? time}`;
  if (days === 1) return `tomorrow at ${word ?? time}`;
  return `on ${MONTHS[date.getMonth()]} ${date.getDate()} at ${time}`;
}

export function sayDegrees(celsius: number, unit: Home["unit"]): string {
  return `${fromCelsius(celsius, unit)} °${unit}`;
}

const ON_OFF = (value: unknown): string => (value === true ? "on" : "off");

function sayPosition(state: State): string | undefined {
  if (state.moving === "opening" || state.moving === "closing") return state.moving;
  const { position } = state;
  if (typeof position !== "number") return undefined;
  return position === 0 ? "closed" : position === 100 ? "open" : `${position} % open`;
}

/** What a sensor senses, as said when it is so and when it is not. */
const SENSED: Readonly<Record<string, readonly [string, string?]>> = {
  motion: ["seeing motion", "seeing no motion"],
  smoke: ["detecting smoke", "clear of smoke"],
  gas: ["detecting gas", "clear of gas"],
  carbon_monoxide: ["detecting carbon monoxide", "clear of carbon monoxide"],
  leak: ["wet", "dry"],
  vibration: ["vibrating", "still"],
  tamper: ["tampered with"],
  battery_low: ["low on battery"],
};

/** Said of a device that has nothing else to say, the first that it has. */
const MEASURED: readonly (readonly [string, string])[] = [
  ["humidity", "% humidity"],
  ["soil_moisture", "% soil moisture"],
  ["air_quality", "ppm"],
  ["illuminance", "lux"],
  ["power", "W"],
  ["energy", "kWh"],
  ["battery", "% battery"],
];

function saySensed(state: State): string[] {
  return Object.entries(SENSED).flatMap(([key, [yes, no]]) =>
    state[key] === true ? [yes] : state[key] === false && no !== undefined ? [no] : [],
  );
}

/** The state of one device in words: "on at 60 %", "closed and locked". */
export function sayState(device: Device, unit: Home["unit"]): string {
  const { state } = device;
  const words: string[] = [];
  const position = sayPosition(state);
  const climate = typeof state.mode === "string";
  if (climate) words.push(state.mode === "off" ? "off" : `set to ${state.mode}`);
  else if (typeof state.on === "boolean") {
    const dim = state.on && typeof state.brightness === "number" ? ` at ${state.brightness} %` : "";
    const fast = state.on && typeof state.percent === "number" ? ` at ${state.percent} %` : "";
    words.push(`${ON_OFF(state.on)}${dim}${fast}`);
  }
  if (position) words.push(position);
  if (typeof state.open === "boolean") words.push(state.open ? "open" : "closed");
  if (typeof state.locked === "boolean") words.push(state.locked ? "locked" : "unlocked");
  if (typeof state.target === "number" && state.mode !== "off") words.push(`target ${sayDegrees(state.target, unit)}`);
  if (typeof state.temperature === "number") words.push(`now ${sayDegrees(state.temperature, unit)}`);
  if (state.playback === "playing") words.push(state.title ? `playing ${state.title}` : "playing");
  if (state.playback === "paused") words.push("paused");
  if (typeof state.activity === "string") words.push(String(state.activity));
  if (typeof state.armed === "string") words.push(state.armed === "off" ? "disarmed" : `armed (${state.armed})`);
  words.push(...saySensed(state));
  const measured = words.length > 0 ? undefined : MEASURED.find(([key]) => typeof state[key] === "number");
  if (measured) words.push(`at ${state[measured[0]]} ${measured[1]}`);
  return sayList(words);
}
