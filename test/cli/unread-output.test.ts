import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { recordHere, sessionIds } from "./journals.js";
import { ending, message, program } from "./program.js";

/** The program with somebody who reads one line and goes. */
function unread(cwd: string, ...parameters: string[]): { status: number; stderr: string } {
  const script = `"$0" "$@" | head -1 >/dev/null; exit "\${PIPESTATUS[0]}"`;
  const { status, stderr } = spawnSync("bash", ["-c", script, process.execPath, program, ...parameters], {
    cwd,
    encoding: "utf8",
  });
  return { status: status ?? -1, stderr };
}

const SOURCES = 20;

test("an import that nobody reads on is finished all the same", () => {
  const cwd = temporaryFolder();
  const names = Array.from({ length: SOURCES }, (_, n) => `${n}.jsonl`);
  for (const [n, name] of names.entries()) {
    const message = { role: "user", content: `hello ${n}` };
    const line = {
      type: "user",
      uuid: `u${n}`,
      sessionId: `s${n}`,
      timestamp: "2026-01-21T06:20:30.851Z",
      message,
    };
    writeFileSync(join(cwd, name), `${JSON.stringify(line)}\n`);
  }
  expect(unread(cwd, "import", ...names)).toMatchObject({ status: 0 });
  expect(sessionIds(cwd)).toHaveLength(SOURCES);
});

test("so is a prune", async () => {
  const cwd = temporaryFolder();
  for (let n = 0; n < SOURCES; n += 1) await recordHere(cwd, ending("success"), `run-${n}`);
  expect(unread(cwd, "prune", "--older-than", "0s", "--yes")).toMatchObject({ status: 0 });
  expect(sessionIds(cwd)).toEqual([]);
});

test("what only tells ends quietly, long before all is told", async () => {
  const cwd = temporaryFolder();
  await recordHere(cwd, message("word ".repeat(200)).repeat(1_500), "long");
  const all = ["tail", "show", "search word", "export --format ndjson", "export --format html"];
  for (const command of all)
    expect([command, unread(cwd, ...command.split(" "), "long")]).toEqual([
      command,
      { status: 0, stderr: "" },
    ]);
});
