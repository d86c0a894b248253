import assert from "node:assert/strict";
import { test } from "node:test";
import { FillError, faultOfTopic, fillJson, fillMessage, fillText } from "./fill.ts";
import type { HttpMessage, MqttMessage } from "./tool.ts";

const mqtt = (topic: string): MqttMessage => ({ via: "mqtt", topic, qos: 1, retain: false });
const http = (url: string): HttpMessage => ({ via: "http", method: "POST", url, headers: {}, expect: [200] });
const urlOf = (url: string, args: Record<string, unknown>): string => (fillMessage(http(url), args) as HttpMessage).url;

test("a text that is one placeholder keeps the value's type, inside a text it is written out", () => {
  const filled = fillJson({ n: "{n}", list: ["{on}", "x{n}y"], fixed: 1, none: null }, { n: 2, on: true });
  assert.deepEqual(filled, { n: 2, list: [true, "x2y"], fixed: 1, none: null });
});

test("what needs an absent value is left out, at any depth", () => {
  assert.deepEqual(fillJson({ a: "{a}", b: { c: "say {a}", d: 1 }, e: ["{a}", 2] }, {}), { b: { d: 1 }, e: [2] });
  assert.equal(fillText("The cat got {n}.", {}), undefined);
});

test("a value is never a placeholder itself, and an inherited property is no value", () => {
  assert.equal(fillText("{a}", { a: "{b}", b: "no" }), "{b}");
  assert.equal(fillText("{constructor}", {}), undefined);
});

test("a value stays within its level of a topic", () => {
  assert.equal(
    (fillMessage(mqtt("room/{room}/set"), { room: "living room" }) as MqttMessage).topic,
    "room/living room/set",
  );
  for (const room of ["a/b", "+", "#", "", "a\u0000"])
    assert.throws(() => fillMessage(mqtt("room/{room}/set"), { room }), FillError, room);
});

test("no tool writes where needled listens, whatever its values are", () => {
  for (const topic of ["needled/home/in/voice", "needled", "$SYS/x", "a/+", ""]) assert.ok(faultOfTopic(topic), topic);
  assert.throws(() => fillMessage(mqtt("{a}/home/confirm/x"), { a: "needled" }), FillError);
  assert.equal(faultOfTopic("needledwork/x"), undefined);
});

test("values in an address are encoded and cannot leave their segment", () => {
  const url = "http://10.0.0.7:80/feed/{who}?n={n}&m=1";
  assert.equal(urlOf(url, { who: "a/b?c#d", n: "1&x=2" }), "http://10.0.0.7:80/feed/a%2Fb%3Fc%23d?n=1%26x%3D2&m=1");
  assert.equal(urlOf(url, { who: "a" }), "http://10.0.0.7:80/feed/a?m=1");
  assert.equal(urlOf("http://h/x?n={n}", {}), "http://h/x");
  for (const who of ["..", ".", "", "\ud800"])
    assert.throws(() => urlOf(url, { who, n: 1 }), FillError, JSON.stringify(who));
});

test("whatever the value, the host is the one in the file", () => {
  for (const who of ["@evil.example", "//evil.example", "\\\\evil.example", ":9/", "%2f..", "\r\nHost: x"]) {
    assert.equal(new URL(urlOf("http://10.0.0.7/{who}/x?q={who}", { who })).host, "10.0.0.7", who);
  }
});
