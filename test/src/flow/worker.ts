// The daemon of the tests of flow tools: the service and all doors of `needled start`, the scripted interpreter in the model's place.
// argv: state folder, configuration file.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDoors, openService, readWhole, scriptedInterpreter } from "@needled/daemon";

const [state = "", file = ""] = process.argv.slice(2);
const read = await readWhole(file, { credentials: undefined, withSecrets: true });
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { config, tools } = read;
const isVerbose = process.env.FLOW_LOG === "1";
const tell = (message: string, fields?: object): void =>
  void (isVerbose && process.stderr.write(`${message} ${JSON.stringify(fields)}\n`));
const log = { debug: tell, warn: tell };
let places = (): object => ({});
const service = await openService(
  {
    config,
    state,
    tools,
    seed: 1,
    model: undefined,
    paths: { modelsDir: undefined, enginePath: undefined },
    log,
    interpreter: scriptedInterpreter(),
    async doors({ awayMs }) {
      const { all, broker, http, tokenPath } = await openDoors({ config, state, credentials: undefined, awayMs, log });
      places = () => ({ http: http.port(), tokenPath, ...(broker && { broker: broker.port() }) });
      return all;
    },
    crashLoopStarts: Number.POSITIVE_INFINITY,
  },
  new AbortController().signal,
);
await service.ready(new AbortController().signal);
writeFileSync(join(state, "places.json"), JSON.stringify(places()));
process.stdout.write("ready\n");
process.on("SIGTERM", () => void service.close().then(() => process.exit(0)));
// For the test of memory: what the process uses once its garbage is gone.
process.on("SIGUSR2", () => {
  global.gc?.();
  process.stdout.write(`memory ${JSON.stringify(process.memoryUsage())}\n`);
});
