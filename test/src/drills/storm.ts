// What the storms share: a daemon under test, its device process, intents with a mark each, and the judgement at the end.
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Answer, connectToDaemon, type UnixClient } from "@needled/daemon";
import { lamps, speakers } from "./kill-home.ts";

export interface Asked {
  id: string;
  text: string;
  kind: "play" | "list" | "lamp";
  /** What the device or the list counts for this intent. */
  mark: string;
  /** The receipt said that it is on disk. */
  admitted: boolean;
}

export interface Dump {
  effects: string[];
  times: number[];
  states: Record<string, Record<string, unknown>>;
  /** Answers that were handed over, by the id of the intent, each time. */
  told: [id: string, outcome: string][];
}

const programs = fileURLToPath(new URL(".", import.meta.url));
const perSecond = 60;

export interface Launched {
  readonly child: ChildProcess;
  /** Its lines so far. */
  readonly said: ReadonlySet<string>;
  readonly gone: Promise<unknown>;
  /** Resolves when it has said the word, or when it has ended. */
  until(word: string): Promise<void>;
}

export function launch(program: string, args: string[], env: Record<string, string> = {}): Launched {
  const child = spawn(process.execPath, [join(programs, program), ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = new Set<string>();
  const words = new EventEmitter();
  createInterface({ input: child.stdout }).on("line", (word) => {
    said.add(word);
    words.emit(word);
  });
  const gone = once(child, "exit");
  const until = async (word: string): Promise<void> => {
    if (!said.has(word)) await Promise.race([once(words, word), gone]);
  };
  return { child, said, gone, until };
}

/** Resolves when the program says that it is ready, or when it has ended. */
export async function start(program: string, args: string[], env: Record<string, string> = {}): Promise<ChildProcess> {
  const { child, until } = launch(program, args, env);
  await until("ready");
  return child;
}

export async function dump(path: string): Promise<Dump> {
  const socket = createConnection(path);
  await once(socket, "connect");
  socket.write('{"dump":true}\n');
  const lines = createInterface({ input: socket });
  for await (const line of lines) {
    const heard = JSON.parse(line) as Partial<Dump>;
    if (heard.effects) {
      socket.destroy();
      return heard as Dump;
    }
  }
  throw new Error("the device process gave no account");
}

/** A list keeps 500 things; a third of so many intents stays below that. */
const mostListed = 1_200;

export function nextIntent(n: number, random: () => number): Asked {
  const id = `i${n}`;
  const speaker = 1 + Math.floor(random() * speakers);
  const lamp = 1 + Math.floor(random() * lamps);
  const kinds = [
    { kind: "play", text: `play_media {"what":"song ${n}","name":"speaker ${speaker}"}`, mark: `song ${n}` },
    { kind: "list", text: `add_to_list {"item":"thing ${n}"}`, mark: `thing ${n}` },
    { kind: "lamp", text: `set_brightness {"name":"lamp ${lamp}","level":${1 + (n % 100)}}`, mark: `lamp_${lamp}` },
  ] as const;
  const kind = kinds[Math.floor(random() * kinds.length)] as (typeof kinds)[number];
  return { id, admitted: false, ...(kind.kind === "list" && n > mostListed ? kinds[0] : kind) };
}

/** Asks until told to stop. A daemon that dies is looked for again, and what had no receipt is sent again, as QoS 1 does. */
export async function askOn(
  socketPath: string,
  asked: Asked[],
  random: () => number,
  isOver: () => boolean,
): Promise<void> {
  let client: UnixClient | undefined;
  const again: Asked[] = [];
  while (!isOver()) {
    await new Promise((done) => setTimeout(done, 1000 / perSecond));
    client ??= await connectToDaemon(socketPath).catch(() => undefined);
    if (client === undefined) continue;
    const repeated = again.shift();
    const intent = repeated ?? nextIntent(asked.length, random);
    if (repeated === undefined) asked.push(intent);
    const mine = client;
    mine.ask({ text: intent.text, id: intent.id }).then(
      ({ receipt }) => {
        intent.admitted = receipt.status !== "refused";
      },
      () => {
        again.push(intent);
        if (client === mine) client = undefined;
      },
    );
  }
  client?.close();
}

export async function settle(socketPath: string, asked: readonly Asked[]): Promise<Map<string, Answer | string>> {
  const answers = new Map<string, Answer | string>();
  const client = await connectToDaemon(socketPath);
  if (client === undefined) throw new Error("no daemon to ask at the end");
  for (const { id, text, admitted } of asked) {
    if (!admitted) continue;
    const found = await client.ask({ id, text });
    answers.set(id, "answer" in found ? await found.answer : found.receipt.code);
  }
  client.close();
  return answers;
}

/** `engine`: given up before anything was begun. */
const outcomes = ["done", "failed", "unknown", "denied", "rejected", "expired", "scheduled", "engine"];
/** What says that nothing happened. */
const nothings = ["expired", "rejected", "engine"];

export interface Verdict {
  lost: string[];
  doubled: string[];
  unreported: string[];
  untrue: string[];
  done: number;
  unknown: number;
  expired: number;
  denied: number;
}

/** How often each mark happened, on devices and on the list. */
function countMarks(seen: Dump, list: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const mark of [...seen.effects.map((line) => line.replace(/^.* play /, "")), ...list]) {
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  return counts;
}

const counted = ["done", "unknown", "expired", "denied"] as const;

/** In one word. */
export const outcomeOf = ({ calls, refusal }: Answer): string => calls[0]?.outcome ?? refusal?.code ?? "none";

/** What was said of one intent against what happened. */
function judgeAnswer(verdict: Verdict, { id, kind }: Asked, answer: Answer, count: number): void {
  const outcome = outcomeOf(answer);
  if (!outcomes.includes(outcome)) verdict.unreported.push(`${id} ${outcome}`);
  const word = counted.find((one) => one === outcome);
  if (word) verdict[word] += 1;
  if (kind === "lamp") return;
  if (outcome === "done" && count !== 1) verdict.untrue.push(`${id} said done, happened ${count} times`);
  if (nothings.includes(outcome) && count > 0) verdict.untrue.push(`${id} said ${outcome}, happened`);
}

export function judge(
  asked: readonly Asked[],
  answers: ReadonlyMap<string, Answer | string>,
  seen: Dump,
  list: readonly string[],
): Verdict {
  const faults = { lost: [], doubled: [], unreported: [], untrue: [] };
  const verdict: Verdict = { ...faults, done: 0, unknown: 0, expired: 0, denied: 0 };
  const counts = countMarks(seen, list);
  for (const intent of asked) {
    const { id, kind, mark, admitted } = intent;
    const count = counts.get(mark) ?? 0;
    if (kind !== "lamp" && count > 1) verdict.doubled.push(`${id} ${mark} x${count}`);
    if (!admitted) continue;
    const answer = answers.get(id);
    if (answer === undefined || typeof answer === "string") verdict.lost.push(`${id} ${answer ?? ""}`);
    else judgeAnswer(verdict, intent, answer, count);
  }
  return verdict;
}
