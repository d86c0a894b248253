import assert from "node:assert/strict";
import { test } from "node:test";
import { referenceOf } from "./reference.ts";

const sentences = {
  it: ["turn it off", "make it warmer", "I wish it was a bit lower", "lock that"],
  them: ["dim them", "turn them both off", "switch those off"],
  there: [
    "turn on the light there",
    "set 21 degrees in there",
    "the lights over there off",
    "and close the blinds there too",
  ],
  here: ["it's dark in here", "turn it off here", "lights in this room off"],
  nothing: [
    "it's cold",
    "it's too dark in the bedroom",
    "how warm is it outside",
    "is it cold in the hall",
    "is there a light on",
    "volume up",
    "turn on the lamp",
  ],
};

for (const [expected, said] of Object.entries(sentences)) {
  for (const text of said) {
    test(`"${text}" points at ${expected}`, () => assert.equal(referenceOf(text), expected));
  }
}
