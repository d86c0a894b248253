// One process a state folder: two would write one journal. What holds the lock is a listening socket, which no dead process can have.
import { randomBytes } from "node:crypto";
import { link, readdir, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { codeOf, DaemonError } from "./errors.ts";

export interface Lock {
  release(): Promise<void>;
}

/** `lock.N`: only its maker ever listens on it, and a number is never used again. */
const numbered = /^lock\.(\d{1,8})$/;
const draft = /^lock-[0-9a-f]{6}$/;
/** `sun_path` has 108 bytes with its end. */
const maxPathBytes = 107;
/** A process that is stopped or very busy accepts and says nothing. */
const answerMs = 1_000;
const mostTries = 100;

/** Who listens there: its own words, "" when it says nothing, undefined when nobody does. */
function holderOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let said = "";
    const end = (holder: string | undefined): void => {
      socket.destroy();
      resolve(holder);
    };
    socket.setTimeout(answerMs, () => end(""));
    socket.on("data", (part) => {
      said += part.toString();
      if (said.includes("\n")) end(said.trim());
    });
    // Gone while we asked: a process that was just killed.
    socket.on("end", () => end(undefined));
    // Anything but these two says that somebody is there whom we may not or cannot ask.
    socket.on("error", (error) =>
      end(["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE"].includes(codeOf(error)) ? undefined : ""),
    );
  });
}

/** Listening before it has its name: from its first moment the name is of somebody alive. */
function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(`process ${process.pid}\n`);
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => Number(numbered.exec(name)?.[1] ?? [])).sort((a, b) => a - b);
}

async function isNamed(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    // Somebody was faster, or cleared our draft away with the dead ones.
    if (codeOf(error) === "EEXIST" || codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** What crashes left. The newest number stays for good, or a slow starter could take one that was used. */
async function clear(folder: string, mine: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const number = numbered.exec(name)?.[1];
    const isOld = number !== undefined && Number(number) < mine;
    const path = join(folder, name);
    if (isOld || (draft.test(name) && (await holderOf(path)) === undefined)) await rm(path, { force: true });
  }
}

/** True when it has the next number; false when it must look again. */
async function take(folder: string, listening: string): Promise<boolean> {
  const newest = (await numbersIn(folder)).at(-1) ?? 0;
  const holder = newest === 0 ? undefined : await holderOf(join(folder, `lock.${newest}`));
  if (holder !== undefined) throw new DaemonError("config.locked", folder, holder || "it does not answer");
  const mine = newest + 1;
  if (!(await isNamed(listening, join(folder, `lock.${mine}`)))) return false;
  // Looked up too long ago: others have come and cleared this number away since.
  if ((await numbersIn(folder)).at(-1) !== mine) {
    await rm(join(folder, `lock.${mine}`), { force: true });
    return false;
  }
  await clear(folder, mine);
  return true;
}

export async function takeLock(folder: string): Promise<Lock> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const listening = join(folder, `lock-${randomBytes(3).toString("hex")}`);
    if (Buffer.byteLength(listening) > maxPathBytes) {
      throw new DaemonError("config.socket", `${listening} has more than ${maxPathBytes} bytes`);
    }
    const server = await listen(listening);
    const release = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
    try {
      const isTaken = await take(folder, listening);
      await rm(listening, { force: true });
      if (isTaken) return { release };
    } catch (error) {
      await release();
      throw error;
    }
    await release();
  }
  throw new DaemonError("config.locked", folder, "others start at the same moment");
}
