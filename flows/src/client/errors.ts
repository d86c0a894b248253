// Everything that can go wrong between a node and the daemon: a code for programs, a sentence that says what to do.

export type ClientCode =
  | "not_connected"
  | "timeout"
  | "refused"
  | "no_audio"
  | "no_daemon"
  | "busy"
  | "closed"
  | "input"
  | "no_such_call";

export class ClientError extends Error {
  readonly code: ClientCode;
  /** The daemon's own word, when it refused. */
  readonly refusal: string | undefined;

  constructor(code: ClientCode, message: string, refusal?: string) {
    super(message);
    this.name = "NeedledError";
    this.code = code;
    this.refusal = refusal;
  }
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node gives an attempt at several addresses an empty message.
  const { code } = error as { code?: unknown };
  return error.message === "" && code !== undefined ? String(code) : error.message;
}
