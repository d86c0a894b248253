/** Everything that can go wrong in this package: one class, one table. */

const TABLE = {
  "config.engine_missing": ["the engine program {path} cannot be started; build it with `npm run build:engine`", false],
  "config.manifest": ["the model manifest {path} is unusable: {why}", false],
  "config.weights_missing": ["the weights file {path} cannot be opened", false],
  "config.weights_changed": ["the weights file {path} is not the one in the manifest (sha256 {found})", false],
  "config.bad_weights": ["the weights file is damaged or not a needle model: {why}", false],
  "config.lockdown": ["the engine's sandbox could not be set up: {why}", false],
  "request.schema": ["the schema at {place} cannot be used: {why}", false],
  "request.too_many_tools": ["{count} tools are more than the {limit} a catalogue can hold", false],
  "request.program_too_large": ["the tools make a grammar of {size} bytes; the limit is {limit}", false],
  "request.block_too_long": ["{name}: names, keys and types alone pass {limit} tokens", false],
  "request.too_many_blocks": ["more blocks than the engine's cache can hold", false],
  "request.bad_text": ["the text is not valid UTF-8", false],
  "request.empty_query": ["the query has no words", false],
  "request.query_too_long": ["the query is longer than the model can read", false],
  "request.frame_too_large": ["the request has {size} bytes; the limit is {limit}", false],
  "request.cancelled": ["cancelled", false],
  "request.deadline": ["no answer within {ms} ms", true],
  "request.busy": ["too many requests are waiting", true],
  "model.no_way_out": ["the grammar leaves no legal token", false],
  "model.answer_too_long": ["the answer does not fit the token budget", false],
  "engine.died": ["the engine ended in the middle of the request ({how})", true],
  "engine.hung": ["the engine gave no sign of life for {ms} ms and was ended", true],
  "engine.unavailable": ["the engine is not running: {why}", true],
  "engine.garbage": ["the engine sent a malformed frame: {why}", true],
  "engine.forgot": ["the engine forgot a block or program", true],
  "engine.closed": ["the engine was closed", false],
  "internal.status": ["the engine reports {status}: {why}", false],
} as const satisfies Record<string, readonly [string, boolean]>;

export type KernelErrorCode = keyof typeof TABLE;

/** The one error this package throws; callers read `code` or the predicates, never the message. */
export class KernelError extends Error {
  readonly code: KernelErrorCode;
  readonly retryable: boolean;
  /** The engine's own status number, where the engine reported the fault. */
  readonly status: number | undefined;

  constructor(code: KernelErrorCode, values: Record<string, string | number> = {}, cause?: unknown, status?: number) {
    const [template, retryable] = TABLE[code];
    const message = template.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? "?"));
    super(message, cause === undefined ? undefined : { cause });
    this.name = "KernelError";
    this.code = code;
    this.retryable = retryable;
    this.status = status;
  }
}

// The order is kernels/src/status.def; a test compares the two.
export const STATUS_NAMES = [
  "ok",
  "bad_weights",
  "out_of_memory",
  "bad_frame",
  "bad_program",
  "bad_text",
  "empty_query",
  "query_too_long",
  "block_too_long",
  "too_many_blocks",
  "unknown_block",
  "unknown_program",
  "no_way_out",
  "answer_too_long",
  "cancelled",
  "deadline",
  "busy",
  "lockdown_failed",
  "internal",
] as const;

export type StatusName = (typeof STATUS_NAMES)[number];

const STATUS_CODES: Partial<Record<StatusName, KernelErrorCode>> = {
  bad_weights: "config.bad_weights",
  bad_text: "request.bad_text",
  empty_query: "request.empty_query",
  query_too_long: "request.query_too_long",
  block_too_long: "request.block_too_long",
  too_many_blocks: "request.too_many_blocks",
  no_way_out: "model.no_way_out",
  answer_too_long: "model.answer_too_long",
  cancelled: "request.cancelled",
  deadline: "request.deadline",
  busy: "request.busy",
  lockdown_failed: "config.lockdown",
  unknown_block: "engine.forgot",
  unknown_program: "engine.forgot",
};

/** The error for an ERROR frame of the engine. */
export function fromStatus(status: number, why: string): KernelError {
  const name = STATUS_NAMES[status] ?? `status ${status}`;
  const code = STATUS_CODES[name as StatusName] ?? "internal.status";
  return new KernelError(
    code,
    { status: name, why, name: "a block", limit: "the model's", ms: "the given" },
    undefined,
    status,
  );
}

/** True when the same request may succeed later. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Error && (error as { retryable?: unknown }).retryable === true;
}

/** True when the caller has to change the request. */
export function isCallerFault(error: unknown): boolean {
  return codeOf(error).startsWith("request.");
}

/** The code of an error of this package's shape, else "". */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : "";
}
