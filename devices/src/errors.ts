// Every error of this package: one class, one table of codes.

const TEMPLATES = {
  "config.home": "home: {place}: {why}",
  "config.catalogue": "catalogue: {place}: {why}",
  "device.offline": "{device} is not reachable",
  "device.refused": "{why}",
  "device.link": "the link to the devices is down: {why}",
  "device.busy": "too many commands are waiting for {device}",
  "request.number": '"{words}" is not a number I can read',
  "request.duration": '"{words}" is not a length of time I can read',
  "request.time": '"{words}" is not a time I can read',
  "request.color": '"{words}" is not a color I know',
  "request.cancelled": "the request was cancelled",
  "internal.not_approved": "the call {tool} was not approved",
} as const;

export type ErrorCode = keyof typeof TEMPLATES;

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(["device.offline", "device.link", "device.busy"]);

export class DeviceError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, details: Record<string, string> = {}, cause?: unknown) {
    super(
      TEMPLATES[code].replace(/\{(\w+)\}/g, (_, key: string) => details[key] ?? ""),
      cause === undefined ? undefined : { cause },
    );
    this.name = "DeviceError";
    this.code = code;
    this.details = details;
    this.retryable = RETRYABLE.has(code);
  }
}

/** True when the error says which words could not be read, so the turn can say them back. */
export function isReadError(error: unknown): error is DeviceError {
  return error instanceof DeviceError && error.code.startsWith("request.");
}
