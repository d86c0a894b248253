// The playground: what was said, what the model made of it, what policy said, what the devices reported. Nothing of it leaves this machine.
import { byId, make } from "./dom.js";
import { hasDevice, showDevice, showHome } from "./home.js";

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
    answer.read_as && make("p", { class: "more" }, `read as: ${answer.read_as}`),
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

/** The field of a PIN: what is typed goes with one answer and is kept nowhere, not in the field either. */
function pinField(deed) {
  return make("input", {
    ...{ type: "password", inputmode: "numeric", maxlength: 64, required: true, size: 10 },
    // So that no browser offers to keep it.
    autocomplete: "one-time-code",
    placeholder: "PIN",
    "aria-label": `PIN to ${deed}`,
  });
}

/** How to agree, or where. */
function waysToAgree({ challenge, deed, by, intent }) {
  // Who asked may not agree, unless a PIN shows who it is: a yes comes on another way in than the question.
  if (intent?.source === "http" && by !== "pin" && by !== "any") {
    const how = make("code", {}, `needled confirm ${challenge}`);
    return make("p", { class: "more" }, "Asked here, so agree somewhere else: ", how);
  }
  const pin = by === "pin" ? pinField(deed) : undefined;
  const told = make("p", { class: "more", role: "alert" });
  const say = async (yes) => {
    const secret = pin && yes ? { pin: pin.value } : {};
    if (pin) pin.value = "";
    try {
      const answer = await (await call("/v1/confirm", { challenge, yes, ...secret })).json();
      const mayTryAgain = ["wrong_pin", "locked_out"].includes(answer.refused?.code);
      if (!mayTryAgain) closeWait(challenge);
      if (mayTryAgain) told.textContent = answer.refused.message;
      else if (answer.refused) note(deed, answer.refused.message);
      if (mayTryAgain) pin?.focus();
    } catch {
      told.textContent = "The daemon did not answer.";
    }
  };
  const agree = (event) => {
    event.preventDefault();
    void say(true);
  };
  const no = make("button", { type: "button", click: () => void say(false) }, "No");
  return make("form", { class: "agree", submit: agree }, pin, make("button", {}, "Yes"), no, told);
}

function showWait(asked) {
  const { at, challenge, deed, expires_at, closed } = asked;
  if (closed || challenge === undefined) return closeWait(challenge);
  const title = make("p", { class: "said" }, `Waits for a yes: ${deed}`);
  const item = make("li", { class: "waits" }, title, waysToAgree(asked));
  closeWait(challenge);
  waits.set(challenge, item);
  byId("waiting").append(item);
  setTimeout(() => closeWait(challenge), Math.max(0, expires_at - at));
}

function onEvent(kind, body) {
  if (kind === "device") {
    if (hasDevice(body.device)) showDevice({ id: body.device, state: body.state, reachable: body.reachable }, true);
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
