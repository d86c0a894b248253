import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { type HttpMessage, type OwnerVerdict, systemClock } from "@needled/devices";
import { maxBodyBytes, sendHttp } from "./http.ts";

const servers: Server[] = [];
function closeAll(): void {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}
afterEach(closeAll);

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
}

const readHidden = async (): Promise<string> => "hunter2";

function send(
  url: string,
  more: Partial<HttpMessage> = {},
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<OwnerVerdict> {
  const message: HttpMessage = { via: "http", method: "POST", url, headers: {}, expect: [200], ...more };
  return sendHttp(message, readHidden, { timeoutMs: 2_000, clock: systemClock, ...options });
}

const echo = { path: "light.on", equals: true };

test("an expected status is done, another one is failed with its number", async () => {
  const url = await serve((_, response) => response.writeHead(200).end());
  assert.deepEqual(await send(url), { status: "done" });
  assert.deepEqual(await send(url, { expect: [204] }), { status: "failed", reason: "it answered 200" });
});

test("the answer's own words decide where the file says so", async () => {
  for (const [body, status] of [
    ['{"light":{"on":true}}', "done"],
    ['{"light":{"on":false}}', "failed"],
    ['{"light":{}}', "unknown"],
    ["no json", "unknown"],
    [`{"light":{"on":true},"x":"${"y".repeat(maxBodyBytes)}"}`, "unknown"],
  ] as const) {
    const url = await serve((_, response) => response.end(body));
    assert.equal((await send(url, { echo })).status, status, body.slice(0, 40));
  }
});

test("no redirect is followed", async () => {
  let count = 0;
  const url = await serve((request, response) => {
    count += 1;
    response.writeHead(302, { location: `http://${request.headers.host}/elsewhere` }).end();
  });
  const { status, reason } = await send(url);
  assert.deepEqual([status, count], ["failed", 1]);
  assert.match(reason ?? "", /302/);
});

test("nobody there is failed, silence after sending and a cut line are unknown", async () => {
  const gone = await serve(() => undefined);
  closeAll();
  assert.equal((await send(gone)).status, "failed");
  const silent = await serve(() => undefined);
  assert.deepEqual(await send(silent, {}, { timeoutMs: 50 }), { status: "unknown", reason: "no answer within 0.05 s" });
  const cutting = await serve((request) => request.socket.destroy());
  assert.equal((await send(cutting)).status, "unknown");
});

test("a body that never ends is cut at the timeout, and the status still counts", async () => {
  const url = await serve((_, response) => void response.writeHead(200).write("x"));
  assert.equal((await send(url, {}, { timeoutMs: 100 })).status, "done");
  assert.equal((await send(url, { echo }, { timeoutMs: 100 })).status, "unknown");
});

test("a cancelled request is unknown once it has left, and was never sent before", async () => {
  const stop = new AbortController();
  const url = await serve(() => stop.abort());
  assert.equal((await send(url, {}, { signal: stop.signal })).status, "unknown");
  assert.equal((await send(url, {}, { signal: stop.signal })).status, "rejected");
});

test("a body is JSON unless it is a text, and a secret is read when it leaves", async () => {
  const seen: unknown[] = [];
  const url = await serve(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    seen.push([request.headers["content-type"], request.headers["x-key"], Buffer.concat(parts).toString()]);
    response.end();
  });
  await send(url, { headers: { "X-Key": { file: "key" } }, body: { n: 2 } });
  await send(url, { headers: { "Content-Type": "text/csv" }, body: "a,b" });
  assert.deepEqual(seen, [
    ["application/json", "hunter2", '{"n":2}'],
    ["text/csv", undefined, "a,b"],
  ]);
});

test("a secret that cannot be read stops the message", async () => {
  const message: HttpMessage = {
    via: "http",
    method: "POST",
    url: "http://127.0.0.1:9/",
    headers: { "X-Key": { file: "gone" } },
    expect: [200],
  };
  const gone = async (): Promise<string> => Promise.reject(new Error("no such file"));
  assert.deepEqual(await sendHttp(message, gone, { timeoutMs: 1_000, clock: systemClock }), {
    status: "failed",
    reason: "no such file",
  });
});
