// Node-RED's editor in a real Chromium, driven as a person would; RED is the editor's own interface.
import { chromium, requirePeer } from "./peers.ts";
import type { FlowNode } from "./red.ts";
import { until } from "./until.ts";

export interface Locator {
  click(options?: object): Promise<void>;
  dblclick(options?: object): Promise<void>;
  fill(text: string): Promise<void>;
  press(key: string): Promise<void>;
  first(): Locator;
  last(): Locator;
  count(): Promise<number>;
  textContent(): Promise<string | null>;
  allInnerTexts(): Promise<string[]>;
  waitFor(options?: object): Promise<void>;
  screenshot(options: { path: string }): Promise<Buffer>;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  /** Run in the page, so the text sees only what the page has. */
  evaluate<T>(script: string): Promise<T>;
  waitForSelector(selector: string, options?: object): Promise<unknown>;
  locator(selector: string): Locator;
  screenshot(options: { path: string }): Promise<Buffer>;
  setDefaultTimeout(ms: number): void;
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
  keyboard: { press(key: string): Promise<void> };
}

interface Browser {
  newPage(options: object): Promise<Page>;
  close(): Promise<void>;
}

export interface Editor {
  readonly page: Page;
  /** What the page complained of, but for addresses outside of this machine. */
  readonly complaints: string[];
  /** Through the import dialog, onto tabs of their own; the ids stay. */
  importFlows(flows: readonly FlowNode[]): Promise<void>;
  /** These nodes as the editor would write them into a file now. */
  exportFlows(flows: readonly FlowNode[]): Promise<FlowNode[]>;
  /** Nodes with a red triangle, and configuration nodes that would have one. */
  invalid(): Promise<string[]>;
  /** Double-clicks a node; what comes is its edit dialog. */
  open(id: string): Promise<Locator>;
  done(): Promise<void>;
  /** From the edit dialog of a node to that of the configuration node it names, and back. */
  openConfig(property: string): Promise<Locator>;
  doneConfig(): Promise<void>;
  deploy(): Promise<void>;
  show(tab: string): Promise<void>;
  press(inject: string): Promise<void>;
  statusText(id: string): Promise<string>;
  close(): Promise<void>;
}

const importScript = `(() => { RED.actions.invoke("core:show-import-dialog"); })()`;
// As text: a property that is undefined is in no file.
const exportScript = "JSON.stringify(RED.nodes.createCompleteNodeSet({ credentials: false }))";
const invalidScript = `(() => {
  const bad = [];
  const look = (node) => { if (node.valid === false) bad.push(node.type + " " + (node.name || node.id) + ": " + (node.validationErrors || []).join(", ")); };
  RED.nodes.eachNode(look);
  RED.nodes.eachConfig((node) => { RED.editor.validateNode(node); look(node); });
  return bad;
})()`;

async function ready(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForSelector("#red-ui-palette .red-ui-palette-node[data-palette-type='needled-intent']", {
    state: "attached",
  });
  await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
}

async function importText(page: Page, text: string): Promise<void> {
  await page.evaluate(importScript);
  const box = page.locator("#red-ui-clipboard-dialog-import-text");
  await box.waitFor();
  await box.fill(text);
  // The button listens to keys, not to the text.
  await box.press("End");
  await page.locator("#red-ui-clipboard-dialog-ok").click();
  await page.waitForSelector("#red-ui-clipboard-dialog", { state: "hidden" });
  // A message about what was imported lies over the first buttons for some seconds.
  await page.evaluate(
    "(() => { for (const note of document.querySelectorAll('.red-ui-notification')) note.style.display = 'none'; })()",
  );
}

/** Dialogs slide in; a picture of one on its way is no picture. */
async function settled(page: Page): Promise<void> {
  await until(() => page.evaluate<boolean>("$(':animated').length === 0"), "the dialog to come to rest");
}

async function deploy(page: Page): Promise<void> {
  await page.locator("#red-ui-header-button-deploy").click();
  await until(() => page.evaluate<boolean>("RED.nodes.dirty() === false"), "the deploy");
}

export async function openEditor(url: string): Promise<Editor> {
  const { chromium: launcher } = requirePeer<{ chromium: { launch(options: object): Promise<Browser> } }>(
    "playwright-core",
  );
  const browser = await launcher.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  return driveEditor(page, url, () => browser.close());
}

export async function driveEditor(page: Page, url: string, close: () => Promise<void>): Promise<Editor> {
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/ERR_NAME_NOT_RESOLVED|ERR_INTERNET/.test(message.text()))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  await ready(page, url);
  return {
    page,
    complaints,
    importFlows: (flows) => importText(page, JSON.stringify(flows)),
    async exportFlows(flows) {
      const ids = new Set(flows.map(({ id }) => id));
      const all = JSON.parse(await page.evaluate<string>(exportScript)) as FlowNode[];
      return all.filter(({ id }) => ids.has(id));
    },
    invalid: () => page.evaluate<string[]>(invalidScript),
    async open(id) {
      await page.evaluate(`RED.view.reveal(${JSON.stringify(id)}, false)`);
      await page.locator(`[id="${id}"] .red-ui-flow-node`).first().dblclick();
      await page.waitForSelector("#node-dialog-ok", { state: "visible" });
      await settled(page);
      return page.locator("#red-ui-editor-stack .red-ui-tray").first();
    },
    async done() {
      await page.locator("#node-dialog-ok").click();
      await page.waitForSelector("#red-ui-editor-stack .red-ui-tray", { state: "detached" });
    },
    async openConfig(property) {
      await page.locator(`#node-input-btn-${property}-edit`).click();
      await page.waitForSelector("#node-config-dialog-ok", { state: "visible" });
      await settled(page);
      return page.locator("#red-ui-editor-stack .red-ui-tray").last();
    },
    async doneConfig() {
      await page.locator("#node-config-dialog-ok").click();
      await page.waitForSelector("#node-config-dialog-ok", { state: "detached" });
    },
    deploy: () => deploy(page),
    show: (tab) => page.evaluate(`RED.workspaces.show(${JSON.stringify(tab)})`),
    press: (inject) => page.locator(`[id="${inject}"] .red-ui-flow-node-button-button`).first().click(),
    async statusText(id) {
      return (await page.locator(`[id="${id}"] .red-ui-flow-node-status-label`).first().textContent()) ?? "";
    },
    close,
  };
}
