// The page of the playground: a few files, which may fetch nothing from anywhere else.
import { readFile } from "node:fs/promises";

export interface PageFile {
  type: string;
  bytes: Buffer;
}

const folder = new URL("../../playground/", import.meta.url);

const files: Readonly<Record<string, { file: string; type: string }>> = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/playground.js": { file: "playground.js", type: "text/javascript; charset=utf-8" },
  "/home.js": { file: "home.js", type: "text/javascript; charset=utf-8" },
  "/dom.js": { file: "dom.js", type: "text/javascript; charset=utf-8" },
  "/playground.css": { file: "playground.css", type: "text/css; charset=utf-8" },
};

export const pagePaths = Object.keys(files);

/** The page runs only what came with it and talks only to this door; no other page may show it. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

export async function readPage(path: string): Promise<PageFile | undefined> {
  const known = Object.hasOwn(files, path) ? files[path] : undefined;
  return known && { type: known.type, bytes: await readFile(new URL(known.file, folder)) };
}
