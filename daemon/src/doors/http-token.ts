// The bearer token: made once, kept in the state folder, readable by its owner only.
import { randomBytes } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import { codeOf, DaemonError, messageOf } from "../errors.ts";

const tokenPattern = /^[A-Za-z0-9_-]{32,128}$/;

async function createToken(path: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${token}\n`);
    await file.sync();
  } catch (error) {
    // Half a token would be taken for damage at every start to come.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  return token;
}

async function readToken(path: string): Promise<string> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new DaemonError("config.token", `others can read ${path}; run: chmod 600 ${path}`);
  const token = (await readFile(path, "utf8")).trim();
  // A file that a power cut left empty is no token; a new one is made only by hand.
  if (!tokenPattern.test(token))
    throw new DaemonError("config.token", `${path} is damaged; remove it to get a new one`);
  return token;
}

export async function readOrCreateToken(path: string): Promise<string> {
  try {
    return await createToken(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return readToken(path);
    if (error instanceof DaemonError) throw error;
    throw new DaemonError("config.token", messageOf(error), "", { cause: error });
  }
}
