// The door of a person at the terminal: lines in, replies out. The source is `prompt`.
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { messageOf } from "../errors.ts";
import type { Announcement, Answer, Door, Intake, Receipt } from "../intake.ts";

export interface PromptDoorOptions {
  input: Readable & { isTTY?: boolean };
  /** For echo and prompt at a terminal. */
  output: Writable;
  /** One line, or several, for the person. */
  say(text: string): void;
  /** What "where", "help" and the like answer. */
  help(): string;
  /** The person has left, or the input has ended after it said something. */
  onLeave(): void;
}

const source = "prompt";
const goodbye = /^\s*(exit|quit)\s*$/i;
/** `yes CODE`, `no CODE`, `yes CODE PIN`; the letters are those of which codes are made. */
const yesNo = /^\s*(?:(no)|yes)\s+([A-HJKMNP-Z2-9]{6})(?:\s+(\S{4,64}))?\s*$/i;

function replyOf({ reply, confirm }: Answer): string {
  if (confirm === undefined) return reply;
  return `${reply}\nConfirm on another channel within 30 s: needled confirm ${confirm.challenge}`;
}

export function createPromptDoor(options: PromptDoorOptions): Door {
  const { input, say } = options;
  const isTalking = input.isTTY === true;
  let lines: Interface | undefined;
  let isStopping = false;
  let heard = 0;
  let count = 0;
  let stopListening = (): void => {};
  // Answers come in the order of the questions, one at a time.
  let tail: Promise<void> = Promise.resolve();

  const show = (text: string): void => {
    // The home may speak while a line is being typed.
    say(isTalking ? `\r\u001B[K${text}` : text);
    if (isTalking && !isStopping) lines?.prompt(true);
  };

  async function answerOf(receipt: Receipt): Promise<string> {
    return receipt.status === "refused" ? receipt.message : replyOf(await receipt.answer);
  }

  async function hear(text: string, intake: Intake): Promise<string> {
    const found = yesNo.exec(text);
    if (found) {
      const [, no, challenge = "", pin] = found;
      const yes = no === undefined;
      const result = await intake.confirm({ challenge, source, door: "stdin", yes, ...(pin !== undefined && { pin }) });
      return result.status === "refused" ? result.message : replyOf(await result.answer);
    }
    count += 1;
    // A line is typed once; the number makes it recognisable within this process.
    const id = `${process.pid}-${Date.now().toString(36)}-${count}`;
    return answerOf(await intake.submit({ source, door: "stdin", text, id }));
  }

  function onLine(text: string, intake: Intake): void {
    heard += 1;
    if (text.trim() === "" && isTalking) lines?.prompt();
    else if (goodbye.test(text)) options.onLeave();
    else if (/^\s*(help|\?)\s*$/i.test(text)) show(options.help());
    else tail = tail.then(() => hear(text, intake).then(show, (error: unknown) => show(messageOf(error))));
  }

  return {
    name: "stdin",
    async start(intake) {
      lines = createInterface({ input, ...(isTalking && { output: options.output }), prompt: "> " });
      lines.on("line", (text) => onLine(text, intake));
      // At a terminal Ctrl-C is a key and no signal.
      lines.once("SIGINT", options.onLeave);
      lines.once("close", () => {
        // Without a person the input may end at once, as under a supervisor: that is no goodbye.
        if (!isStopping && (isTalking || heard > 0)) void tail.then(options.onLeave);
      });
      stopListening = intake.onAnnouncement(({ say: words, kind }: Announcement) => {
        if (kind !== "status" || isTalking) show(words);
      });
      if (isTalking) lines.prompt();
    },
    deliver: async () => false,
    async stop() {
      isStopping = true;
      stopListening();
      lines?.close();
    },
    state: () => ({ ok: true, text: isTalking ? "at this terminal" : "reading lines" }),
  };
}
