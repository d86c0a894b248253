// The door of a microcontroller on a wire: lines in, lines out. docs/protocol.md section 8.
import { DaemonError, messageOf } from "../errors.ts";
import type { Answer, Door, DoorIntent, Intake, ReplyRoute } from "../intake.ts";
import type { Clock, Log } from "../ports.ts";
import type { BackoffOptions } from "./backoff.ts";
import { createLineSplitter } from "./lines.ts";
import { createRateLimit } from "./rate.ts";
import { readWords } from "./read-intent.ts";
import {
  announcementLine,
  answerLine,
  healthLine,
  maxLineBytes,
  packTag,
  readSerialLine,
  type SerialLine,
  type Tag,
  unpackTag,
  writeSerialLine,
} from "./serial-lines.ts";
import { createSerialLink } from "./serial-link.ts";

export interface SerialDoorOptions {
  /** For example /dev/serial/by-id/usb-… */
  path: string;
  baudRate?: number;
  /** Lines without a checksum are refused. */
  checksum?: boolean;
  /** Tells several devices apart; the source is `serial` or `serial:<name>`. */
  device?: string;
  backoff?: BackoffOptions;
  clock: Clock;
  log: Log;
}

const perSecond = 5;
const stopMs = 2_000;

type Line<K extends SerialLine["kind"]> = Extract<SerialLine, { kind: K }>;

export function createSerialDoor(options: SerialDoorOptions): Door {
  const { path, clock, log, checksum = false, device } = options;
  if (device !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(device)) {
    throw new DaemonError("config.serial", `"${device}" is no name for a device`);
  }
  const source = device === undefined ? "serial" : `serial:${device}`;
  const rate = createRateLimit(perSecond, () => clock.monotonic());
  const pending = new Set<Promise<unknown>>();
  let intake: Intake | undefined;
  let isStopping = false;
  let unsubscribe: () => void = () => undefined;
  let state = { ok: false, text: "not started" };

  const write = (text: string, isSummed: boolean): Promise<boolean> => link.write(writeSerialLine(text, isSummed));
  const refuse = (tag: Tag, code: string, message: string): void => {
    void write(`-${tag.id ?? ""} ${code} ${message}`, tag.isSummed);
  };

  const deliver = async (route: ReplyRoute, answer: Answer): Promise<boolean> => {
    if (route.to !== source) return false;
    const { id, isSummed } = unpackTag(route.correlation);
    return write(answerLine(answer, id), isSummed);
  };

  const sendLater = (tag: Tag, answer: Promise<Answer>): void => {
    const told = answer.then((done) => deliver({ door: "serial", to: source, correlation: packTag(tag) }, done));
    told.catch((error: unknown) => log.warn("serial: an answer did not come", { error: messageOf(error) }));
  };

  const takeIntent = async (into: Intake, line: Line<"intent">): Promise<void> => {
    const read = readWords(Buffer.from(line.text));
    if (!read.ok) return refuse(line, read.code, read.message);
    const reply: ReplyRoute = { door: "serial", to: source, correlation: packTag(line) };
    const { id } = line;
    const intent: DoorIntent = { text: line.text, source, door: "serial", reply, ...(id !== undefined && { id }) };
    const receipt = await into.submit(intent);
    if (receipt.status === "refused") return refuse(line, receipt.code, receipt.message);
    void write(`+${id ?? ""}`, line.isSummed);
    // The route of an admitted intent is in the journal and served from there; a repeat's is not.
    if (receipt.status === "duplicate") sendLater(line, receipt.answer);
  };

  const confirm = async (into: Intake, line: Line<"confirm">): Promise<void> => {
    const { challenge, yes, pin, isSummed } = line;
    const given = { challenge, yes, ...(pin !== undefined && { pin }) };
    const result = await into.confirm({ ...given, source, door: "serial" });
    const tag = { id: challenge, isSummed };
    if (result.status === "refused") return refuse(tag, result.code, result.message);
    sendLater(tag, result.answer);
  };

  const take = async (into: Intake, line: SerialLine): Promise<void> => {
    if (line.kind === "none") return;
    if (!rate.take()) return refuse(line, "quota", `At most ${perSecond} lines a second.`);
    if (line.kind === "bad") return refuse(line, "malformed", line.message);
    if (line.kind === "health") return void write(healthLine(into.health()), line.isSummed);
    await (line.kind === "intent" ? takeIntent(into, line) : confirm(into, line));
  };

  const takeBytes = (bytes: Buffer): void => {
    if (intake === undefined || isStopping) return;
    const line = readSerialLine(bytes, checksum);
    const taking = take(intake, line).catch((error: unknown) => {
      log.warn("serial: a line failed", { error: messageOf(error) });
      if (line.kind !== "none") refuse(line, "degraded", "Something went wrong here; it was not taken.");
    });
    pending.add(taking);
    void taking.then(() => pending.delete(taking));
  };

  const splitter = createLineSplitter(maxLineBytes, {
    onLine: takeBytes,
    onTooLong: () =>
      rate.take() && refuse({ isSummed: false }, "too_long", `A line has at most ${maxLineBytes} bytes.`),
  });

  const link = createSerialLink({
    ...{ path, log, baudRate: options.baudRate ?? 115_200 },
    backoff: options.backoff ?? { firstMs: 500, maxMs: 30_000 },
    onUp() {
      state = { ok: true, text: `open: ${path}` };
    },
    onData: (chunk) => splitter.push(chunk),
    onDown(why) {
      splitter.reset();
      state = { ok: false, text: `waiting for ${path}: ${why}` };
    },
  });

  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    unsubscribe();
    await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
    await link.close();
    state = { ok: false, text: "stopped" };
  };

  return {
    name: "serial",
    async start(into: Intake, signal: AbortSignal) {
      intake = into;
      unsubscribe = into.onAnnouncement((announcement) => void write(announcementLine(announcement), checksum));
      await link.open();
      signal.addEventListener("abort", () => void stop(), { once: true });
    },
    deliver,
    stop,
    state: () => state,
  };
}
