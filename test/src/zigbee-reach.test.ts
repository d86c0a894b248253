// Who can be reached, as a bridge in another process tells it over a real mosquitto: bridge, availability and old reports.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually, type Mosquitto, startMosquitto, whyNoMosquitto } from "@needled/daemon/testing";
import { type House, loadHome, openHouse, zigbee2mqttAdapter } from "@needled/devices";

const skip = whyNoMosquitto;
const lamp = "Kitchen table lamp";
let mosquitto: Mosquitto;
let peer: ChildProcess;
let house: House;

const openIt = async (): Promise<House> => {
  const adapter = zigbee2mqttAdapter({ url: `mqtt://127.0.0.1:${mosquitto.port}`, graceMs: 60_000 });
  const opened = openHouse({ home: loadHome({ name: "flat" }), adapters: [adapter] });
  await opened.start();
  return opened;
};
const tell = (order: object): void => void peer.stdin?.write(`${JSON.stringify(order)}\n`);
const unreached = ({ home }: House): string[] => home.devices.filter((one) => !one.reachable).map(({ name }) => name);

before(async () => {
  if (skip) return;
  mosquitto = await startMosquitto();
  const program = fileURLToPath(new URL("./z2m-peer.js", import.meta.url));
  peer = spawn(process.execPath, [program, `mqtt://127.0.0.1:${mosquitto.port}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(peer.stdout as NodeJS.ReadableStream, "data");
  house = await openIt();
});

after(async () => {
  await house?.stop();
  peer?.kill("SIGKILL");
  await mosquitto?.stop();
});

test("a bridge that comes back brings back only what it calls available", { skip }, async () => {
  tell({ offline: lamp });
  await eventually(() => unreached(house).join() === lamp, "the lamp to be gone");
  tell({ bridge: "offline" });
  await eventually(() => unreached(house).length === house.home.devices.length, "all to be gone");
  const reports: string[] = [];
  const stop = house.on((event) => void (event.type === "state" && reports.push(event.device)));
  tell({ bridge: "online" });
  // What the bridge remembers of the lamp is told again, and is no sign of life.
  await eventually(() => reports.length >= house.home.devices.length - 1, "old reports");
  stop();
  assert.deepEqual(unreached(house), [lamp]);
});

test("a daemon that starts later sees the same, and the lamp is back when the bridge says so", { skip }, async () => {
  const second = await openIt();
  try {
    await eventually(() => unreached(second).join() === lamp, "the second house to know");
    tell({ online: lamp });
    await eventually(() => unreached(house).length + unreached(second).length === 0, "the lamp to be back");
  } finally {
    await second.stop();
  }
});
