// The home as the page shows it: devices by room, and what they report.
import { byId, make } from "./dom.js";

// What people try first; the room and device names are those of the home that is there.
function suggest(devices) {
  const light = devices.find(({ kind, area }) => kind === "light" && area);
  const lock = devices.find(({ kind }) => kind === "lock");
  const tries = [
    light && `turn on the ${light.name.toLowerCase()}`,
    light && `set the ${light.name.toLowerCase()} to 30 percent`,
    lock && `unlock the ${lock.name.toLowerCase()}`,
    "remind me in ten minutes to check the oven",
  ];
  const press = (text) => () => {
    byId("text").value = text;
    byId("ask").requestSubmit();
  };
  byId("tries").replaceChildren(
    ...tries.filter(Boolean).map((text) => make("button", { type: "button", click: press(text) }, text)),
  );
}

const rows = new Map();

export const hasDevice = (id) => rows.has(id);
const known = new Map();

const words = {
  on: ["on", "off"],
  locked: ["locked", "unlocked"],
  open: ["open", "closed"],
  playing: ["playing", "stopped"],
};
const units = {
  ...{ brightness: " %", position: " % open", volume: " %", battery: " % battery", humidity: " % humidity" },
  ...{ temperature: "°", target: "°", kelvin: " K", power: " W", lux: " lx" },
};
/** Their values say all. */
const plain = new Set(["playback", "activity", "mode", "moving", "title", "armed", "speed", "color"]);

function stateText(state) {
  const parts = Object.entries(state).map(([key, value]) => {
    if (typeof value === "boolean") return value || key in words ? (words[key] ?? [key])[value ? 0 : 1] : "";
    if (plain.has(key)) return String(value).replaceAll("_", " ");
    return key in units ? `${value}${units[key]}` : `${key.replaceAll("_", " ")} ${value}`;
  });
  return parts.filter((part) => part !== "").join(", ");
}

/** An event brings what changed of a state. */
export function showDevice({ id, state, reachable }, isFresh) {
  const row = rows.get(id);
  if (row === undefined) return;
  known.set(id, { ...known.get(id), ...state });
  const whole = known.get(id);
  const isOn = whole.on === true || whole.playing === true || whole.open === true || whole.locked === false;
  row.className = `device${isOn ? " on" : ""}${reachable ? "" : " away"}`;
  row.querySelector(".state").textContent = reachable ? stateText(whole) : "not reachable";
  if (!isFresh) return;
  void row.offsetWidth; // so that the same animation starts again
  row.classList.add("fresh");
}

export function showHome(home) {
  byId("where").textContent = `${home.name}, ${home.devices.length} devices`;
  rows.clear();
  known.clear();
  const rooms = [...home.areas, { id: undefined, name: "Elsewhere" }].map(({ id, name }) => {
    const there = home.devices.filter((device) => (device.area ?? undefined) === id);
    const lines = there.map((device) => {
      const row = make("div", {}, make("span", {}, device.name), make("span", { class: "state" }));
      rows.set(device.id, row);
      return row;
    });
    return there.length > 0 ? make("div", { class: "room" }, make("h2", {}, name), ...lines) : undefined;
  });
  byId("home").replaceChildren(...rooms.filter(Boolean));
  for (const device of home.devices) showDevice(device, false);
  suggest(home.devices);
}
