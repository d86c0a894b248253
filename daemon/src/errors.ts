// Every way the daemon can fail by itself, and the exit code that each failure means to a caller.

/** What the shell sees. 69 and 78 are EX_UNAVAILABLE and EX_CONFIG of sysexits.h. */
export const exitCodes = { done: 0, refused: 1, usage: 2, unavailable: 69, config: 78 } as const;

const table = {
  "request.usage": { exit: exitCodes.usage, text: (what: string) => what },
  "request.no_file": { exit: exitCodes.usage, text: (what: string) => `cannot read ${what}` },
  "request.no_room": {
    exit: exitCodes.usage,
    text: (what: string, hint: string) => `this home has no room "${what}"${hint}`,
  },
  "request.bad_file": { exit: exitCodes.refused, text: (what: string) => `the file is damaged: ${what}` },
  "request.no_daemon": {
    exit: exitCodes.unavailable,
    text: (what: string) => `no needled daemon listens at ${what}; start it: needled start`,
  },
  "request.busy": {
    exit: exitCodes.unavailable,
    text: (what: string) => `the daemon at ${what} has too much to do; try again in a moment`,
  },
  "config.locked": {
    exit: exitCodes.config,
    text: (what: string, hint: string) =>
      `another needled (${hint}) uses ${what}; stop it, or give another: --state DIR`,
  },
  "config.state": {
    exit: exitCodes.config,
    text: (what: string, hint: string) => `cannot keep records in ${what}: ${hint}`,
  },
  "state.unwritable": {
    exit: exitCodes.unavailable,
    text: (what: string, hint: string) => `cannot keep records in ${what}: ${hint}`,
  },
  "config.invalid": { exit: exitCodes.config, text: (what: string) => what },
  "config.secret": { exit: exitCodes.config, text: (what: string) => `cannot read the secret ${what}` },
  "request.cannot_write": { exit: exitCodes.refused, text: (what: string) => `cannot write ${what}` },
  "config.broker": { exit: exitCodes.config, text: (what: string) => `no address of an MQTT broker: ${what}` },
  "init.home_assistant": {
    exit: exitCodes.unavailable,
    text: (what: string, why: string) => `the Home Assistant at ${what} cannot be used${why}`,
  },
  "init.broker": {
    exit: exitCodes.unavailable,
    text: (what: string, why: string) => `the broker at ${what} cannot be used${why}`,
  },
  "config.instance": { exit: exitCodes.config, text: (what: string) => `no name for an instance: "${what}"` },
  "config.socket": { exit: exitCodes.config, text: (what: string) => `no path for a socket: ${what}` },
  "config.token": { exit: exitCodes.config, text: (what: string) => `the file of the HTTP token: ${what}` },
  "config.serial": { exit: exitCodes.config, text: (what: string) => `the serial door: ${what}` },
  "door.in_use": { exit: exitCodes.unavailable, text: (what: string) => `another daemon runs here: ${what}` },
  "door.cannot_listen": {
    exit: exitCodes.unavailable,
    text: (what: string, hint: string) => `cannot listen on ${what}${hint}`,
  },
  "door.closed": { exit: exitCodes.unavailable, text: (what: string) => `the daemon went away: ${what}` },
} as const;

export type DaemonErrorCode = keyof typeof table;

export class DaemonError extends Error {
  override readonly name = "DaemonError";
  readonly retryable = false;
  readonly code: DaemonErrorCode;

  constructor(code: DaemonErrorCode, what: string, hint = "", options?: ErrorOptions) {
    super(table[code].text(what, hint), options);
    this.code = code;
  }
}

/** The shape that errors of every package share; no package imports another's class. */
interface CodedError {
  code: string;
  message: string;
  retryable?: boolean;
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && typeof (error as Partial<CodedError>).code === "string";
}

export function codeOf(error: unknown): string {
  return isCoded(error) ? error.code : "internal.unexpected";
}

export function isRetryable(error: unknown): boolean {
  return isCoded(error) && error.retryable === true;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Errors of other packages say by their family whose fault they are. */
export function exitCodeOf(error: unknown): number {
  const code = codeOf(error);
  if (code in table) return table[code as DaemonErrorCode].exit;
  if (code.startsWith("config.")) return exitCodes.config;
  if (code.startsWith("engine.")) return exitCodes.unavailable;
  return exitCodes.refused;
}

const advice: Readonly<Record<string, string>> = {
  "config.manifest": "Set NEEDLED_MODELS to a folder with a manifest.json, or give a GGUF file: --model PATH",
  "config.weights_missing": "Set NEEDLED_MODELS to the folder of the model, or give a GGUF file: --model PATH",
  "config.weights_changed": "Fetch the file again, or give it as it is: --model PATH",
  "config.bad_weights": "Fetch the file again, or give another: --model PATH",
  "config.broker": "An address looks like mqtt://192.168.1.2:1883 or mqtts://broker.lan:8883",
  "init.home_assistant":
    "Give its address and a file with a long-lived access token (your profile there, Security): needled init --home-assistant URL --token-file FILE, and --ca FILE for a certificate of your own",
  "init.broker":
    "Give its address, and a login if it wants one: needled init --mqtt URL --username NAME --password-file FILE",
  "config.instance": "Use up to 32 of A-Z a-z 0-9 _ and -",
  "config.state": "Make it writable, or give another: --state DIR",
  "state.unwritable": "Make room there, or give another: --state DIR",
  "engine.died": "Try again; NEEDLED_LOG=debug shows what the engine says, NEEDLED_ENGINE names another",
  "engine.hung": "Try again; NEEDLED_LOG=debug shows what the engine says",
};

/** The message, and what to try where something can be tried. */
export function adviseOn(error: unknown): string {
  const more = advice[codeOf(error)];
  return more === undefined ? messageOf(error) : `${messageOf(error)}. ${more}`;
}
