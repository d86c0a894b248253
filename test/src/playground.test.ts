// The playground in a real Chromium on a real daemon: what a person sees, and what a page may not do. SHOTS=docs/img keeps a picture.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { noModel, root } from "./cli.ts";
import { type Asker, openAsker, type Running, startDaemon } from "./daemon.ts";
import type { Page } from "./nodered/browser.ts";
import { chromium, requirePeer, whyNoBrowser } from "./nodered/peers.ts";

interface Launcher {
  chromium: { launch(options: object): Promise<{ newPage(options: object): Promise<Page>; close(): Promise<void> }> };
}

const skip = noModel || whyNoBrowser;
const folder = mkdtempSync(join(tmpdir(), "needled-page-"));
const pin = "PIN-4711-0815";
const complaints: string[] = [];
let running: Running;
let asker: Asker;
let page: Page;
let url = "";
let token = "";
let close: () => Promise<void> = async () => undefined;

before(async () => {
  if (skip) return;
  const config = join(folder, "needled.yaml");
  const hash = execFileSync(process.execPath, [join(root, "daemon/bin/needled.js"), "pin"], { input: `${pin}\n` });
  writeFileSync(join(folder, "pin.hash"), hash);
  const row = "{name: disarming needs the PIN, tools: [disarm_alarm], decision: confirm, by: pin}";
  const parts = ["home: {simulated: true}", "broker: {port: 0}", "http: {port: 0}", `policy: [${row}]`];
  writeFileSync(config, [...parts, `pin: {file: ${join(folder, "pin.hash")}}`, ""].join("\n"));
  running = await startDaemon(["--config", config, "--state", join(folder, "state")]);
  const said = running.lines.join("\n");
  url = /page\s+(http:\S+)/.exec(said)?.[1] ?? "";
  asker = await openAsker(Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]), "needled/home/out/#");
  token = readFileSync(join(folder, "state/http.token"), "utf8").trim();
  const browser = await requirePeer<Launcher>("playwright-core").chromium.launch({
    executablePath: chromium,
    args: ["--no-sandbox"],
  });
  close = () => browser.close();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("pageerror", (error) => complaints.push(error.message));
});

after(async () => {
  await close();
  await asker?.close();
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const textOf = async (selector: string): Promise<string> => (await page.locator(selector).allInnerTexts())[0] ?? "";

async function waitFor(selector: string, pattern: RegExp): Promise<void> {
  let last = "";
  for (let i = 0; i < 300; i += 1) {
    last = (await page.locator(selector).allInnerTexts()).join("\n");
    if (pattern.test(last)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.match(last, pattern);
}

async function ask(text: string): Promise<void> {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}

test("without the token nothing of the home is shown; with it, the address forgets it", { skip }, async () => {
  await page.goto(url);
  await waitFor("#token", /http\.token/);
  assert.equal(await page.locator(".room").count(), 0);
  complaints.length = 0;
  await page.goto("about:blank");
  await page.goto(`${url}#${token}`);
  await waitFor("#where", /devices/);
  assert.equal(await page.evaluate("location.hash"), "");
  await waitFor("#health", /ok/);
});

test("a sentence moves a device, and the page shows both", { skip }, async () => {
  const isOn = "document.querySelectorAll('.device.on').length";
  await ask("turn on the kitchen light");
  await waitFor("#turns .chip", /done/);
  const many = await page.evaluate<number>(isOn);
  await ask("turn off the kitchen light");
  await waitFor("#turns .turn:first-child .said", /turn off the kitchen light/);
  await waitFor("#turns .turn:first-child .chip", /done/);

  assert.ok((await page.evaluate<number>(isOn)) < many, "one is off again");
  assert.match(await textOf("#turns mark"), /kitchen/i);
});

test("a yes for what was asked elsewhere is given here, and not for what was asked here", { skip }, async () => {
  const asked = asker.ask("hall-panel", "unlock the front door", "page-1");
  await waitFor("#waiting", /Waits for a yes/);
  if (process.env.SHOTS) await page.screenshot({ path: join(root, process.env.SHOTS, "playground.png") });
  assert.equal((await asked).calls[0]?.outcome, "needs_confirmation");
  await page.locator("#waiting button").first().click();
  await waitFor("#turns .turn:first-child .chip", /done/);
  await ask("unlock the front door");
  await waitFor("#waiting", /agree somewhere else/);
  assert.equal(await page.locator("#waiting button").count(), 0);
});

/** Files of the daemon's state that hold the words. */
function filesWith(words: string): string[] {
  const state = join(folder, "state");
  const files = readdirSync(state, { recursive: true, encoding: "utf8" }).map((name) => join(state, name));
  return files.filter((file) => statSync(file).isFile() && readFileSync(file).includes(words));
}

test("what needs a PIN has a field for it, which forgets it: a wrong one may be mended, the right one disarms", {
  skip,
}, async () => {
  const field = "#waiting input[aria-label^='PIN to disarm']";
  await ask("disarm the alarm");
  await page.waitForSelector(field);
  assert.equal(await page.evaluate(`document.querySelector("${field}").type`), "password");
  await page.locator(field).fill("0000-wrong");
  await page.locator(field).press("Enter");
  await waitFor("#waiting [role=alert]", /not the PIN/);
  assert.equal(await page.evaluate(`document.querySelector("${field}").value`), "");
  complaints.length = 0; // Chromium tells of every 403
  await page.locator(field).fill(pin);
  await page.locator("#waiting button").first().click();
  await waitFor("#turns .turn:first-child .chip.done", /done/);

  assert.equal(await page.locator(field).count(), 0);
  const kept = await page.evaluate<string>("JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])");
  assert.doesNotMatch(kept, /4711/);
  assert.deepEqual(filesWith("4711-0815"), []);
});

test("words are only words: nothing that was said becomes a part of the page", { skip }, async () => {
  await ask(
    "<img src=x onerror=document.title='gone'><script>document.title='gone'</script> turn on the kitchen light",
  );
  await waitFor("#turns .turn:first-child .said", /onerror/);
  assert.equal(await page.evaluate("document.title"), "needled");
  assert.equal(await page.evaluate("document.querySelectorAll('#turns img, #turns script').length"), 0);
  assert.deepEqual(complaints, []);
});

test("the page says so when the daemon goes away", { skip }, async () => {
  await running.stop("SIGKILL");
  await waitFor("#health", /away/);
});
