// The first gate of a turn: what people and programs sent becomes text that the model may read, or a refusal.
import type { Refusal } from "./protocol.ts";

/** Far above what the model reads (256 tokens); it only keeps silly input away from the engine. */
export const maxTextBytes = 8 * 1024;

export type Admitted = { ok: true; text: string } | { ok: false; refusal: Refusal };

/**
 * Bytes that are not text: lone surrogates, U+FFFD (what Node makes of a bad byte in argv), NUL and the C0 controls that no
 * keyboard sends. U+001E and U+001F, the marks of a block, fall among them only as blanks: a question cannot forge a block.
 */
function isBinary(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return /\p{Surrogate}|[\uFFFD\u0000-\u0008\u000E-\u001A]/u.test(text);
}

/** One unit for one unit, so that spans found in the cleaned text hold in the text as given. */
export function blankControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
  return text.replace(/[\u0000-\u001F\u007F]/g, " ");
}

function refuse(code: Refusal["code"], message: string): Admitted {
  return { ok: false, refusal: { code, message } };
}

export function admitText(text: string): Admitted {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxTextBytes) {
    return refuse(
      "too_long",
      `That is ${bytes} bytes of text; one request has at most ${maxTextBytes}. Say less at once.`,
    );
  }
  if (isBinary(text))
    return refuse("bad_text", "That is not plain UTF-8 text. Try a sentence such as: turn on the lamp");
  const clean = blankControls(text);
  if (clean.trim() === "") return refuse("empty", "I heard nothing. Try a sentence such as: turn on the lamp");
  return { ok: true, text: clean };
}

/** Bytes of stdin or a door. A sequence that is no UTF-8 is refused whole; it is never repaired. */
export function admitBytes(bytes: Uint8Array): Admitted {
  if (bytes.length > maxTextBytes) {
    return refuse("too_long", `That is more than ${maxTextBytes} bytes of text in one request. Say less at once.`);
  }
  try {
    return admitText(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return refuse("bad_text", "That is not plain UTF-8 text. Try a sentence such as: turn on the lamp");
  }
}
