// One serial device that may come and go: opened again and again until it is there.
import type { SerialPort } from "serialport";
import { DaemonError, messageOf } from "../errors.ts";
import type { Log } from "../ports.ts";
import { type BackoffOptions, createBackoff } from "./backoff.ts";

export interface SerialLinkOptions {
  path: string;
  baudRate: number;
  backoff: BackoffOptions;
  log: Log;
  onUp(): void;
  onData(chunk: Buffer): void;
  onDown(why: string): void;
}

export interface SerialLink {
  /** Resolves after the first attempt, whatever became of it. */
  open(): Promise<void>;
  /** False: nobody is there, or it does not read. */
  write(bytes: Buffer): Promise<boolean>;
  close(): Promise<void>;
}

/** What a device that does not read may make us keep. */
const maxUnwritten = 16 * 1024;
const writeMs = 5_000;
const closeMs = 1_000;

async function loadSerialPort(): Promise<typeof SerialPort> {
  try {
    return (await import("serialport")).SerialPort;
  } catch (cause) {
    const how = 'it needs the package "serialport", which is not installed here. Run: npm install serialport';
    throw new DaemonError("config.serial", how, "", { cause });
  }
}

export function createSerialLink(options: SerialLinkOptions): SerialLink {
  const { path, baudRate, log } = options;
  const backoff = createBackoff(options.backoff);
  let port: SerialPort | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** A port that closes forgets its callbacks. */
  const unwritten = new Set<(isWritten: boolean) => void>();

  const again = (make: typeof SerialPort, why: string): void => {
    port = undefined;
    for (const done of [...unwritten]) done(false);
    options.onDown(why);
    if (!isClosed) timer = setTimeout(() => void attempt(make), backoff.nextMs());
  };

  /** A port that was lost is not opened again: its parser and its queue belong to the cable that was pulled. */
  const attempt = (make: typeof SerialPort): Promise<void> => {
    return new Promise((resolve) => {
      // Without hupcl:false a closed port resets many boards at the next open.
      const mine = new make({ path, baudRate, hupcl: false, autoOpen: false });
      mine.on("error", (error) => log.debug("serial: port", { path, error: error.message }));
      mine.on("data", (chunk: Buffer) => options.onData(chunk));
      mine.once("close", () => again(make, "the device went away"));
      mine.open((error) => {
        if (error !== null) again(make, error.message);
        else if (isClosed) mine.close();
        else up(mine);
        resolve();
      });
    });
  };

  const up = (mine: SerialPort): void => {
    port = mine;
    backoff.reset();
    options.onUp();
  };

  return {
    async open() {
      await attempt(await loadSerialPort());
    },
    write(bytes) {
      const mine = port;
      if (mine === undefined || mine.writableLength + bytes.length > maxUnwritten) return Promise.resolve(false);
      return new Promise((resolve) => {
        const timeout = setTimeout(() => done(false), writeMs);
        const done = (isWritten: boolean): void => {
          clearTimeout(timeout);
          unwritten.delete(done);
          resolve(isWritten);
        };
        unwritten.add(done);
        mine.write(bytes, (error) => done(!error));
      });
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const mine = port;
      if (mine === undefined) return;
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, closeMs);
        const done = (error?: Error | null): void => {
          if (error) log.debug("serial: close", { error: messageOf(error) });
          clearTimeout(timeout);
          resolve();
        };
        mine.drain(() => mine.close(done));
      });
    },
  };
}
