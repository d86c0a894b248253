// The playground: what was said, what the model made of it, what policy said, what the devices reported. Nothing of it leaves this machine.

const byId = (id) => document.getElementById(id);

/** An element; text is only ever text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

// The token comes behind the # of the address, which no server sees, and does not stay there.
function takeToken() {
  const given = location.hash.slice(1);
  if (given) {
    sessionStorage.setItem("needled.token", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("needled.token") ?? "";
}

let token = takeToken();

async function call(path, body) {
  const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
  const response = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  if (response.status === 401) askForToken();
  return response;
}

function askForToken() {
  if (byId("token")) return;
  const input = make("input", { name: "token", type: "password", "aria-label": "Token", placeholder: "token" });
  const take = (event) => {
    event.preventDefault();
    sessionStorage.setItem("needled.token", input.value.trim());
    location.reload();
  };
  const how =
    "This page needs the token of this daemon: it stands in http.token, in the state folder that `needled start` names.";
  byId("talk").prepend(
    make("form", { id: "token", submit: take }, make("p", {}, how), input, make("button", {}, "Enter")),
  );
}

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
function showDevice({ id, state, reachable }, isFresh) {
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

function showHome(home) {
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

/** The words, with those marked that a value was read from. */
function marked(text, calls) {
  const spans = calls.flatMap((one) => Object.values(one.spans ?? {})).sort((a, b) => a[0] - b[0]);
  const out = [];
  let at = 0;
  for (const [from, to] of spans) {
    if (from < at) continue;
    out.push(text.slice(at, from), make("mark", {}, text.slice(from, to)));
    at = to;
  }
  return [...out, text.slice(at)];
}

function callLine(one) {
  const values = Object.entries(one.arguments ?? {}).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const sure = make("meter", {
    min: 0,
    max: 1,
    value: one.confidence,
    title: `confidence ${one.confidence?.toFixed?.(2)}`,
  });
  const chip = (text) => (text ? make("span", { class: `chip ${text}` }, text.replaceAll("_", " ")) : undefined);
  const problem = one.problem ? make("span", { class: "more" }, one.problem.message) : undefined;
  return make(
    "div",
    { class: "call" },
    make("code", {}, `${one.name}(${values.join(", ")})`),
    sure,
    chip(one.policy),
    chip(one.outcome),
    problem,
  );
}

const shown = new Map();
const mostTurns = 60;

function showTurn(answer, source) {
  const { id } = answer.intent ?? answer;
  const key = `${source} ${id}`;
  const calls = answer.calls ?? [];
  const from = make("span", { class: "from" }, answer.dry_run ? `${source}, dry run` : source);
  const { engine, total } = answer.timings ?? {};
  const spent =
    total === undefined
      ? undefined
      : make("p", { class: "more" }, `model ${engine?.toFixed(0)} ms, in all ${total.toFixed(0)} ms`);
  const turn = make(
    "li",
    { class: "turn" },
    make("p", { class: "said" }, from, ...marked(answer.text ?? "", calls)),
    ...calls.map(callLine),
    make("p", { class: "reply" }, answer.reply ?? ""),
    spent,
  );
  if (shown.has(key)) shown.get(key).replaceWith(turn);
  else byId("turns").prepend(turn);
  shown.set(key, turn);
  while (byId("turns").childElementCount > mostTurns) byId("turns").lastElementChild.remove();
}

function note(text, what) {
  byId("turns").prepend(
    make("li", { class: "turn" }, make("p", { class: "said" }, text), make("p", { class: "reply" }, what)),
  );
}

async function ask(event) {
  event.preventDefault();
  const input = byId("text");
  const text = input.value.trim();
  if (text === "") return;
  input.value = "";
  input.focus();
  const id = `page-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
  try {
    // When it was said is not told: the clock of a board without a network may be far from this one.
    const response = await call("/v1/intent", { text, id, mode: byId("mode").value });
    const answer = await response.json();
    if (answer.refused) note(text, answer.refused.message);
    else showTurn(answer, "http");
  } catch {
    note(text, "The daemon did not answer. Nothing is known of what was done; look at the devices.");
  }
}

const waits = new Map();

function closeWait(challenge) {
  waits.get(challenge)?.remove();
  waits.delete(challenge);
}

function showWait({ at, challenge, deed, expires_at, intent, closed }) {
  if (closed || challenge === undefined) return closeWait(challenge);
  const say = (yes) => async () => {
    const response = await call("/v1/confirm", { challenge, yes });
    const answer = await response.json();
    if (answer.refused) note(deed, answer.refused.message);
    closeWait(challenge);
  };
  // Who asked may not agree: a yes comes on another way in than the question.
  const how =
    intent?.source === "http"
      ? [
          make(
            "p",
            { class: "more" },
            "Asked here, so agree somewhere else: ",
            make("code", {}, `needled confirm ${challenge}`),
          ),
        ]
      : [make("button", { click: say(true) }, "Yes"), " ", make("button", { click: say(false) }, "No")];
  const item = make("li", { class: "waits" }, make("p", { class: "said" }, `Waits for a yes: ${deed}`), ...how);
  closeWait(challenge);
  waits.set(challenge, item);
  byId("waiting").append(item);
  setTimeout(() => closeWait(challenge), Math.max(0, expires_at - at));
}

function onEvent(kind, body) {
  if (kind === "device") {
    if (rows.has(body.device)) showDevice({ id: body.device, state: body.state, reachable: body.reachable }, true);
    else void loadHome();
  } else if (kind === "confirm") showWait(body);
  else if (kind === "outcome" && body.kind !== "late") showTurn(body.answer ?? body, body.intent?.source ?? "");
}

/** Server-sent events, read by hand because EventSource sends no token. */
async function readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    held += value;
    const blocks = held.split("\n\n");
    held = blocks.pop();
    for (const block of blocks) {
      // Lines end with \n here; to a pattern the separators U+2028 and U+2029 within the words would end one, too.
      const lines = block.split("\n");
      const field = (name) => lines.find((line) => line.startsWith(name))?.slice(name.length);
      const [kind, data] = [field("event: "), field("data: ")];
      if (kind && data) onEvent(kind, JSON.parse(data));
    }
  }
}

async function loadHome() {
  const response = await call("/v1/home");
  if (response.ok) showHome(await response.json());
}

async function follow() {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 10_000)) {
    try {
      const response = await call("/v1/events");
      if (response.ok) {
        waitMs = 500;
        await loadHome();
        await readEvents(response);
      }
    } catch {
      // The daemon is away; what is shown of it says so.
    }
    await showHealth();
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

async function showHealth() {
  const place = byId("health");
  try {
    const health = await (await fetch("/health")).json();
    place.className = health.status === "ok" ? "ok" : "bad";
    const why = health.why ? `: ${health.why}` : "";
    place.textContent = `${health.status}${why}, ${health.model}, ${health.waiting} waiting`;
  } catch {
    place.className = "bad";
    place.textContent = "the daemon is away";
  }
}

byId("ask").addEventListener("submit", ask);
window.addEventListener("hashchange", () => {
  token = takeToken();
  void loadHome();
});
if (token === "") askForToken();
void showHealth();
setInterval(showHealth, 5_000);
void follow();
