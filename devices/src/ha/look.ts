// One look at a Home Assistant: does it answer, does it take the token, what does it expose.
import { exposedEntities } from "./catalogue.ts";
import { readLists } from "./lists.ts";
import { openSocket } from "./socket.ts";

export interface LookOptions {
  readonly url: string;
  readonly token: string;
  readonly ca?: Buffer | string;
  readonly withinMs?: number;
}

/** In words; rejects with what is wrong. */
export async function lookAtHomeAssistant({ withinMs = 15_000, ...where }: LookOptions): Promise<string> {
  let why = "nobody answered in time";
  let end = (_: string | undefined): void => {};
  const version = new Promise<string | undefined>((resolve) => {
    end = resolve;
  });
  const socket = openSocket({
    ...where,
    onReady: end,
    onLost: () => undefined,
    log(message, fields = {}) {
      why = [message, ...Object.values(fields)].join(": ");
      end(undefined);
    },
  });
  const timer = setTimeout(() => end(undefined), withinMs);
  try {
    socket.open();
    const is = await version;
    const lists = is === undefined ? undefined : await readLists(socket);
    if (lists === undefined) throw new Error(is === undefined ? why : `${where.url} would not tell its states`);
    const { entities, chosen } = exposedEntities(lists);
    const all =
      lists.exposed === undefined ? " (the token is no administrator's: its own rule where no choice can be read)" : "";
    return `${is}: ${entities.length} entities for needled, your choice for Assist is known of ${chosen}${all}`;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
