// A real Home Assistant in a process of its own: started from test/native/ha-configuration.yaml, with an owner, a token, rooms and floors.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { WebSocket } from "ws";
import { root } from "./cli.ts";

const program = process.env.NEEDLED_HASS ?? "";

/** Why tests that need it cannot run, or false. */
export const whyNoHomeAssistant: string | false = existsSync(program)
  ? false
  : "needs Home Assistant: install homeassistant and home-assistant-frontend into a Python environment, and set NEEDLED_HASS to its bin/hass";

type Fields = Record<string, unknown>;

export interface HomeAssistant {
  readonly url: string;
  readonly token: string;
  /** One message on a connection of its own kind: what an owner does in Home Assistant. */
  order(type: string, more?: Fields): Promise<Fields>;
  call(service: string, entity: string, data?: Fields): Promise<unknown>;
  stateOf(entity: string): Promise<{ state: string; attributes: Fields }>;
  kill(): Promise<void>;
  /** Again, as it was kept. */
  start(): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export async function until<T>(what: string, withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + withinMs;
  while (Date.now() < end) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await pause(500);
  }
  throw new Error(`waited ${withinMs / 1000} s for ${what}`);
}

async function post(url: string, body: Fields | URLSearchParams, token?: string): Promise<Fields> {
  const isForm = body instanceof URLSearchParams;
  const headers = {
    ...(!isForm && { "content-type": "application/json" }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(url, { method: "POST", headers, body: isForm ? body : JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Fields;
}

/** The first owner, as the onboarding page makes it. */
async function onboard(http: string): Promise<string> {
  const client_id = `${http}/`;
  const user = { client_id, name: "Owner", username: "owner", password: "owner-of-tests", language: "en" };
  const { auth_code } = await post(`${http}/api/onboarding/users`, user);
  const form = new URLSearchParams({ client_id, grant_type: "authorization_code", code: String(auth_code) });
  return String((await post(`${http}/auth/token`, form)).access_token);
}

async function order(url: string, token: string, message: Fields): Promise<Fields> {
  const ws = new WebSocket(url);
  try {
    return await new Promise<Fields>((resolve, reject) => {
      ws.on("error", reject);
      ws.on("message", (data) => {
        const told = JSON.parse(data.toString()) as Fields;
        if (told.type === "auth_required") ws.send(JSON.stringify({ type: "auth", access_token: token }));
        if (told.type === "auth_ok") ws.send(JSON.stringify({ id: 1, ...message }));
        if (told.type !== "result") return;
        if (told.success === true) resolve({ result: told.result });
        else reject(new Error(`${message.type}: ${JSON.stringify(told.error)}`));
      });
    });
  } finally {
    ws.close();
  }
}

/** Starts it with an owner; it takes half a minute and more. */
export async function startHomeAssistant(folder: string): Promise<HomeAssistant> {
  const port = await freePort();
  const http = `http://127.0.0.1:${port}`;
  const url = `ws://127.0.0.1:${port}/api/websocket`;
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(join(root, "test/native/ha-configuration.yaml"), "utf8");
  writeFileSync(join(folder, "configuration.yaml"), text.replace("PORT", String(port)));
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const log = openSync(join(folder, "out.log"), "a");
    child = spawn(program, ["-c", folder, "--skip-pip"], { stdio: ["ignore", log, log] });
    closeSync(log);
    await until("Home Assistant to answer", 900_000, async () =>
      (await fetch(`${http}/api/onboarding`)).ok ? true : undefined,
    );
  };
  await start();
  const short = await until("onboarding", 300_000, () => onboard(http));
  const long = { type: "auth/long_lived_access_token", client_name: "needled", lifespan: 30 };
  const token = String((await order(url, short, long)).result);
  await until("Home Assistant to run", 300_000, async () => {
    const { result } = await order(url, token, { type: "get_config" });
    return (result as Fields).state === "RUNNING" ? true : undefined;
  });
  return {
    url,
    token,
    start,
    order: (type, more = {}) => order(url, token, { type, ...more }),
    call: (service, entity, data = {}) =>
      post(`${http}/api/services/${service.replace(".", "/")}`, { entity_id: entity, ...data }, token),
    async stateOf(entity) {
      const answer = await fetch(`${http}/api/states/${entity}`, { headers: { authorization: `Bearer ${token}` } });
      return (await answer.json()) as { state: string; attributes: Fields };
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
