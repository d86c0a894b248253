// Secrets come from files or from systemd's credentials, never from the configuration itself, and are never logged.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SecretPlace } from "./config/schema.ts";
import { DaemonError, messageOf } from "./errors.ts";

/** `credentials` is $CREDENTIALS_DIRECTORY. A line end at the end of the file is no part of the secret. */
export async function readSecret(place: SecretPlace, credentials: string | undefined): Promise<string> {
  if ("credential" in place && credentials === undefined) {
    throw new DaemonError("config.secret", `${place.credential}: this process was given no credentials by systemd`);
  }
  const path = "file" in place ? place.file : join(credentials as string, place.credential);
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    throw new DaemonError("config.secret", messageOf(error), "", { cause: error });
  }
}
