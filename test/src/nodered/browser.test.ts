// A person at Node-RED's editor, in a real Chromium: import, look into each node, deploy, press, see the lamp go out.
// NEEDLED_SCREENSHOTS=docs/img keeps the pictures of docs/node-red.md; NEEDLED_NODE_RED=5 takes the editor of Node-RED 5.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { noModel, root } from "../cli.ts";
import { type Editor, openEditor } from "./browser.ts";
import { whyNoBrowser, whyNoNodeRed } from "./peers.ts";
import type { FlowNode } from "./red.ts";
import { exampleNames, find, openStage, readExample, type Stage } from "./stage.ts";
import { until } from "./until.ts";

const skip = whyNoNodeRed || whyNoBrowser || noModel;
const scratch = mkdtempSync(join(tmpdir(), "needled-pictures-"));
const pictures = process.env.NEEDLED_SCREENSHOTS ? resolve(root, process.env.NEEDLED_SCREENSHOTS) : scratch;
const hello = readExample("1-hello-world");
let stage: Stage;
let editor: Editor;

before(async () => {
  if (skip) return;
  mkdirSync(pictures, { recursive: true });
  stage = await openStage({ major: process.env.NEEDLED_NODE_RED === "5" ? 5 : 4 });
  editor = await openEditor(stage.red.url);
});

after(async () => {
  await editor?.close();
  await stage?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const picture = (name: string): { path: string } => ({ path: join(pictures, `nodered-${name}.png`) });

test("the palette has the six examples of the package", { skip }, async () => {
  for (const name of exampleNames()) {
    const response = await fetch(`${stage.red.url}/library/examples/flows/@needled/node-red/${name}`);
    assert.deepEqual(await response.json(), readExample(name), name);
  }
  assert.equal(exampleNames().length, 6);
});

test("import, the daemon's address, deploy, a press: the lamps go out and the node says so", { skip }, async () => {
  await editor.importFlows(hello);
  assert.deepEqual(await editor.invalid(), []);
  const intent = find(hello, "needled-intent");
  await editor.show(find(hello, "tab").id);
  await editor.open(intent.id);
  const config = await editor.openConfig("daemon");
  await editor.page.locator("#node-config-input-url").fill(`mqtt://127.0.0.1:${stage.mqttPort}`);
  await config.screenshot(picture("daemon"));
  await editor.doneConfig();
  await editor.done();
  await editor.deploy();
  await until(async () => (await editor.statusText(intent.id)) === "connected", "connected under the node");
  await editor.press(find(hello, "inject", "turn off the kitchen light").id);
  await until(async () => (await editor.statusText(intent.id)) === "turn_off", "turn_off under the node");
  const counter = await stage.shown<{ device?: string; state?: { on?: boolean } }>(
    find(hello, "debug", "what happens"),
    ({ device }) => device === "kitchen_counter",
  );
  assert.equal(counter.state?.on, false);
  await editor.page.evaluate("RED.sidebar.show('debug')");
  const shown = await until(async () => {
    const texts = await editor.page.locator(".red-ui-debug-msg").allInnerTexts();
    return texts.find((text) => text.includes("what it did"));
  }, "the call in the debug sidebar");
  assert.match(shown, /turn_off/);
  await editor.page.screenshot(picture("hello"));
});

test("another tool in the list is another output, and the wires stay with theirs", { skip }, async () => {
  const { id } = find(hello, "needled-intent");
  const outputs = `RED.nodes.node(${JSON.stringify(id)}).outputs`;
  assert.equal(await editor.page.evaluate(outputs), 2);
  const dialog = await editor.open(id);
  await editor.page.locator(".red-ui-editableList-addButton").first().click();
  await editor.page.locator(".node-input-tool-name").first().fill("turn_off");
  await dialog.screenshot(picture("intent"));
  await editor.done();
  assert.equal(await editor.page.evaluate(outputs), 3);
  const [saved] = (await editor.exportFlows(hello)).filter((node) => node.id === id);
  const [did, no] = find(hello, "needled-intent").wires as string[][];
  assert.deepEqual([saved?.tools, saved?.wires], [["turn_off"], [[], did, no]]);
});

/** Where the editor puts a node on its grid is its own business. */
const withoutPlace = ({ x, y, ...rest }: FlowNode): Record<string, unknown> => rest;

test("every example comes in whole: no node is invalid, and what is exported is the example", { skip }, async () => {
  for (const name of exampleNames().filter((name) => name !== "1-hello-world")) {
    const flows = readExample(name);
    await editor.importFlows(flows);
    assert.deepEqual(await editor.invalid(), [], name);
    const exported = await editor.exportFlows(flows);
    assert.deepEqual(exported.map(withoutPlace), flows.map(withoutPlace), name);
  }
});

test("every node has a dialog that fills itself and leaves the node as it was", { skip }, async () => {
  const places = [
    ["6-two-rooms", "in"],
    ["4-tool-with-web-api", "tool"],
    ["4-tool-with-web-api", "result"],
    ["3-confirmation", "confirm"],
  ] as const;
  for (const [name, short] of places) {
    const flows = readExample(name);
    const node = find(flows, `needled-${short}`);
    await editor.show(find(flows, "tab").id);
    const dialog = await editor.open(node.id);
    const file = picture(short).path;
    await dialog.screenshot({ path: file });
    assert.ok(statSync(file).size > 5_000, file);
    await editor.done();
    const after = (await editor.exportFlows(flows)).find(({ id }) => id === node.id) as FlowNode;
    assert.deepEqual(withoutPlace(after), withoutPlace(node), short);
  }
  assert.deepEqual(await editor.invalid(), []);
  await editor.show(find(readExample("4-tool-with-web-api"), "tab").id);
  await editor.page.evaluate("RED.actions.invoke('core:toggle-sidebar')");
  await editor.page.evaluate("document.getElementById('red-ui-workspace-chart').scrollTo(0, 0)");
  await editor.page.screenshot(picture("flow"));
});

test("the page complained of nothing all the while", { skip }, () => {
  assert.deepEqual(editor.complaints, []);
});
