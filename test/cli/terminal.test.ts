import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { cut, journalPath, recordHere } from "./journals.js";
import { ending, message, program } from "./program.js";

const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

/** Runs the program on a terminal of its own, 60 columns wide, as somebody would who types `answer`. */
function onTerminal(cwd: string, parameters: string, answer = ""): { status: number | null; shown: string } {
  const line = `stty cols 60 rows 24; "${process.execPath}" "${program}" ${parameters}`;
  const env: NodeJS.ProcessEnv = { ...process.env, TERM: "xterm-256color" };
  for (const name of ["NO_COLOR", "FORCE_COLOR", "CHORAGEN_SESSIONS_DIR"]) delete env[name];
  const { status, stdout } = spawnSync("script", ["-qec", line, "/dev/null"], {
    cwd,
    env,
    input: answer,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, shown: stdout.replaceAll("\r\n", "\n") };
}

describe.skipIf(!hasTerminals)("on a terminal", () => {
  test("lines fit its width, and are coloured", async () => {
    const cwd = temporaryFolder();
    await recordHere(
      cwd,
      message("word ".repeat(100)) + message("世".repeat(100)) + ending("success"),
      "one",
    );
    for (const parameters of ["tail one", "show one", "list", "verify one"]) {
      const { status, shown } = onTerminal(cwd, parameters);
      expect(status).toBe(0);
      expect(shown).toContain("\x1b[");
      const columns = (line: string) => line.replace(/[\u4e00-\u9fff]/g, "xx").length;
      const plain = stripVTControlCharacters(shown).split("\n");
      expect(plain.filter((line) => columns(line) > 60)).toEqual([]);
    }
  });

  test("repair asks, and does only what it is allowed to", async () => {
    const cwd = temporaryFolder();
    await recordHere(cwd, message("a") + message("b"), "one");
    const path = journalPath(cwd, "one");
    rmSync(join(cwd, ".choragen/sessions/one.json"));
    cut(path, 20);
    const torn = readFileSync(path);
    const refused = onTerminal(cwd, "repair one", "n\n");
    expect(refused.status).toBe(1);
    expect(refused.shown).toMatch(
      /take out \d+ bytes[\s\S]*Repair it\? \[y\/N\] [\s\S]*Nothing was changed\./,
    );
    expect(readFileSync(path)).toEqual(torn);
    const allowed = onTerminal(cwd, "repair one", "y\n");
    expect([allowed.status, allowed.shown]).toEqual([
      0,
      expect.stringMatching(/sound[\s\S]*kept: .*torn-\d+/),
    ]);
  });

  test("record says that it waits for somebody to type", () => {
    const { shown } = onTerminal(temporaryFolder(), "record --role r --model m --ack", `${message("a")}\x04`);
    expect(shown).toMatch(/type events, one JSON object a line;\sCtrl-D closes the session\n/);
    expect(shown).toMatch(/\n2\n/);
  });
});
