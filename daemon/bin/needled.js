#!/usr/bin/env node
// The command `needled`. It only finds the compiled program, and says what to do where there is none.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("needled: not built yet. Run: npm run build");
  process.exitCode = 78;
}
