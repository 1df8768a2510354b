import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { RuntimeEvent } from "../../src/event/types.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message } from "./program.js";
import { hasTerminals, open } from "./terminals.js";

const LONG = Array.from({ length: 60 }, (_, at) => message(`message ${at}`)).join("") + ending("success");
const hasLess = spawnSync("less", ["--version"]).status === 0;

async function recorded(input: string): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, input, "one");
  return cwd;
}

describe.skipIf(!hasTerminals || !hasLess)("what is longer than the screen", () => {
  test("is shown page by page, and left by whoever has read enough", async () => {
    const screen = open("show one", { cwd: await recorded(LONG), rows: 12 });
    await screen.until(({ visible }) => visible.at(-1)?.startsWith(":") === true);
    expect(screen.visible[0]).toBe("one  success");
    screen.type(" ");
    await screen.until(({ visible }) => visible.some((line) => line.includes("message 4")));
    // Ctrl-C is the pager's, which goes on; what was typed with it is lost.
    screen.type("\x03");
    await sleep(200);
    screen.type(" ");
    await screen.until(({ visible }) => visible.some((line) => line.includes("message 7")));
    screen.type("q");
    expect(await screen.end()).toBe(0);
    expect(screen.lines.join("\n")).not.toContain("message 30");
  });

  test("tells by its exit status that it was damaged, also to whoever read no further", async () => {
    const cwd = await recorded(LONG);
    flip(journalPath(cwd, "one"), "message 55");
    const screen = open("show one", { cwd, rows: 12 });
    await screen.until(({ visible }) => visible.at(-1)?.startsWith(":") === true);
    screen.type("q");
    expect(await screen.end()).toBe(1);
  });

  test("goes to the pager that is named, and is printed where that is not there, or not wanted", async () => {
    const cwd = await recorded(LONG);
    const own = open("show one", { cwd, rows: 12, env: { PAGER: "sed 's/^/| /'" } });
    expect(await own.end()).toBe(0);
    expect(own.lines[0]).toBe("| one  success");
    for (const [parameters, env] of [
      ["show one", { PAGER: "no-such-pager -R" }],
      ["show one", { PAGER: "no-such-pager | cat >&2; exit 127" }],
      ["show one", { PAGER: "cat" }],
      ["show one", { TERM: "dumb" }],
      ["show --no-pager one", {}],
    ] as const) {
      const screen = open(parameters, { cwd, rows: 12, env });
      expect(await screen.end()).toBe(0);
      expect(screen.lines.some((line) => line === "one  success")).toBe(true);
      expect(screen.lines.at(-1)).toBe("  message 59");
    }
  });

  test("is printed where it fits after all", async () => {
    const screen = open("show one", { cwd: await recorded(message("a")), rows: 24 });
    expect(await screen.end()).toBe(0);
    expect(screen.lines.at(-1)).toBe("  a");
  });
});

describe.skipIf(!hasTerminals)("on terminals of several widths", () => {
  let cwd = "";
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "session-journal-"));
    const text = `${"words that wrap ".repeat(20)}\n\n  世界 ${"é".repeat(90)} 👍🏽`;
    await recordHere(
      cwd,
      message(text) +
        callStarted("c1", "read") +
        callStarted("c2", "run") +
        callFinished("c1", { success: true, data: { content: [{ type: "text", text: "two\nlines" }] } }) +
        callFinished("c2", { success: false, error: text }) +
        message(
          [
            { type: "thinking", thinking: "hm" },
            { type: "text", text: "done" },
          ],
          "assistant",
        ) +
        ending("success"),
      "one",
    );
    return () => rmSync(cwd, { recursive: true });
  });

  test.each([40, 80, 120, 200])("%i columns hold every line", async (columns) => {
    for (const parameters of ["tail one", "show --no-pager one"]) {
      const screen = open(parameters, { cwd, columns, rows: 50 });
      expect(await screen.end()).toBe(0);
      // A line that was too long would go on in the next, at its very left.
      const starts = parameters.startsWith("tail") ? /^(\d\d:\d\d:\d\d |-- )/ : /^( {2}|$|[a-zA-Z]|\d{4}-)/;
      expect(screen.lines.filter((line) => !starts.test(line))).toEqual([]);
      expect(screen.lines.length).toBeGreaterThan(7);
      const coloured = screen.lines.map((_, at) => screen.isColoured(at));
      expect(coloured).toContain(true);
    }
  });

  test("a line of tail has one row, and shows what is said rather than thought", async () => {
    const screen = open("tail one", { cwd, columns: 60 });
    await screen.end();
    expect(screen.lines).toHaveLength(8);
    expect(screen.lines[6]).toMatch(/^\d\d:\d\d:\d\d {5}7 {2}assistant done$/);
    expect(screen.lines[4]).toMatch(/ok {8}read {2}#3 {2}7 ms {2}two lines$/);
  });
});

describe.skipIf(!hasTerminals)("a session that is followed on a terminal", () => {
  test("is shown as it is written; Ctrl-C ends it", async () => {
    const cwd = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionId: "one", workspaceRoot: cwd });
    const screen = open("tail -F", { cwd });
    await screen.until(({ lines }) => lines.length === 2);
    session.addMessage({ role: "user", content: "hello" });
    await screen.until(({ lines }) => lines.length === 3);
    expect(screen.lines[2]).toMatch(/user {6}hello$/);
    screen.type("\x03");
    expect(await screen.end()).toBe(130);
    await session.close();
  });

  test("has the date where its events are not of today", async () => {
    const cwd = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionId: "one", workspaceRoot: cwd });
    for (const at of ["2024-02-29T12:00:00.000Z", "2024-03-01T12:00:00.000Z"]) {
      session.append({ type: "note.added", data: { kind: "n", data: 1, at } } as RuntimeEvent);
    }
    await session.close();
    const screen = open("tail -n 3 one", { cwd });
    await screen.end();
    expect(screen.lines.map((line) => line.slice(0, 13))).toEqual([
      "-- 2024-02-29",
      "12:00:00     ",
      "-- 2024-03-01",
      "12:00:00     ",
      expect.stringMatching(/^-- 20/),
      expect.stringMatching(/^\d\d:/),
    ]);
  });
});
