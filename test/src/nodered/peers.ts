// What test/peers and the machine have for the tests in a real Node-RED, and why a test cannot run without it.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { root } from "../cli.ts";

export const peers = join(root, "test/peers/node_modules");
const noPeers = "npm ci --prefix test/peers";

/** The folder of Node-RED 4, and of 5 under its alias. */
export const nodeRedFolders = { 4: join(peers, "node-red"), 5: join(peers, "node-red-5") } as const;

/** A Node that Node-RED 5 accepts: this one, or the one in test/peers. */
export const newerNode: string | undefined = [
  ...(Number(process.versions.node.split(".")[0]) >= 23 ? [process.execPath] : []),
  join(peers, `node-linux-${process.arch}/bin/node`),
].find((path) => existsSync(path));

/** What a package of test/peers exports; its types are not installed here. */
export function requirePeer<T>(name: string): T {
  return createRequire(join(root, "test/peers/package.json"))(name) as T;
}

export const whyNoNodeRed: string | false = existsSync(nodeRedFolders[4])
  ? false
  : `Node-RED is not installed: ${noPeers}`;

function findNodeRed5Fault(): string | false {
  if (!existsSync(nodeRedFolders[5])) return `Node-RED 5 is not installed: ${noPeers}`;
  return newerNode === undefined ? `no Node 22.9 or newer in test/peers for linux-${process.arch}: ${noPeers}` : false;
}
export const whyNoNodeRed5: string | false = findNodeRed5Fault();

const named = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
  (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)),
);
export const chromium: string | undefined = [process.env.CHROMIUM ?? "", ...named].find(
  (path) => path !== "" && existsSync(path),
);

function findBrowserFault(): string | false {
  if (!existsSync(join(peers, "playwright-core"))) return `playwright-core is not installed: ${noPeers}`;
  return chromium === undefined ? "chromium is not installed: apt-get install chromium, or set CHROMIUM" : false;
}
export const whyNoBrowser: string | false = findBrowserFault();
