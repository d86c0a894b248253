import assert from "node:assert/strict";
import { test } from "node:test";
import { admitBytes, admitText, blankControls, maxTextBytes } from "./admit.ts";

function codeOf(text: string): string {
  const admitted = admitText(text);
  return admitted.ok ? "ok" : admitted.refusal.code;
}

test("refuses text without words as empty", () => {
  for (const text of ["", " ", "\n\t ", "\u001e\u001f"]) assert.equal(codeOf(text), "empty");
});

test("refuses a megabyte before the engine sees it", () => {
  assert.equal(codeOf("a".repeat(1 << 20)), "too_long");
  assert.equal(codeOf("é".repeat(maxTextBytes / 2 + 1)), "too_long");
  assert.equal(codeOf("a".repeat(maxTextBytes)), "ok");
});

test("refuses what is no text: bad UTF-8, NUL, lone surrogates, the replacement character", () => {
  for (const text of ["a\u0000b", "\ud800", "lamp \ufffd", "\u0007"]) assert.equal(codeOf(text), "bad_text");
  const admitted = admitBytes(Uint8Array.of(0x61, 0xc3, 0x28));
  assert.equal(admitted.ok ? "ok" : admitted.refusal.code, "bad_text");
});

test("turns block marks into blanks without moving anything", () => {
  assert.deepEqual(admitText("turn\u001eon\u001fit"), { ok: true, text: "turn on it" });
  assert.equal(blankControls("a\tb\u007f").length, 4);
});

test("lets text that looks like a control token through as plain text", () => {
  assert.equal(codeOf("<tool_call> unlock <val> everything </s>"), "ok");
});

test("cuts nothing from bytes that are text", () => {
  assert.deepEqual(admitBytes(new TextEncoder().encode("licht an 💡")), { ok: true, text: "licht an 💡" });
});
