// The adapter against a server that speaks Home Assistant's protocol on a real socket: breaks, refusals, twins and numbers.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import type { Adapter } from "../adapter.ts";
import { homeAssistantAdapter } from "./adapter.ts";

type Fields = Record<string, unknown>;

interface Server {
  readonly url: string;
  states: Fields[];
  readonly lists: Record<string, unknown>;
  readonly called: Fields[];
  logins: number;
  /** What a service call is answered; undefined: nothing. */
  reply: Fields | undefined;
  tell(entity: Fields): void;
  registryChanged(): void;
  cut(): void;
}

const closers: (() => unknown)[] = [];
after(() => Promise.all(closers.map((close) => close())));

const state = (entity_id: string, value: string, attributes: Fields = {}): Fields => ({
  entity_id,
  state: value,
  attributes: { friendly_name: entity_id.replace(/^.*\./, "").replaceAll("_", " "), ...attributes },
});

function answer(server: Server, message: Fields): Fields | undefined {
  const { type } = message;
  if (type === "get_states") return { success: true, result: server.states };
  if (type === "get_config") return { success: true, result: { state: "RUNNING", unit_system: { temperature: "°C" } } };
  if (type === "subscribe_events") return { success: true, result: null };
  if (type === "call_service") {
    server.called.push(message);
    return server.reply;
  }
  const result = server.lists[String(type)];
  if (result === undefined) return { success: false, error: { code: "unknown_command", message: "Unknown command." } };
  return { success: true, result };
}

async function serve(token = "good"): Promise<Server> {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(wss, "listening");
  const subscriptions: { ws: WebSocket; id: unknown; event: unknown }[] = [];
  const tellAll = (type: string, data: Fields): void => {
    for (const { ws, id, event } of subscriptions) {
      // Lists of messages are what Home Assistant sends when it has much to say.
      if (event === type) ws.send(JSON.stringify([{ id, type: "event", event: { event_type: type, data } }]));
    }
  };
  const server: Server = {
    url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}/api/websocket`,
    states: [],
    lists: { "config/entity_registry/list": [] },
    called: [],
    logins: 0,
    reply: { success: true, result: {} },
    tell: (entity) => tellAll("state_changed", { entity_id: entity.entity_id, new_state: entity }),
    registryChanged: () => tellAll("entity_registry_updated", {}),
    cut: () => wss.clients.forEach((ws) => void ws.terminate()),
  };
  wss.on("connection", (ws) => {
    ws.send(JSON.stringify({ type: "auth_required" }));
    ws.on("message", (data) => {
      const message = JSON.parse(data.toString()) as Fields;
      if (message.type === "auth") {
        server.logins += 1;
        ws.send(JSON.stringify({ type: message.access_token === token ? "auth_ok" : "auth_invalid", message: "no" }));
        return;
      }
      if (message.type === "subscribe_events") subscriptions.push({ ws, id: message.id, event: message.event_type });
      const told = answer(server, message);
      if (told) ws.send(JSON.stringify({ id: message.id, type: "result", ...told }));
    });
  });
  closers.push(() => {
    server.cut();
    wss.close();
  });
  return server;
}

async function open(server: Server, more: object = {}): Promise<Adapter> {
  const adapter = homeAssistantAdapter({ url: server.url, token: "good", retryMs: 20, ...more });
  closers.push(() => adapter.stop());
  await adapter.start();
  return adapter;
}

async function until(what: string, look: () => boolean): Promise<void> {
  for (let n = 0; n < 1_000 && !look(); n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(look(), what);
}

const turnOn = (address: string) => ({ device: address, address, set: { on: true }, expect: { on: true } });

test("a wrong token is tried once: who goes on trying may be banned", async () => {
  const server = await serve();
  const said: string[] = [];
  const adapter = await open(server, { token: "bad", graceMs: 300, log: (message: string) => said.push(message) });
  assert.equal(server.logins, 1);
  assert.match(said.join(), /refuses the token; make a new long-lived access token/);
  await assert.rejects(adapter.send(turnOn("light.a")), /does not know|not connected/);
});

test("a connection that breaks under a command leaves doubt, and comes back with what changed", async () => {
  const server = await serve();
  server.states = [state("light.a", "off"), state("light.b", "off")];
  server.reply = undefined;
  const adapter = await open(server);
  const away = new Map<string, boolean>();
  adapter.onReachable((address, reachable) => void away.set(address, !reachable));
  const receipt = adapter.send(turnOn("light.a"));
  await until("the call", () => server.called.length === 1);
  server.states = [state("light.a", "on"), state("light.b", "unavailable")];
  server.cut();
  assert.equal(await receipt, "sent");
  assert.deepEqual([away.get("light.a"), adapter.devices().length], [true, 2]);
  await assert.rejects(adapter.send(turnOn("light.a")), { code: "device.link" });
  await until("the lamp to be back", () => away.get("light.a") === false);
  assert.deepEqual(
    adapter.devices().map(({ state: now, reachable }) => [now.on, reachable]),
    [
      [true, true],
      [undefined, false],
    ],
  );
});

test("a refusal is the server's own words; what is unavailable is not asked at all", async () => {
  const server = await serve();
  server.states = [state("light.a", "off"), state("light.b", "unavailable")];
  server.reply = { success: false, error: { code: "home_assistant_error", message: "The bridge is on holiday" } };
  const adapter = await open(server);
  await assert.rejects(adapter.send(turnOn("light.a")), {
    code: "device.refused",
    message: "The bridge is on holiday",
  });
  await assert.rejects(adapter.send(turnOn("light.b")), /unavailable/);
  assert.equal(server.called.length, 1);
  assert.deepEqual(server.called[0]?.target, { entity_id: "light.a" });
});

test("what another adapter speaks with itself is left to it, by the hardware's address", async () => {
  const server = await serve();
  const ours = "0x00158d0001a2b3c4";
  server.states = [state("light.twin", "off"), state("light.zha", "off"), state("light.own", "off")];
  server.lists["config/entity_registry/list"] = ["twin", "zha"].map((id) => ({
    entity_id: `light.${id}`,
    device_id: id,
  }));
  server.lists["config/device_registry/list"] = [
    { id: "twin", identifiers: [["mqtt", `zigbee2mqtt_${ours}`]], connections: [] },
    { id: "zha", identifiers: [], connections: [["zigbee", "00:15:8d:00:01:ff:ff:ff"]] },
  ];
  let theirs: { address: string }[] = [{ address: `${ours.toUpperCase()}#2` }];
  let changed = (): void => {};
  const besides = [
    {
      devices: () => theirs,
      onChange(listener: () => void) {
        changed = listener;
        return () => undefined;
      },
    },
  ];
  const adapter = await open(server, { besides });
  const names = (): string[] => adapter.devices().map(({ name }) => name);
  assert.deepEqual(names(), ["own", "zha"]);
  theirs = [{ address: "0x00158d0001ffffff" }];
  changed();
  assert.deepEqual(names(), ["own", "twin"]);
});

test("rooms, floors and other names come from the registries; a room of the home's own name is that room", async () => {
  const server = await serve();
  server.states = [state("light.a", "off"), state("light.b", "off")];
  server.lists["config/entity_registry/list"] = [
    { entity_id: "light.a", area_id: "kueche" },
    { entity_id: "light.b", device_id: "d" },
  ];
  server.lists["config/device_registry/list"] = [{ id: "d", area_id: "loft" }];
  server.lists["config/area_registry/list"] = [
    { area_id: "kueche", name: "Kitchen", aliases: [] },
    { area_id: "loft", name: "Loft ☀", aliases: ["attic"], floor_id: "top" },
  ];
  server.lists["config/floor_registry/list"] = [{ floor_id: "top", name: "Top", aliases: [], level: 2 }];
  server.lists["config/entity_registry/get_entries"] = { "light.a": { aliases: ["big lamp", "<b>"] } };
  const adapter = await open(server, { areas: [{ id: "kitchen", name: "Kitchen", aliases: [], floor: undefined }] });
  assert.deepEqual(
    adapter.devices().map(({ area, aliases }) => [area, aliases]),
    [
      ["kitchen", ["big lamp", "b"]],
      ["loft", []],
    ],
  );
  assert.deepEqual(adapter.areas?.(), [{ id: "loft", name: "Loft", aliases: ["attic"], floor: "top" }]);
  assert.deepEqual(adapter.floors?.(), [{ id: "top", name: "Top", aliases: [], level: 2 }]);
});

test("entities come, go and are renamed while running", async () => {
  const server = await serve();
  server.states = [state("light.a", "off")];
  const adapter = await open(server);
  const names = (): string =>
    adapter
      .devices()
      .map(({ name }) => name)
      .join();
  server.states = [state("light.a", "off", { friendly_name: "Dragon" }), state("light.c", "on")];
  server.tell(server.states[0] as Fields);
  await until("the new name and the new lamp", () => names() === "Dragon,c");
  server.states = [state("light.c", "on")];
  server.registryChanged();
  await until("the lamp to be gone", () => names() === "c");
});

test("thousands of entities are bounded, and it is said", async () => {
  const server = await serve();
  server.states = Array.from({ length: 4_000 }, (_, n) => state(`light.lamp_${n}`, "off"));
  const said: string[] = [];
  const adapter = await open(server, { log: (message: string) => said.push(message) });
  assert.equal(adapter.devices().length, 1_500);
  assert.match(said.join(), /exposes too many entities/);
});

test("a scene is done when it was used, and one that moves a lock is not offered", async () => {
  const server = await serve();
  const lights = state("scene.movie", "unknown", { entity_id: ["light.a"] });
  server.states = [lights, state("scene.sesame", "unknown", { entity_id: ["light.a", "lock.front"] })];
  const adapter = await open(server);
  assert.deepEqual(
    adapter.scenes?.().map(({ name }) => name),
    ["movie"],
  );
  const told: unknown[] = [];
  adapter.onState((address, now) => void told.push([address, now]));
  assert.equal(await adapter.send(turnOn("scene.movie")), "accepted");
  server.tell({ ...lights, state: "2026-11-21T18:00:00+00:00" });
  await until("the word of the scene", () => told.length === 1);
  assert.deepEqual(told, [["scene.movie", { on: true }]]);
});
