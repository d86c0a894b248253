// Writes the examples again as the editor exports them: node test/dist/nodered/export-examples.js
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEditor } from "./browser.ts";
import { flowsFolder } from "./install.ts";
import { startNodeRed } from "./red.ts";
import { exampleNames, readExample } from "./stage.ts";

const red = await startNodeRed();
const editor = await openEditor(red.url);
try {
  for (const name of exampleNames()) {
    const flows = readExample(name);
    await editor.importFlows(flows);
    const invalid = await editor.invalid();
    if (invalid.length > 0) throw new Error(`${name}: ${invalid.join("; ")}`);
    writeFileSync(
      join(flowsFolder, "examples", `${name}.json`),
      `${JSON.stringify(await editor.exportFlows(flows), null, 4)}\n`,
    );
    process.stdout.write(`${name}\n`);
  }
} finally {
  await editor.close();
  await red.stop();
}
