import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { VERSION } from "../../src/version.js";
import { run } from "./program.js";

const cwd = process.cwd();
const names = COMMANDS.map(({ name }) => name);

describe("help", () => {
  test.concurrent.each([[], ...names.map((name) => [name])])(
    "of %s fits 80 columns and has examples",
    async (...command) => {
      const { status, stdout, stderr } = await run([...command, "--help"], { cwd });
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).toMatch(/^Usage: choragen-session /);
      expect(stdout).toMatch(/\nExamples:\n {2}choragen-session /);
      expect(stdout.endsWith("\n\n")).toBe(false);
    },
  );

  test("names every command and what an exit status means", async () => {
    const { stdout } = await run(["--help"], { cwd });
    for (const { name, about } of COMMANDS) {
      expect(stdout).toMatch(new RegExp(`\\n {2}${name} +${about.replace(/[^\w ]/g, ".")}\\n`));
    }
    expect(stdout).toContain("Exit status: 0 ");
    expect((await run(["help"], { cwd })).stdout).toBe(stdout);
    expect((await run(["help", "tail"], { cwd })).stdout).toBe((await run(["tail", "-h"], { cwd })).stdout);
  });

  test("is what a person gets who says nothing", async () => {
    const { status, stdout, stderr } = await run([], { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: choragen-session COMMAND");
  });

  test("tells the version", async () => {
    expect(await run(["--version"], { cwd })).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: "" });
  });
});

describe("a mistake in the command line", () => {
  test.concurrent.each([
    [["lst"], 'there is no command "lst"; did you mean choragen-session list?'],
    [["frobnicate"], 'there is no command "frobnicate"; see choragen-session --help'],
    [["--json", "list"], "name a command first"],
    [["list", "--colour"], "there is no option --colour here; see choragen-session list --help"],
    [["list", "extra"], 'list does not take "extra"'],
    [["tail", "-n"], "--lines needs a value (N)"],
    [["tail", "-n", "many"], '-n takes a whole number from 0, not "many"'],
    [["tail", "-n", "-1"], '-n takes a whole number from 0, not "-1", which is negative'],
    [
      ["prune", "--older-than", "-3d"],
      '--older-than takes a span of time such as 90s, 15m, 2h, 30d or 2w, not "-3d", which is negative',
    ],
    [["show"], "show needs a session"],
    [["search"], "search needs "],
    [["verify", "--all", "one"], "verify takes sessions, or --all"],
    [["list", "--workspace="], "--workspace needs a value"],
    [["list", "--json=yes"], "--json takes no value"],
  ])("%j exits with 2, in one sentence", async (parameters, says) => {
    const { status, stdout, stderr } = await run(parameters, { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`choragen-session: ${says}`);
    expect(stderr.trimEnd().split("\n").length).toBe(1);
  });
});
