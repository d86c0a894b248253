// Command lines: which command, which options, and a helpful word for what is mistyped.
import { parseArgs } from "node:util";
import { codeOf, DaemonError, messageOf } from "./errors.ts";
import { nearestOf } from "./nearest.ts";

interface Option {
  type: "string" | "boolean";
  /** What the value is called in the help. */
  value?: string;
  help: string;
}

export interface CommandSpec {
  operand: string;
  help: string;
  options: Readonly<Record<string, Option>>;
}

const json: Option = { type: "boolean", help: "one JSON object on stdout" };
const model: Option = { type: "string", value: "NAME|PATH", help: "a model of models/manifest.json, or a GGUF file" };
const room: Option = { type: "string", value: "ROOM", help: "the room that the speaker is in" };
const simSeed: Option = { type: "string", value: "N", help: "seed of the simulated home (default 1)" };

const state: Option = { type: "string", value: "DIR", help: "folder of journal, audit and socket" };
const config: Option = {
  type: "string",
  value: "FILE",
  help: "configuration (YAML); none: /etc/needled/needled.yaml where it exists",
};

export const commands = {
  ask: {
    operand: "TEXT",
    help: "carry out what TEXT asks for: on the running daemon's home, else on a simulated one (TEXT - reads stdin)",
    options: {
      json,
      room,
      state,
      config,
      alone: { type: "boolean", help: "on a simulated home of its own, even when a daemon runs" },
      "dry-run": { type: "boolean", help: "do everything but send the commands" },
      model,
      "sim-seed": simSeed,
    },
  },
  explain: {
    operand: "TEXT",
    help: "show how TEXT is understood, without any effect",
    options: {
      json,
      room,
      source: { type: "string", value: "NAME", help: "as if this source asked (default: the prompt)" },
      at: { type: "string", value: "HH:MM", help: "as if it were this time" },
      alone: { type: "boolean", help: "on a simulated home of its own, even when a daemon runs" },
      state,
      config,
      model,
      "sim-seed": simSeed,
    },
  },
  eval: {
    operand: "SET.jsonl[.gz]",
    help: "run the model over a set in the data format and score it",
    options: {
      json,
      limit: { type: "string", value: "N", help: "only the first N records" },
      out: { type: "string", value: "FILE", help: "write one prediction line per record" },
      model,
    },
  },
  start: {
    operand: "",
    help: "run the daemon; nothing configured: a simulated home, a broker of its own, and a prompt",
    options: { config, state, room, model, "sim-seed": simSeed },
  },
  init: {
    operand: "",
    help: "look for a broker, Zigbee2MQTT, Home Assistant and serial devices, and write a configuration",
    options: {
      mqtt: { type: "string", value: "URL", help: "this broker; else the usual places are looked at" },
      username: { type: "string", value: "NAME", help: "for the broker" },
      "password-file": { type: "string", value: "FILE", help: "a file that holds the broker's password" },
      "home-assistant": { type: "string", value: "URL", help: "this one; else $HASS_SERVER and the usual places" },
      "token-file": { type: "string", value: "FILE", help: "a file that holds a long-lived access token of it" },
      ca: { type: "string", value: "FILE", help: "certificate to trust, for mqtts:// and https://" },
      out: { type: "string", value: "FILE", help: "where to write (default needled.yaml)" },
      force: { type: "boolean", help: "write over a file that is there" },
    },
  },
  confirm: {
    operand: "CODE",
    help: "say yes to what waits for a confirmation (--no refuses)",
    options: {
      state,
      config,
      no: { type: "boolean", help: "refuse instead" },
      pin: { type: "boolean", help: "read a PIN from stdin" },
    },
  },
  pin: {
    operand: "",
    help: "make the line that the file of `pin:` holds, from a PIN on stdin",
    options: {},
  },
  config: {
    operand: "validate [FILE]",
    help: "check a configuration and name everything that is wrong with it",
    options: { config },
  },
  doctor: {
    operand: "",
    help: "look at what the daemon needs and say what is missing",
    options: { config, state, json, model },
  },
  audit: {
    operand: "verify | find TEXT",
    help: "check that no line of the audit was changed, taken out or put in; find the lines of what somebody said",
    options: { config, state, json },
  },
  version: { operand: "", help: "print the version (also --version)", options: {} },
  help: { operand: "[COMMAND]", help: "print this help (also --help)", options: {} },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commands;

export interface CommandLine {
  command: CommandName;
  operands: string[];
  flags: ReadonlySet<string>;
  values: Readonly<Record<string, string>>;
}

const names = Object.keys(commands) as CommandName[];

function usage(message: string): DaemonError {
  return new DaemonError("request.usage", message);
}

function didYouMean(word: string, known: readonly string[], prefix = ""): string {
  const near = nearestOf(word, known);
  return near === undefined ? "" : ` Did you mean ${prefix}${near}?`;
}

function readCommand(word: string): CommandName {
  if (word === "--version" || word === "-v") return "version";
  if (word === "--help" || word === "-h") return "help";
  if ((names as string[]).includes(word)) return word as CommandName;
  if (word.startsWith("-")) throw usage(`The command comes first, not ${word}. Try: needled help`);
  throw usage(`needled has no command "${word}".${didYouMean(word, names, "needled ")} Try: needled help`);
}

/** The words of parseArgs are for programmers; only its codes are used. */
function explainBadOption(command: CommandName, args: string[], cause: unknown): DaemonError {
  const options: Readonly<Record<string, Option>> = commands[command].options;
  const known = Object.keys(options);
  const help = `Try: needled help ${command}`;
  const typed = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  const names = typed.filter((arg) => /^--./.test(arg)).map((arg) => arg.slice(2).split("=")[0] ?? "");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    return usage(`needled ${command} has no option --${unknown}.${didYouMean(unknown, known, "--")} ${help}`);
  }
  if (codeOf(cause) === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") {
    return usage(`needled ${command} takes no words after it. ${help}`);
  }
  if (codeOf(cause) === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") {
    const wrong = names.find((name) => messageOf(cause).includes(`--${name}`)) ?? "";
    const value = options[wrong]?.value;
    return usage(
      value === undefined
        ? `--${wrong} takes no value. ${help}`
        : `--${wrong} needs a value: --${wrong}=${value}. ${help}`,
    );
  }
  const short = typed.find((arg) => /^-[^-]/.test(arg));
  const text =
    commands[command].operand === "TEXT" ? ` For text that starts with a dash: needled ${command} -- TEXT.` : "";
  return usage(`needled ${command} has no option "${short ?? messageOf(cause)}".${text} ${help}`);
}

export function parseCommandLine(argv: readonly string[]): CommandLine {
  const [first, ...args] = argv;
  if (first === undefined) return { command: "help", operands: [], flags: new Set(), values: {} };
  const command = readCommand(first);
  const spec: CommandSpec = commands[command];
  const asksHelp = args.findIndex((arg) => arg === "--help" || arg === "-h");
  if (asksHelp >= 0 && !args.slice(0, asksHelp).includes("--")) {
    return { command: "help", operands: [command], flags: new Set(), values: {} };
  }
  const options = Object.fromEntries(Object.entries(spec.options).map(([name, { type }]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: spec.operand !== "", strict: true });
    const given = Object.entries(values);
    return {
      command,
      operands: positionals,
      flags: new Set(given.filter(([, value]) => value === true).map(([name]) => name)),
      values: Object.fromEntries(given.filter((pair): pair is [string, string] => typeof pair[1] === "string")),
    };
  } catch (cause) {
    throw explainBadOption(command, args, cause);
  }
}

/** A whole number of at least `least`, or what is wrong with it. */
export function readCount(line: CommandLine, option: string, least: number): number | undefined {
  const given = line.values[option];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (/^[0-9]+$/.test(given) && Number.isSafeInteger(value) && value >= least) return value;
  throw usage(`--${option} needs a whole number of at least ${least}, not "${given}".`);
}

export function helpText(about: string | undefined): string {
  if (about !== undefined) {
    const command = readCommand(about);
    const { operand, help, options }: CommandSpec = commands[command];
    const lefts = Object.entries(options).map(
      ([name, { value }]) => `--${name}${value === undefined ? "" : ` ${value}`}`,
    );
    const width = Math.max(...lefts.map(({ length }) => length));
    const lines = Object.values(options).map(({ help: what }, n) => `  ${(lefts[n] ?? "").padEnd(width)}  ${what}`);
    const usageLine = ["needled", command, operand, lines.length > 0 ? "[OPTION]..." : ""].filter(Boolean).join(" ");
    return [usageLine, `  ${help}`, ...lines].join("\n");
  }
  const lefts = names.map((name) => `needled ${name} ${commands[name].operand}`.trimEnd());
  const width = Math.max(...lefts.map(({ length }) => length));
  const rows = names.map((name, n) => `  ${(lefts[n] ?? "").padEnd(width)}  ${commands[name].help}`);
  return ["needled: ask for something in plain words, and it is done.", "", ...rows].join("\n");
}
