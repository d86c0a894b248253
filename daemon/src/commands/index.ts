// The commands by name.
import type { CommandName } from "../argv.ts";
import { runAsk } from "./ask.ts";
import { runAudit } from "./audit.ts";
import { runConfig } from "./config.ts";
import { runConfirm } from "./confirm.ts";
import { runDoctor } from "./doctor.ts";
import { runEval } from "./eval.ts";
import { runExplain } from "./explain.ts";
import { runHelp } from "./help.ts";
import type { Command } from "./io.ts";
import { runPin } from "./pin.ts";
import { runStart } from "./start.ts";
import { runVersion } from "./version.ts";

export const commandTable: Readonly<Record<CommandName, Command>> = {
  ask: runAsk,
  explain: runExplain,
  eval: runEval,
  start: runStart,
  confirm: runConfirm,
  pin: runPin,
  config: runConfig,
  doctor: runDoctor,
  audit: runAudit,
  version: runVersion,
  help: runHelp,
};
