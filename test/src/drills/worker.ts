// The daemon under the kill drill: everything real but the model, and a device process of its own. Killed from outside or at a labelled point.
import { join } from "node:path";
import {
  createUnixDoor,
  type Door,
  type JournalPoint,
  openService,
  scriptedInterpreter,
  withDefaults,
} from "@needled/daemon";
import { type DrillAdapter, drillAdapter } from "./device-adapter.ts";
import { forgetful } from "./forgetful.ts";
import { drillHome } from "./kill-home.ts";
import { teller } from "./teller.ts";

const [state = "", devicePath = "", killPoint = "", killCount = "0", manner = "", rotateAfter = ""] =
  process.argv.slice(2);
const isVerbose = process.env.DRILL_LOG === "1";
const log = {
  debug: () => {},
  warn: (message: string, fields?: object) =>
    void (isVerbose && process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)),
};

let left = Number(killCount);
function at(point: JournalPoint): void {
  if (point !== killPoint) return;
  left -= 1;
  // No handler, no flush: what a power cut leaves of a process.
  if (left <= 0) process.kill(process.pid, "SIGKILL");
}

let devices: DrillAdapter | undefined;
function doorOf(): Door {
  const door = createUnixDoor({ path: join(state, "needled.sock"), log });
  if (manner === "forgetful") return forgetful(door);
  return manner === "telling" ? teller(door, async (id, outcome) => (await devices?.tell(id, outcome)) ?? false) : door;
}

const limits = { per_minute: 100_000, burst: 100_000, in_flight: 16, waiting: 10_000, ttl_s: 30 };
process.stdout.write("opening\n");
const opening = openService(
  {
    config: { ...withDefaults({}), home: { file: drillHome(state) }, limits },
    state,
    seed: 1,
    model: undefined,
    paths: { modelsDir: undefined, enginePath: undefined },
    log,
    interpreter: scriptedInterpreter(),
    adapters(home) {
      devices = drillAdapter(home, devicePath);
      return [devices];
    },
    doors: async () => [doorOf()],
    at,
    ...(rotateAfter !== "" && { rotateAfterBytes: Number(rotateAfter) }),
    crashLoopStarts: Number.POSITIVE_INFINITY,
  },
  new AbortController().signal,
);
const service = await opening.catch((error: Error) => {
  process.stderr.write(isVerbose ? `worker: ${error.message}\n` : "");
  process.exit(78);
});
await service.ready(new AbortController().signal);
process.stdout.write("ready\n");
process.on("SIGTERM", () => void service.close().then(() => process.exit(0)));
