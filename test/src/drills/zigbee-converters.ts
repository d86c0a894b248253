// Thousands of real Zigbee devices on paper: the definitions of zigbee-herdsman-converters (a development tool, installed
// elsewhere) as Zigbee2MQTT lists them, and commands carried through their own converters to a radio that is not there.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const LIBRARY = "zigbee-herdsman-converters";

export type Payload = Record<string, unknown>;

/** One node of what a definition exposes; only what the drill looks at. */
export interface Exposed {
  type?: string;
  name?: string;
  property?: string;
  endpoint?: string;
  access?: number;
  value_on?: unknown;
  values?: unknown[];
  value_min?: number;
  value_max?: number;
  features?: Exposed[];
}

interface Converter {
  key?: string[];
  endpoints?: string[];
  convertSet?(entity: unknown, key: string, value: unknown, meta: object): Promise<{ state?: Payload } | undefined>;
}

interface Definition {
  vendor: string;
  model: string;
  description: string;
  toZigbee: Converter[];
  exposes: Exposed[] | ((device: object, options: object) => Exposed[]);
  endpoint?(device: object): Record<string, number>;
}

export interface Model {
  readonly vendor: string;
  readonly model: string;
  readonly description: string;
  readonly exposes: Exposed[];
  /** Carries a message as Zigbee2MQTT does: what it would report at once, and what it would log as an error. */
  set(message: Payload, name: string): Promise<{ report: Payload; errors: string[] }>;
}

/** Answers everything that a converter may ask of a radio with nothing; functions, so that a call never fails. */
function endpointStub(ID: number, device: object): object {
  const fixed: Record<string, unknown> = {
    ID,
    // By this name converters tell an endpoint from a group.
    constructor: { name: "Endpoint" },
    deviceIeeeAddress: "0x0000000000000001",
    meta: {},
    binds: [],
    clusters: {},
    inputClusters: [0, 3, 4, 5, 6, 8, 0x300],
    outputClusters: [],
    getDevice: () => device,
    supportsInputCluster: () => true,
    supportsOutputCluster: () => true,
    getClusterAttributeValue: () => undefined,
    hasPendingRequests: () => false,
    read: async () => ({}),
  };
  return new Proxy(fixed, {
    get: (target, key) =>
      typeof key === "string" && !(key in target) && key !== "then" ? async () => ({}) : Reflect.get(target, key),
  });
}

function deviceStub(definition: Definition): { device: object; endpointOf(name: string | undefined): object } {
  const endpoints = new Map<number, object>();
  const at = (id: number): object => {
    const known = endpoints.get(id);
    if (known !== undefined) return known;
    const made = endpointStub(id, device);
    endpoints.set(id, made);
    return made;
  };
  const device: Payload = {
    constructor: { name: "Device" },
    ieeeAddr: "0x0000000000000001",
    networkAddress: 1,
    modelID: definition.model,
    manufacturerName: definition.vendor,
    powerSource: "Mains (single phase)",
    type: "Router",
    meta: {},
    customClusters: {},
    getEndpoint: at,
    getEndpointByDeviceType: () => at(1),
    save: () => undefined,
    addCustomCluster: () => undefined,
  };
  Object.defineProperty(device, "endpoints", { get: () => [at(1), ...[...endpoints.values()].slice(1)] });
  const names = (): Record<string, number> => definition.endpoint?.(device) ?? {};
  const endpointOf = (name: string | undefined): object =>
    at((name === undefined ? names().default : names()[name]) ?? 1);
  return { device, endpointOf };
}

/** The state a device could be in before: some converters ask for it. */
export function sampleOf(exposes: readonly Exposed[]): Payload {
  const one = ({ property, value_on, values, value_min }: Exposed): Payload =>
    property === undefined ? {} : { [property]: value_on ?? values?.[0] ?? value_min ?? 0 };
  return Object.assign(
    {},
    ...exposes.map((e) => (e.features && e.type !== "composite" ? sampleOf(e.features) : one(e))),
  );
}

/** What a device would report by itself after a command whose converter reports nothing: a guess, and counted as one. */
export function guessedReports(message: Payload, exposes: readonly Exposed[]): Payload[] {
  const sample = sampleOf(exposes);
  return Object.entries(message).flatMap(([key, value]): Payload[] => {
    const [, end = ""] = /^state(_.+)?$/.exec(key) ?? [];
    const position = `position${end}`;
    if (value === "STOP") return [position in sample ? { [position]: 33 } : { [key]: "STOP" }];
    // A blind is on its way for long: two steps of it.
    if ((value === "OPEN" || value === "CLOSE") && position in sample)
      return (value === "OPEN" ? [20, 40] : [80, 60]).map((at) => ({ [key]: "OPEN", [position]: at }));
    if (value === "LOCK" || value === "UNLOCK")
      return [{ [key]: value, lock_state: value === "LOCK" ? "locked" : "unlocked" }];
    return [{ [key]: value }];
  });
}

const suffixed = (state: Payload, endpoint: string | undefined): Payload =>
  endpoint === undefined
    ? state
    : Object.fromEntries(Object.entries(state).map(([key, value]) => [`${key}_${endpoint}`, value]));

function openModel(definition: Definition, exposes: Exposed[]): Model {
  const { vendor, model, description, toZigbee } = definition;
  const { device, endpointOf } = deviceStub(definition);
  const listed = Object.keys(definition.endpoint?.(device) ?? {}).filter((name) => name !== "default");
  // Some definitions find their endpoints in the device itself.
  const endpoints = listed.length > 0 ? listed : [...new Set(exposes.flatMap(({ endpoint }) => endpoint ?? []))];
  const state = sampleOf(exposes);

  async function set(message: Payload, name: string): Promise<{ report: Payload; errors: string[] }> {
    const used = new Set<string>();
    const report: Payload = {};
    const errors: string[] = [];
    // State and brightness first, unless it goes off.
    const early = String(message.state).toLowerCase() !== "off";
    const isEarly = (key: string): boolean => ["state", "brightness"].includes(key) === early;
    const entries = Object.entries(message).sort(([a], [b]) => Number(isEarly(b)) - Number(isEarly(a)));
    for (const [whole, value] of entries) {
      const endpoint = endpoints.find((one) => whole.endsWith(`_${one}`));
      const key = endpoint === undefined ? whole : whole.slice(0, -endpoint.length - 1);
      const index = toZigbee.findIndex(
        (one) =>
          (!one.key || one.key.includes(key)) &&
          (!one.endpoints || (endpoint !== undefined && one.endpoints.includes(endpoint))),
      );
      const converter = toZigbee[index];
      if (converter?.convertSet === undefined) {
        errors.push(`No converter available for '${key}' on '${name}': (${JSON.stringify(value)})`);
        continue;
      }
      if (used.has(`${index} ${endpoint}`)) continue;
      used.add(`${index} ${endpoint}`);
      const plain = Object.entries(message).map(([k, v]) => [
        endpoint && k.endsWith(`_${endpoint}`) ? k.slice(0, -endpoint.length - 1) : k,
        v,
      ]);
      const publish = (news: Payload): void => void Object.assign(report, news);
      const meta = {
        endpoint_name: endpoint,
        options: {},
        message: Object.fromEntries(plain),
        device,
        state,
        mapped: definition,
        publish,
        deviceExposesChanged: () => undefined,
      };
      try {
        const result = await converter.convertSet(endpointOf(endpoint), key, value, meta);
        Object.assign(report, suffixed(result?.state ?? {}, endpoint));
      } catch (error) {
        errors.push(`Publish 'set' '${key}' to '${name}' failed: '${error}'`);
      }
    }
    Object.assign(state, report);
    return { report, errors };
  }
  return { vendor, model, description, exposes, set };
}

/** Every definition under `folder`, where `npm install zigbee-herdsman-converters` was run. */
export function loadModels(folder: string): { version: string; models: Model[] } {
  const root = resolve(folder);
  const require = createRequire(join(root, "package.json"));
  const { version } = require(`${LIBRARY}/package.json`) as { version: string };
  const library = require(LIBRARY) as {
    prepareDefinition(raw: unknown): Definition;
    setLogger(logger: object): void;
  };
  const quiet = (): void => undefined;
  library.setLogger({ debug: quiet, info: quiet, warning: quiet, error: quiet });
  const devices = join(root, "node_modules", LIBRARY, "dist/devices");
  const files = readdirSync(devices).filter((name) => name.endsWith(".js"));
  const models = files.sort().flatMap((file) => {
    const { definitions = [] } = require(join(devices, file)) as { definitions?: unknown[] };
    return definitions.map((raw) => {
      const definition = library.prepareDefinition(raw);
      const { exposes } = definition;
      const told = typeof exposes === "function" ? exposes({ isDummyDevice: true }, {}) : exposes;
      // As it would come over the wire: without classes.
      return openModel(definition, JSON.parse(JSON.stringify(told)) as Exposed[]);
    });
  });
  return { version, models };
}
