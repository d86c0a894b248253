// The commands by name. Each is loaded when it is asked for: `ask` must not wait for the brokers of `start`.
import type { CommandName } from "../argv.ts";
import type { Command } from "./io.ts";

export const commandTable: Readonly<Record<CommandName, Command>> = {
  ask: async (line, io) => (await import("./ask.ts")).runAsk(line, io),
  explain: async (line, io) => (await import("./explain.ts")).runExplain(line, io),
  eval: async (line, io) => (await import("./eval.ts")).runEval(line, io),
  start: async (line, io) => (await import("./start.ts")).runStart(line, io),
  init: async (line, io) => (await import("./init.ts")).runInit(line, io),
  confirm: async (line, io) => (await import("./confirm.ts")).runConfirm(line, io),
  pin: async (line, io) => (await import("./pin.ts")).runPin(line, io),
  config: async (line, io) => (await import("./config.ts")).runConfig(line, io),
  doctor: async (line, io) => (await import("./doctor.ts")).runDoctor(line, io),
  audit: async (line, io) => (await import("./audit.ts")).runAudit(line, io),
  version: async (line, io) => (await import("./version.ts")).runVersion(line, io),
  help: async (line, io) => (await import("./help.ts")).runHelp(line, io),
};
