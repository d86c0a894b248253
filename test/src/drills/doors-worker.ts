// The daemon under the chaos and load drills: the service and all doors of `needled start`, the scripted interpreter in the model's place.
// argv: state folder, device socket, broker url ("": a broker of its own), limits as JSON, "forgetful" for the control.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDoors, openService, scriptedInterpreter, withDefaults } from "@needled/daemon";
import { drillAdapter } from "./device-adapter.ts";
import { forgetful } from "./forgetful.ts";
import { drillHome } from "./kill-home.ts";

/** Where the doors are, in places.json of the state folder. */
export interface Places {
  http: number;
  tokenPath: string;
  broker?: number;
}

const [state = "", devicePath = "", brokerUrl = "", limitsText = "{}", memory = ""] = process.argv.slice(2);
const isVerbose = process.env.DRILL_LOG === "1";
const log = {
  debug: () => {},
  warn: (message: string, fields?: object) =>
    void (isVerbose && process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)),
};
const limits = { per_minute: 100_000, burst: 100_000, in_flight: 16, waiting: 10_000, ttl_s: 30 };
const config = {
  ...withDefaults({}),
  home: { file: drillHome(state) },
  limits: { ...limits, ...(JSON.parse(limitsText) as Partial<typeof limits>) },
  http: { port: 0 },
  broker: { port: 0 },
  ...(brokerUrl !== "" && { mqtt: { url: brokerUrl } }),
};
let places: () => Places = () => ({ http: 0, tokenPath: "" });
const service = await openService(
  {
    config,
    state,
    seed: 1,
    model: undefined,
    paths: { modelsDir: undefined, enginePath: undefined },
    log,
    interpreter: scriptedInterpreter(),
    adapters: (home) => [drillAdapter(home, devicePath)],
    async doors({ awayMs }) {
      const { all, broker, http, tokenPath } = await openDoors({ config, state, credentials: undefined, awayMs, log });
      places = () => ({ http: http.port(), tokenPath, ...(broker && { broker: broker.port() }) });
      return memory === "forgetful" ? all.map((door) => (door.name === "mqtt" ? forgetful(door) : door)) : all;
    },
    crashLoopStarts: Number.POSITIVE_INFINITY,
  },
  new AbortController().signal,
);
await service.ready(new AbortController().signal);
writeFileSync(join(state, "places.json"), JSON.stringify(places()));
process.stdout.write("ready\n");
process.on("SIGTERM", () => void service.close().then(() => process.exit(0)));
