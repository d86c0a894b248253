// needled pin: a PIN on stdin becomes the hash that the configuration's `pin:` file holds.
import type { CommandLine } from "../argv.ts";
import { DaemonError, exitCodes } from "../errors.ts";
import { hashPin } from "../policy/pin.ts";
import type { CommandIo } from "./io.ts";
import { readLine } from "./text.ts";

export async function runPin(_line: CommandLine, io: CommandIo): Promise<number> {
  const pin = await readLine(io.stdin);
  if (!/^\S{4,64}$/.test(pin)) {
    throw new DaemonError(
      "request.usage",
      "A PIN has 4 to 64 characters without spaces. Try: needled pin < pin.txt > pin.hash",
    );
  }
  io.out(await hashPin(pin));
  return exitCodes.done;
}
