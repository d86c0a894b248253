// The unit is as hard as it claims, and systemd hears from the daemon only while it gets on.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { eventually } from "@needled/daemon/testing";
import { noModel, root } from "./cli.ts";
import { startDaemon } from "./daemon.ts";

const has = (program: string, arg: string): boolean => spawnSync(program, [arg]).error === undefined;
const noAnalyze: string | false = has("systemd-analyze", "--version")
  ? false
  : "systemd-analyze is not installed: apt-get install systemd";
const noSocat: string | false = has("socat", "-V") ? false : "socat is not installed: apt-get install socat";
const noNotify: string | false = existsSync(join(root, "systemd/build/needle-notify"))
  ? false
  : "needle-notify is not built (no C compiler)";
const folder = mkdtempSync(join(tmpdir(), "needled-systemd-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const unit = readFileSync(join(root, "systemd/needled.service"), "utf8");

/** systemd-analyze's exposure, 0 (none) to 10. */
function exposure(text: string, name: string): number {
  const path = join(folder, `${name}.service`);
  writeFileSync(path, text);
  const { stdout, stderr } = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", path], {
    encoding: "utf8",
  });
  const found = /exposure level for \S+: ([\d.]+)/.exec(stdout);
  assert.ok(found, stderr);
  return Number(found[1]);
}

test("the unit's exposure is at most 1.5, with serial devices too", { skip: noAnalyze }, () => {
  assert.ok(exposure(unit, "plain") <= 1.5);
  const dropIn = readFileSync(join(root, "systemd/serial.conf"), "utf8").replace(/^#.*$|^\[Service\]$/gm, "");
  assert.ok(exposure(unit.replace(/^PrivateDevices=yes$/m, dropIn), "serial") <= 1.5);
});

test("systemd hears READY, then WATCHDOG, then STOPPING", { skip: noSocat || noNotify || noModel }, async () => {
  const socket = join(folder, "notify");
  let heard = "";
  const ear: ChildProcess = spawn("socat", ["-u", `UNIX-RECV:${socket}`, "-"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  ear.stdout?.on("data", (part: Buffer) => {
    heard += part.toString();
  });
  await eventually(() => existsSync(socket), "socat");
  const config = join(folder, "needled.yaml");
  writeFileSync(config, "broker:\n  port: 0\nhttp:\n  port: 0\n");
  const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "400000" };
  const running = await startDaemon(["--config", config, "--state", join(folder, "state")], env);
  await eventually(() => heard.includes("READY=1") && heard.includes("WATCHDOG=1"), "READY and WATCHDOG");
  await running.stop();
  await eventually(() => heard.includes("STOPPING=1"), "STOPPING");
  ear.kill();
});
