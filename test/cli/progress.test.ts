import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import headless from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { program } from "./program.js";

const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;
const module = pathToFileURL(join(program, "../terminal/progress.js")).href;

const COLUMNS = 60;

/** Runs the statements, which may use `startProgress`, `sleep` and `print`, and returns what they sent. */
function shownBy(statements: string, { redirect = "", term = "xterm" } = {}): string {
  const folder = temporaryFolder();
  const script = join(folder, "work.mjs");
  writeFileSync(
    script,
    `import { setTimeout as sleep } from "node:timers/promises";
import { startProgress } from ${JSON.stringify(module)};
const print = (text) => process.stdout.write(text + "\\n");
${statements}`,
  );
  const command = `stty cols ${COLUMNS} rows 20; ${process.execPath} ${script} ${redirect}`;
  const { TERM, CI, NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const { stdout } = spawnSync("script", ["-qefc", command, "/dev/null"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 20_000,
    env: { ...env, TERM: term },
  });
  return stdout;
}

/** The lines of the screen once all of it has arrived. */
async function screenAfter(sent: string): Promise<string[]> {
  const terminal = new headless.Terminal({ cols: COLUMNS, rows: 20, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(sent, resolve));
  const lines = Array.from({ length: 20 }, (_, row) =>
    terminal.buffer.active.getLine(row)?.translateToString(true),
  );
  terminal.dispose();
  return lines.map((line) => line ?? "").filter((line) => line !== "");
}

const SHOW_CURSOR = "\x1b[?25h";
const HIDE_CURSOR = "\x1b[?25l";

describe.skipIf(!hasTerminals)("progress on a terminal", () => {
  test("says how far the work is, leaves printed lines whole, and goes away", async () => {
    const sent = shownBy(`
const progress = startProgress("verifying");
for (let done = 1; done <= 6; done++) {
  progress.at(done, 1204, "session-" + done);
  await sleep(150);
  print("line " + done);
}
progress.end();
print("6 sessions");`);
    expect(sent).toContain("verifying 4 of 1,204  session-4");
    expect(await screenAfter(sent)).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((number) => `line ${number}`),
      "6 sessions",
    ]);
    expect(sent.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(sent.lastIndexOf(HIDE_CURSOR));
  });

  test("stays on one line, counts bytes, and sends no text that the terminal would obey", async () => {
    const sent = shownBy(`
const progress = startProgress("importing", { unit: "bytes" });
progress.at(1536, undefined, "\\x1b[31m\\n" + "世".repeat(100));
await sleep(700);
progress.end();`);
    expect(sent).toContain("importing 1.5 KiB  ␛[31m 世世");
    expect(sent).not.toContain("\x1b[31m");
    const [, longest = ""] = /(importing.*?世+)/.exec(sent) ?? [];
    expect([...longest].reduce((sum, one) => sum + (one === "世" ? 2 : 1), 0)).toBeLessThanOrEqual(
      COLUMNS - 3,
    );
    expect(await screenAfter(sent)).toEqual([]);
  });

  test("shows nothing of work that is soon done", () => {
    expect(
      shownBy(`
const progress = startProgress("verifying");
progress.at(1, 2);
await sleep(50);
progress.end();
print("done");
await sleep(500);`),
    ).toBe("done\r\n");
  });

  test("gives the cursor back where the process ends in the middle of it", () => {
    const sent = shownBy(`
startProgress("verifying");
await sleep(600);
process.exit(3);`);
    expect(sent).toContain("verifying 0");
    expect(sent.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(sent.lastIndexOf(HIDE_CURSOR));
  });

  const work = `
const progress = startProgress("verifying");
await sleep(600);
progress.end();
print("done");`;

  test.each([
    ["| cat", "xterm"],
    ["2>/dev/null", "xterm"],
    ["", "dumb"],
  ])("shows none with %j on %s", (redirect, term) => {
    expect(shownBy(work, { redirect, term })).toBe("done\r\n");
  });

  test("shows it beside output that goes to a file", () => {
    expect(shownBy(work, { redirect: "> out.txt" })).toContain("verifying 0");
  });
});
