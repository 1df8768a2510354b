import { describe, expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.js";
import { prune } from "../../src/cli/commands/prune.js";
import { tail } from "../../src/cli/commands/tail.js";
import { readNumber } from "../../src/cli/read-number.js";

const parse = (...line: string[]) => parseArguments("tail", tail, line);

describe("a value that begins with a sign and a digit", () => {
  test.each([[["-n", "-1"]], [["-n-1"]], [["-fn", "-1"]], [["--lines", "-1"]], [["--lines=-1"]]])(
    "is the value of the option before it: %j",
    (line) => {
      expect(parse(...line).value("lines")).toBe("-1");
      expect(() => readNumber("-1", "-n", 0)).toThrow(
        '-n takes a whole number from 0, not "-1", which is negative',
      );
    },
  );

  test("is one of several where the option may be given again", () => {
    const given = parse("--type", "-1", "--type", "-2");
    expect(given.values("type")).toEqual(["-1", "-2"]);
    expect(parseArguments("prune", prune, ["--keep-last", "-1"]).value("keep-last")).toBe("-1");
  });

  test.each([
    [["-f", "-1"], "there is no option -1 here"],
    [["-nf", "-1"], "there is no option -1 here"],
    [["-1"], "there is no option -1 here"],
    [["-n", "--json"], "--lines needs a value (N)"],
    [["-n", "-f"], "--lines needs a value (N)"],
    [["one", "--", "-n", "-1"], 'tail does not take "-n"'],
  ])("is none where no option waits for one: %j", (line, message) => {
    expect(() => parse(...line)).toThrow(message);
  });
});

describe("a number", () => {
  test("is whole and in its range", () => {
    expect([readNumber("0", "-n", 0), readNumber("7", "-n", 1), readNumber(undefined, "-n", 1)]).toEqual([
      0,
      7,
      undefined,
    ]);
    for (const text of ["0", "1.5", "1e3", "0x10", " 1", "many", "9".repeat(16)]) {
      expect(() => readNumber(text, "--max", 1)).toThrow(`--max takes a whole number from 1, not "${text}"`);
    }
  });
});
