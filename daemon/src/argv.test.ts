import assert from "node:assert/strict";
import { test } from "node:test";
import { helpText, parseCommandLine, readCount } from "./argv.ts";
import { exitCodeOf } from "./errors.ts";
import { editDistance } from "./nearest.ts";

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.equal(exitCodeOf(error), 2);
    return (error as Error).message;
  }
  return "";
}

test("reads a command with its text and options in any order", () => {
  const line = parseCommandLine(["ask", "--json", "turn on", "--room", "kitchen", "the lamp"]);
  assert.equal(line.command, "ask");
  assert.deepEqual(line.operands, ["turn on", "the lamp"]);
  assert.ok(line.flags.has("json"));
  assert.equal(line.values.room, "kitchen");
});

test("names the nearest command for a mistyped one", () => {
  assert.match(
    complaint(() => parseCommandLine(["aks", "x"])),
    /Did you mean needled ask\?/,
  );
  assert.match(
    complaint(() => parseCommandLine(["evaluate"])),
    /Did you mean needled eval\?/,
  );
  assert.doesNotMatch(
    complaint(() => parseCommandLine(["xyzzyplugh"])),
    /Did you mean/,
  );
});

test("names the nearest option for a mistyped one", () => {
  assert.match(
    complaint(() => parseCommandLine(["ask", "x", "--jsn"])),
    /no option --jsn\. Did you mean --json\?/,
  );
  assert.match(
    complaint(() => parseCommandLine(["eval", "s", "--out"])),
    /--out/,
  );
});

test("says in its own words what is wrong with an option", () => {
  const said = (...argv: string[]): string => complaint(() => parseCommandLine(argv));
  assert.match(said("ask", "--room"), /--room needs a value: --room=ROOM\. Try: needled help ask/);
  assert.match(said("ask", "--json=yes", "x"), /--json takes no value\./);
  assert.match(said("ask", "-5 degrees"), /no option "-5 degrees"\. .*needled ask -- TEXT/);
  assert.match(said("start", "now"), /needled start takes no words/);
  assert.match(said("--json", "ask", "x"), /The command comes first/);
});

test("takes text after -- as text, even when it looks like an option", () => {
  assert.deepEqual(parseCommandLine(["ask", "--", "--help"]).operands, ["--help"]);
});

test("understands the usual spellings of version and help", () => {
  assert.equal(parseCommandLine(["--version"]).command, "version");
  assert.equal(parseCommandLine([]).command, "help");
  for (const help of ["--help", "-h"]) assert.deepEqual(parseCommandLine(["ask", help]).operands, ["ask"]);
});

test("refuses a limit that is no whole number", () => {
  for (const given of ["0", "-1", "NaN", "1.5", "", "1e3", "99999999999999999999"]) {
    const line = parseCommandLine(["eval", "set", `--limit=${given}`]);
    assert.match(
      complaint(() => readCount(line, "limit", 1)),
      /--limit needs a whole number/,
    );
  }
});

test("lists every command and every option in the help", () => {
  for (const name of ["ask", "explain", "eval", "start", "version"])
    assert.match(helpText(undefined), new RegExp(name));
  assert.match(helpText("eval"), /--limit N/);
});

test("counts swapped neighbours as one slip", () => {
  assert.equal(editDistance("aks", "ask"), 1);
  assert.equal(editDistance("", "abc"), 3);
});
