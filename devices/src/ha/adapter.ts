// Home Assistant over its WebSocket: what its owner exposed to Assist as devices, commands as services of one entity.
import type { Adapter, Command, ReachableListener, Receipt, StateListener } from "../adapter.ts";
import { DeviceError } from "../errors.ts";
import type { Area, Device, Floor, State } from "../home.ts";
import { type Catalogued, catalogued, exposedEntities, type Known } from "./catalogue.ts";
import { findDomain } from "./domains.ts";
import { type Call, domainOf, type Entity, isSilent, isUnavailable, type View } from "./entity.ts";
import { type Lists, readAliases, readLists } from "./lists.ts";
import { openSocket, type Socket } from "./socket.ts";

export interface HomeAssistantOptions {
  /** `ws://homeassistant.local:8123/api/websocket` */
  readonly url: string;
  /** A long-lived access token. */
  readonly token: string;
  readonly ca?: Buffer | string;
  /** Rooms and floors that the home has already. */
  readonly areas?: readonly Area[];
  readonly floors?: readonly Floor[];
  /** Adapters that may speak with the same hardware themselves; what they have is left to them. */
  readonly besides?: readonly Adapter[];
  /** Of several Home Assistants: which one, from 1. */
  readonly number?: number;
  /** How long the start waits for the lists; after that the devices come when they come. */
  readonly graceMs?: number;
  readonly retryMs?: number;
  readonly log?: (message: string, fields?: Record<string, unknown>) => void;
}

const GRACE_MS = 5_000;
// Registries tell one change in several events.
const SETTLE_MS = 250;
const AGAIN_MS = 10_000;
const REGISTRIES = ["entity", "device", "area", "floor"];
/** Attributes that decide what an entity is called and what it can do. */
const TELLING = ["friendly_name", "supported_features", "supported_color_modes", "device_class", "hvac_modes"];

const refused = (why: string): DeviceError => new DeviceError("device.refused", { why });
const lost = (why: string): DeviceError => new DeviceError("device.link", { why });

const asEntity = (value: unknown): Entity | undefined => {
  const entity = value as Entity | null | undefined;
  return typeof entity?.entity_id === "string" && typeof entity.state === "string" && entity.attributes
    ? entity
    : undefined;
};

const looksOther = (a: Entity, b: Entity): boolean =>
  TELLING.some((key) => JSON.stringify(a.attributes[key]) !== JSON.stringify(b.attributes[key]));

const bareAddress = (address: string): string => address.replace(/#.*$/, "").toLowerCase();
const nothing: Catalogued = { known: new Map(), areas: [], floors: [], scenes: [], left: 0, chosen: 0 };

export function homeAssistantAdapter(options: HomeAssistantOptions): Adapter {
  const { url, log = () => {}, number = 1, besides = [] } = options;
  const states = new Set<StateListener>();
  const reaches = new Set<ReachableListener>();
  const changes = new Set<() => void>();
  const ends: (() => void)[] = [];
  const entities = new Map<string, Entity>();
  const asked = new Map<string, State>();
  let found = nothing;
  /** What is ours to show, by entity id: what other adapters speak with themselves is left to them. */
  let shown: ReadonlyMap<string, Known> = new Map();
  /** All that, as others last saw it. */
  let listed = "";
  /** States that came while the lists were read: newer than these. */
  let late: Map<string, Entity> | undefined;
  let isFahrenheit = false;
  let isUp = false;
  let settling: NodeJS.Timeout | undefined;
  let heardOf = (): void => {};

  const viewOf = (id: string): View => ({ isFahrenheit, asked: asked.get(id) ?? {} });
  const entityIf = (id: string): Entity | undefined => {
    const entity = isUp ? entities.get(id) : undefined;
    return entity === undefined || isSilent(entity) ? undefined : entity;
  };

  function changed(): void {
    const theirs = new Set(besides.flatMap((adapter) => adapter.devices().map(({ address }) => bareAddress(address))));
    shown = new Map([...found.known].filter(([, { hardware }]) => !hardware.some((one) => theirs.has(one))));
    const { areas, floors, scenes } = found;
    const devices = [...shown.values()].map(({ device }) => ({ ...device, state: {}, reachable: true }));
    const now = JSON.stringify([devices, areas, floors, scenes]);
    if (now === listed) return;
    listed = now;
    for (const change of changes) change();
  }

  function tell(id: string, { device, domain }: Known, report?: State): void {
    const entity = entityIf(id);
    const reachable = entity !== undefined;
    for (const reach of reaches) reach(device.address, reachable);
    const state = report ?? (entity ? domain.read(entity, viewOf(id)) : {});
    if (Object.keys(state).length === 0) return;
    for (const listener of states) listener(device.address, state);
  }

  function settle(afterMs = SETTLE_MS): void {
    clearTimeout(settling);
    settling = setTimeout(() => void relist(), afterMs);
  }

  /** While Home Assistant starts, what it has not brought yet is away, not gone. */
  function withAbsent(lists: Lists): Lists {
    const there = new Set(lists.states.map(({ entity_id }) => entity_id));
    const listed = new Set(lists.entities.map(({ entity_id }) => entity_id));
    const away = [...found.known.keys()].flatMap((id): Entity[] => {
      const old = entities.get(id);
      if (old === undefined || there.has(id) || (lists.isRunning && !listed.has(id))) return [];
      return [{ ...old, state: "unavailable" }];
    });
    return { ...lists, states: [...lists.states, ...away] };
  }

  async function relist(): Promise<void> {
    if (late !== undefined) {
      settle();
      return;
    }
    late = new Map();
    try {
      const told = await readLists(socket);
      if (told !== undefined) await take(withAbsent(told));
      if (isUp && !told?.isRunning) settle(AGAIN_MS);
    } finally {
      late = undefined;
    }
  }

  async function take(lists: Lists): Promise<void> {
    const ids = new Set(lists.entities.map(({ entity_id }) => entity_id));
    const exposed = exposedEntities(lists).entities.map(({ entity_id }) => entity_id);
    const aliases = await readAliases(
      socket,
      exposed.filter((id) => ids.has(id)),
    );
    isFahrenheit = lists.isFahrenheit;
    entities.clear();
    const news = [...lists.states, ...(late?.values() ?? [])];
    for (const entity of news) if (findDomain(entity.entity_id)) entities.set(entity.entity_id, entity);
    const { areas = [], floors = [] } = options;
    found = catalogued(lists, { areas, floors, aliases, mark: number === 1 ? "" : String(number), viewOf });
    for (const id of asked.keys()) if (!found.known.has(id)) asked.delete(id);
    if (found.left > 0) log(`${url} exposes too many entities; expose fewer to Assist`, { left_out: found.left });
    changed();
    heardOf();
    // The home must know the devices before it can take their reports.
    setImmediate(() => {
      for (const [id, one] of shown) tell(id, one);
    });
  }

  function onState({ entity_id: id, new_state: news }: Record<string, unknown>): void {
    if (typeof id !== "string" || findDomain(id) === undefined) return;
    const entity = asEntity(news);
    const old = entities.get(id);
    if (entity === undefined) {
      if (found.known.has(id)) settle();
      return;
    }
    entities.set(id, entity);
    late?.set(id, entity);
    if (old === undefined || looksOther(old, entity)) settle();
    const one = shown.get(id);
    if (one === undefined) return;
    const isUsed = domainOf(id) === "scene" && old !== undefined && old.state !== entity.state && !isSilent(entity);
    tell(id, one, isUsed ? { on: true } : undefined);
  }

  async function onReady(): Promise<void> {
    isUp = true;
    // First to listen, then to ask: nothing falls between.
    const told = [socket.subscribe("state_changed", onState)];
    for (const name of REGISTRIES) told.push(socket.subscribe(`${name}_registry_updated`, () => settle()));
    const [first] = await Promise.all(told);
    if (first?.is === "error") log(`${url} does not tell states`, { message: first.message });
    await relist();
  }

  const socket: Socket = openSocket({
    ...options,
    log,
    onReady: () => void onReady(),
    onLost() {
      isUp = false;
      clearTimeout(settling);
      for (const [id, one] of shown) tell(id, one);
    },
  });

  async function callAll(calls: readonly Call[], id: string): Promise<Receipt> {
    for (const { service, data = {} } of calls) {
      const domain = domainOf(id);
      const answer = await socket.request({
        type: "call_service",
        domain,
        service,
        service_data: data,
        target: { entity_id: id },
      });
      if (answer.is === "error") throw refused(answer.message.slice(0, 200));
      if (answer.is === "unsent") throw lost(answer.why);
      if (answer.is === "lost") return "sent";
    }
    return "accepted";
  }

  function send(command: Command, signal?: AbortSignal): Promise<Receipt> {
    const [id, one] = [...shown].find(([, { device }]) => device.address === command.address) ?? [];
    if (id === undefined || one === undefined) {
      return Promise.reject(lost(`Home Assistant does not know ${command.address} any more`));
    }
    if (!isUp) return Promise.reject(lost(`${url} is not connected`));
    const entity = entities.get(id);
    // Home Assistant itself drops services for such an entity without a word.
    if (entity === undefined || isUnavailable(entity)) {
      return Promise.reject(refused("Home Assistant calls it unavailable"));
    }
    const calls = one.domain.calls(command, entity, viewOf(id));
    if (calls.length === 0) return Promise.reject(refused("it has nothing to set for that in Home Assistant"));
    asked.set(id, { ...asked.get(id), ...command.set });
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => resolve("sent"), { once: true });
      callAll(calls, id).then(resolve, reject);
    });
  }

  return {
    name: `home assistant ${url}`,
    async start(signal) {
      for (const adapter of besides) {
        const end = adapter.onChange?.(changed);
        if (end) ends.push(end);
      }
      socket.open();
      await new Promise<void>((resolve) => {
        heardOf = resolve;
        setTimeout(resolve, options.graceMs ?? GRACE_MS).unref();
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
    },
    async stop() {
      for (const end of ends.splice(0)) end();
      clearTimeout(settling);
      socket.close();
    },
    devices: (): readonly Device[] =>
      [...shown].map(([id, { device, domain }]) => {
        const entity = entityIf(id);
        const state = entity ? domain.read(entity, viewOf(id)) : device.state;
        return { ...device, state, reachable: entity !== undefined };
      }),
    areas: () => found.areas,
    floors: () => found.floors,
    scenes: () => found.scenes,
    onChange(listener) {
      changes.add(listener);
      return () => void changes.delete(listener);
    },
    send,
    onState(listener) {
      states.add(listener);
      return () => void states.delete(listener);
    },
    onReachable(listener) {
      reaches.add(listener);
      return () => void reaches.delete(listener);
    },
  };
}
