// The simulated home as a program of its own: JSON lines on stdin and stdout, ends when stdin does.
import { DeviceError } from "../errors.ts";
import { openSimulator, type Simulator } from "./simulator.ts";
import { type FromHome, openLines, type ToHome } from "./wire.ts";

let simulator: Simulator | undefined;

function say(message: FromHome): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function answer(home: Simulator, message: Extract<ToHome, { type: "command" }>): Promise<void> {
  const { id, command } = message;
  try {
    say({ type: "receipt", id, receipt: await home.send(command) });
  } catch (error) {
    const why = error instanceof DeviceError ? error.message : String(error);
    say({ type: "refused", id, why });
  }
}

function hear(message: ToHome): void {
  if (message.type === "open") {
    const { devices, type: _, ...options } = message;
    simulator = openSimulator(devices, options);
    simulator.onState((address, state) => say({ type: "state", address, state }));
    say({ type: "ready", devices: simulator.devices() });
    return;
  }
  if (simulator) void answer(simulator, message);
  else say({ type: "fault", why: "a command came before open" });
}

process.stdin.setEncoding("utf8");
process.stdin.on(
  "data",
  openLines<ToHome>(hear, (why) => say({ type: "fault", why })),
);
process.stdin.on("end", () => simulator?.stop());
