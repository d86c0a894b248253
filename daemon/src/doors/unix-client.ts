// The other side of the unix door, for `needled ask` and for tests.
import { connect, type Socket } from "node:net";
import { codeOf, DaemonError } from "../errors.ts";
import type { Announcement, Answer, Health } from "../intake.ts";
import type { ExplainReport, Json } from "../protocol.ts";
import type { ConfirmedLine, ReceiptLine, UnixLine } from "./unix-wire.ts";

export interface AskedIntent {
  text: string;
  id?: string;
  said_at?: number | string;
  ttl_ms?: number;
  room?: string;
  dry_run?: boolean;
}

/** `source` and `at`: for whom and for when policy decides. */
export interface AskedQuestion {
  text: string;
  room?: string;
  source?: string;
  at?: number;
}

export type Asked =
  | { receipt: Exclude<ReceiptLine, { status: "refused" }>; answer: Promise<Answer> }
  | { receipt: Extract<ReceiptLine, { status: "refused" }> };

export interface UnixClient {
  ask(intent: AskedIntent): Promise<Asked>;
  /** The answer of what was confirmed comes to `onAnswer`, as it may have been asked for elsewhere. */
  confirm(confirmation: { challenge: string; yes: boolean; pin?: string }): Promise<ConfirmedLine>;
  health(): Promise<Health>;
  /** Undefined: the daemon has too much to do. */
  explain(question: AskedQuestion): Promise<ExplainReport | undefined>;
  listen(listener: (announcement: Announcement) => void): Promise<void>;
  onAnswer(listener: (answer: Answer) => void): void;
  close(): void;
}

/** With a receipt comes the promise of its answer, made before the next line of the same chunk is read. */
type Replied = UnixLine & { promised?: Promise<Answer> };

interface Wait<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Answers are larger than requests: a report may carry 8 calls with everything that was found of them. */
const maxBuffered = 4 * 1024 * 1024;

/** Undefined when no daemon runs there. */
export function connectToDaemon(path: string): Promise<UnixClient | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(createClient(socket)));
    socket.once("error", (cause) => {
      if (["ENOENT", "ECONNREFUSED", "ENOTDIR"].includes(codeOf(cause))) resolve(undefined);
      else reject(new DaemonError("door.closed", cause.message, "", { cause }));
    });
  });
}

function createClient(socket: Socket): UnixClient {
  /** Replies come in the order of requests. */
  const replies: Wait<Replied>[] = [];
  const answers = new Map<string, Wait<Answer> & { promise: Promise<Answer> }>();
  const answerListeners: ((answer: Answer) => void)[] = [];
  const announcementListeners: ((announcement: Announcement) => void)[] = [];
  let buffered = "";
  let gone: Error | undefined;

  const fail = (error: Error): void => {
    if (gone !== undefined) return;
    gone = error;
    for (const wait of [...replies.splice(0), ...answers.values()]) wait.reject(error);
    answers.clear();
    socket.destroy();
  };

  const request = (message: Json): Promise<Replied> => {
    return new Promise((resolve, reject) => {
      if (gone !== undefined) return reject(gone);
      replies.push({ resolve, reject });
      socket.write(`${JSON.stringify(message)}\n`);
    });
  };

  const expectAnswer = (id: string): Promise<Answer> => {
    const known = answers.get(id);
    if (known !== undefined) return known.promise;
    let wait: Wait<Answer> = { resolve: () => undefined, reject: () => undefined };
    const promise = new Promise<Answer>((resolve, reject) => {
      wait = { resolve, reject };
    });
    // Whoever asked may never look at it.
    promise.catch(() => undefined);
    answers.set(id, { ...wait, promise });
    return promise;
  };

  const takeAnswer = (answer: Answer): void => {
    answers.get(answer.intent.id)?.resolve(answer);
    answers.delete(answer.intent.id);
    for (const listener of answerListeners) listener(answer);
  };

  const takeLine = (text: string): void => {
    const line = JSON.parse(text) as UnixLine;
    const { answer, announcement } = line;
    if (answer !== undefined) takeAnswer(answer);
    else if (announcement !== undefined) for (const listener of announcementListeners) listener(announcement);
    else takeReply(line);
  };

  const takeReply = (line: UnixLine): void => {
    const wait = replies.shift();
    const { receipt, error } = line;
    if (error !== undefined) wait?.reject(new DaemonError("request.usage", error.message));
    else if (receipt === undefined || receipt.status === "refused") wait?.resolve(line);
    else wait?.resolve({ ...line, promised: expectAnswer(receipt.id) });
  };

  const takeChunk = (chunk: string): void => {
    buffered += chunk;
    const lines = buffered.split("\n");
    buffered = lines.pop() ?? "";
    try {
      for (const line of lines) takeLine(line);
    } catch (cause) {
      fail(new DaemonError("door.closed", "it sent what is no JSON", "", { cause }));
    }
    if (buffered.length > maxBuffered) fail(new DaemonError("door.closed", "it sent a line without an end"));
  };

  socket.setEncoding("utf8");
  socket.on("data", (chunk) => takeChunk(String(chunk)));
  socket.on("error", (cause) => fail(new DaemonError("door.closed", cause.message, "", { cause })));
  socket.once("close", () => fail(new DaemonError("door.closed", "the connection ended")));

  return {
    async ask(intent) {
      const { receipt, promised } = await request({ intent: { ...intent } });
      if (receipt?.status === "refused") return { receipt };
      if (receipt === undefined || promised === undefined) throw new DaemonError("door.closed", "no receipt came");
      return { receipt, answer: promised };
    },
    async confirm(confirmation) {
      const { confirmed } = await request({ confirm: { ...confirmation } });
      if (confirmed === undefined) throw new DaemonError("door.closed", "no reply came");
      return confirmed;
    },
    async health() {
      const { health } = await request({ health: true });
      if (health === undefined) throw new DaemonError("door.closed", "no health came");
      return health;
    },
    async explain(question) {
      const { explained } = await request({ explain: { ...question } });
      if (explained === undefined) throw new DaemonError("door.closed", "no explanation came");
      return explained ?? undefined;
    },
    async listen(listener) {
      announcementListeners.push(listener);
      await request({ listen: true });
    },
    onAnswer: (listener) => void answerListeners.push(listener),
    close: () => fail(new DaemonError("door.closed", "closed here")),
  };
}
