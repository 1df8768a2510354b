import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/cli/terminal/width.js";
import { temporaryFolder } from "../support/folders.js";
import { flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message, run, start } from "./program.js";

const ID = "session-20251208-143105-3fa2c1";
const OLDER = "session-20251201-143105-91bc02";

async function workspace(): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, message("the needle of old"), OLDER);
  const input = [
    message("find the needle\nin the hay"),
    callStarted("c", "grep"),
    callFinished("c", { success: true, data: "a needle, a NEEDLE" }),
    ending("success"),
  ].join("");
  await recordHere(cwd, input, ID);
  return cwd;
}

describe("search", () => {
  it("prints what stands around each match under its session, the newest first, to jump to", async () => {
    const { status, stdout, stderr } = await run(["search", "needle"], { cwd: await workspace() });
    const lines = stdout.replace(/\d\d:\d\d:\d\d/g, "<time>").replace(/\d{4}-\d\d-\d\d/g, "<day>");
    expect([status, stderr]).toEqual([0, ""]);
    expect(lines).toBe(
      [
        `${ID}  <day>`,
        "3fa2c1:2      <time>  user      find the needle",
        "3fa2c1:4      <time>  ok        grep a needle, a NEEDLE",
        "",
        `${OLDER}  <day>`,
        "91bc02:2      <time>  user      the needle of old",
        "",
      ].join("\n"),
    );
  });

  it.each([
    [
      ["search", "-i", "NEEDLE", "3fa2c1"],
      [2, 4],
    ],
    [["search", "NEEDLE"], [4]],
    [["search", "-E", "^in .*y$"], [2]],
    [["search", "-E", "-i", "a n\\w+, a n", ID], [4]],
    [["search", "path"], [3]],
    [
      ["search", "--max", "2", "needle"],
      [2, 4],
    ],
  ])("with %j finds records %j", async (parameters, seqs) => {
    const { status, stdout } = await run([...parameters, "--json"], { cwd: await workspace() });
    const found = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect([status, found]).toEqual([0, seqs]);
  });

  it("prints ids alone, each once", async () => {
    const cwd = await workspace();
    expect((await run(["search", "-l", "needle"], { cwd })).stdout).toBe(`${ID}\n${OLDER}\n`);
    expect((await run(["search", "--ids", "--max", "1", "needle"], { cwd })).stdout).toBe(`${ID}\n`);
  });

  it.each([
    [["search", "straw"], 1, ""],
    [["search"], 2, "search needs a pattern to search for"],
    [["search", ""], 2, "the pattern is empty"],
    [["search", "-E", "a(b"], 2, "the pattern is no regular expression: /a(b/gmu: Unterminated group"],
    [["search", "--max", "0", "x"], 2, "--max takes a whole number from 1"],
    [["search", "x", "nobody"], 3, 'there is no session "nobody"'],
  ])("of %j ends with %i", async (parameters, expected, said) => {
    const { status, stdout, stderr } = await run(parameters, { cwd: await workspace() });
    expect([status, stdout]).toEqual([expected, ""]);
    expect(stderr).toContain(said);
    expect(stderr.split("\n").length).toBeLessThanOrEqual(2);
  });

  it("prints nothing of a damaged journal that is behind the damage, and says so", async () => {
    const cwd = await workspace();
    flip(journalPath(cwd, ID), "NEEDLE");
    const { status, stdout, stderr } = await run(["search", "needle"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain("3fa2c1:2");
    expect(stdout).not.toContain("3fa2c1:4");
    expect(stdout).toContain("91bc02:2");
    expect(stderr).toContain(`${ID}: damaged at line 4`);
    expect((await run(["search", "a needle"], { cwd })).status).toBe(1);
  });

  it("goes on where one of several journals cannot be read, and then ends with 3", async () => {
    const cwd = await workspace();
    const started = { type: "session.started", data: { formatVersion: 99, text: "needle" } };
    writeFileSync(
      join(cwd, ".choragen/sessions/later.ndjson"),
      `{"seq":1,"time":"","needle":${JSON.stringify(started)}}\n`,
    );
    const { status, stdout } = await run(["search", "needle", OLDER], { cwd });
    expect([status, stdout.includes("91bc02:2")]).toEqual([0, true]);
    const journal = join(cwd, ".choragen/sessions/gone.ndjson");
    const mixed = await run(["search", "needle", journal, OLDER], { cwd });
    expect([mixed.status, mixed.stdout.includes("91bc02:2")]).toEqual([3, true]);
  });

  it.each([40, 80, 140])("fits %i columns and keeps the match in sight", async (columns) => {
    const cwd = temporaryFolder();
    await recordHere(cwd, message(`${"日本語 before ".repeat(30)}needle${" after".repeat(60)}`), ID);
    const { stdout } = await run(["search", "needle"], { cwd, env: { COLUMNS: String(columns) } });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[1]).toContain("needle");
    expect(lines.map(textWidth).filter((width) => width > columns)).toEqual([]);
  });

  it("shows what a terminal would obey, and never sends it", async () => {
    const cwd = temporaryFolder();
    await recordHere(cwd, message("\u001b[31mneedle\u202e\u0007 \r\u009b2J", "\u001b[2Juser"), ID);
    for (const more of [[], ["--json"], ["-E"], ["--ids"]]) {
      const { stdout } = await run(["search", ...more, "needle"], { cwd });
      expect(stdout.match(/(?!\n)[\p{Cc}\p{Cf}]/u)).toBeNull();
      expect(stdout).not.toBe("");
    }
    const { stdout } = await run(["search", "needle"], { cwd, env: { FORCE_COLOR: "1" } });
    expect(stdout).toContain("␛[31m\u001b[1m\u001b[31mneedle\u001b[39m\u001b[22m");
  });

  it.skipIf(process.platform === "win32")(
    "with an expression that never ends is ended by the signal",
    async () => {
      const cwd = temporaryFolder();
      await recordHere(cwd, message(`start ${"a".repeat(60)}!`) + message("later"), ID);
      const searching = start(["search", "-E", "start|(a+)+$"], { cwd });
      setTimeout(() => searching.kill("SIGINT"), 1500);
      expect((await searching.ended).status).toBeNull();
    },
  );
});
