// An adapter that starts the simulated home as a child process and speaks with it over its stdio.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Adapter, ReachableListener, Receipt, StateListener } from "../adapter.ts";
import { DeviceError } from "../errors.ts";
import type { Device, Home } from "../home.ts";
import type { SimulatorOptions } from "./simulator.ts";
import { type FromHome, openLines, type ToHome } from "./wire.ts";

const PROGRAM = fileURLToPath(new URL("./process.js", import.meta.url));
const START_MS = 10_000;
const STOP_MS = 2000;

const lostLink = (why: string, cause?: unknown): DeviceError => new DeviceError("device.link", { why }, cause);

function write(child: ChildProcessWithoutNullStreams, message: ToHome): void {
  child.stdin.write(`${JSON.stringify(message)}\n`);
}

interface Questions {
  /** The next id and the promise of its answer. */
  ask(signal: AbortSignal | undefined): { id: number; answer: Promise<Receipt> };
  settle(message: Extract<FromHome, { type: "receipt" | "refused" }>): void;
  failAll(why: string): void;
}

function openQuestions(): Questions {
  const open = new Map<number, { resolve: (receipt: Receipt) => void; reject: (error: DeviceError) => void }>();
  let next = 1;
  return {
    ask(signal) {
      const id = next++;
      const answer = new Promise<Receipt>((resolve, reject) => {
        open.set(id, { resolve, reject });
        const giveUp = (): void => {
          if (open.delete(id)) reject(new DeviceError("request.cancelled"));
        };
        signal?.addEventListener("abort", giveUp, { once: true });
      });
      return { id, answer };
    },
    settle(message) {
      const question = open.get(message.id);
      open.delete(message.id);
      if (message.type === "receipt") question?.resolve(message.receipt);
      else question?.reject(new DeviceError("device.refused", { why: message.why }));
    },
    failAll(why) {
      for (const { reject } of open.values()) reject(lostLink(why));
      open.clear();
    },
  };
}

/** Waits for the child's first word; rejects when it ends, is late or the start is cancelled. */
function awaitReady(
  child: ChildProcessWithoutNullStreams,
  onReady: (tell: (devices: readonly Device[]) => void) => void,
  signal?: AbortSignal,
): Promise<readonly Device[]> {
  let timer: NodeJS.Timeout | undefined;
  const told = new Promise<readonly Device[]>((resolve, reject) => {
    timer = setTimeout(() => reject(lostLink("the simulated home did not start")), START_MS);
    child.once("exit", (code) => reject(lostLink(`the simulated home ended (${code})`)));
    child.once("error", (error) => reject(lostLink(error.message, error)));
    signal?.addEventListener("abort", () => reject(new DeviceError("request.cancelled")), { once: true });
    onReady(resolve);
  });
  return told.finally(() => clearTimeout(timer));
}

interface Hearing {
  readonly onMessage: (message: FromHome) => void;
  readonly onFault: (why: string) => void;
  readonly onExit: () => void;
}

function spawnHome({ onMessage, onFault, onExit }: Hearing): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [PROGRAM], { stdio: "pipe", env: {} });
  child.stdout.setEncoding("utf8").on("data", openLines<FromHome>(onMessage, onFault));
  child.stdin.on("error", (error) => onFault(error.message));
  child.once("exit", onExit);
  return child;
}

async function endHome(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.stdin.end();
  const patience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(patience);
}

function listenIn<T>(set: Set<T>): (listener: T) => () => void {
  return (listener) => {
    set.add(listener);
    return () => void set.delete(listener);
  };
}

/** The simulated home in a process of its own. Options are the simulator's; the clock is the child's own. */
export function simulatedProcess(home: Home, options: Omit<SimulatorOptions, "clock"> = {}): Adapter {
  const questions = openQuestions();
  const stateListeners = new Set<StateListener>();
  const reachableListeners = new Set<ReachableListener>();
  let devices: readonly Device[] = [];
  let child: ChildProcessWithoutNullStreams | undefined;
  let ready = (_: readonly Device[]): void => {};

  const onMessage = (message: FromHome): void => {
    if (message.type === "ready") ready(message.devices);
    else if (message.type === "fault") questions.failAll(message.why);
    else if (message.type !== "state") questions.settle(message);
    else for (const listener of stateListeners) listener(message.address, message.state);
  };
  const onExit = (): void => {
    child = undefined;
    questions.failAll("the simulated home ended");
    for (const listener of reachableListeners) for (const { address } of devices) listener(address, false);
  };
  return {
    name: "simulated process",
    async start(signal) {
      if (signal?.aborted) throw new DeviceError("request.cancelled");
      const started = spawnHome({ onMessage, onFault: questions.failAll, onExit });
      child = started;
      const told = awaitReady(started, (tell) => (ready = tell), signal);
      write(started, { type: "open", devices: home.devices, ...options });
      devices = await told.catch((error: unknown) => {
        started.kill();
        throw error;
      });
    },
    stop: async () => child && endHome(child),
    devices: () => devices,
    async send(command, signal) {
      if (!child) throw lostLink("the simulated home is not running");
      const { id, answer } = questions.ask(signal);
      write(child, { type: "command", id, command });
      return answer;
    },
    onState: listenIn(stateListeners),
    onReachable: listenIn(reachableListeners),
  };
}
