/** What holds for every command: on terminals of several widths, without colours, and in a pipe. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { inTurns } from "../support/in-turns.js";
import { EVIL, makeWorkspace, ROWS, type Row } from "./each-command.js";
import { run } from "./program.js";
import { hasTerminals, open, type Screen } from "./terminals.js";

const WIDTHS = [40, 80, 140] as const;
/** Where NO_COLOR is set: what it takes away is there on the others. */
const WITHOUT_COLOUR = 140;

/** Colours; and of the cursor, of pasting and of drawing at once, where a question is asked or progress is shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
const OURS = /\x1b\[(?:[\d;]*m|\?25[lh]|\?20(?:04|26)[lh]|\d*[AGJK])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const HARMFUL = /(?!\r?\n)[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/;

let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "session-journal-"));
  await makeWorkspace(cwd);
  for (const name of ["other", ...WIDTHS.map((columns) => `other-${columns}`)]) {
    mkdirSync(join(cwd, name));
  }
  return () => rmSync(cwd, { recursive: true });
});

async function shown(
  { line, answer }: Row,
  columns: number,
): Promise<{ status: number | null; screen: Screen }> {
  const env: { [name: string]: string } = columns === WITHOUT_COLOUR ? { NO_COLOR: "1" } : {};
  // Long enough that nothing scrolls away from what is looked at.
  const screen = open(line.replace("other", `other-${columns}`), { cwd, columns, rows: 200, env });
  if (answer !== undefined) {
    await screen.until(({ lines }) => lines.some((text) => /\[y\/N\]|Ctrl-D/.test(text)));
    screen.type(answer);
  }
  return { status: await screen.end(), screen };
}

test("every command is among those that are tried", () => {
  const tried = new Set(ROWS.map(({ line }) => line.split(" ")[0]));
  expect.soft(COMMANDS.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
});

describe.skipIf(!hasTerminals)("on a terminal", () => {
  test.each(WIDTHS.map((columns, at) => [columns, at] as const))(
    "of %i columns lines fit, and nothing of the journal's is obeyed",
    async (columns, at) => {
      // Data is the same on all of them.
      const rows = ROWS.filter(({ isData }) => !isData || columns === 80);
      const all = await inTurns(rows, (row) => shown(row, columns));
      for (const [index, { status, screen }] of all.entries()) {
        const { line, isData, isPlain, titles, status: expected = 0 } = rows[index] as Row;
        const about = `${line}, ${columns} columns:\n${screen.lines.join("\n")}`;
        expect.soft(status, about).toBe(expected);
        if (!isData) expect.soft(screen.tooLong, about).toEqual([]);
        expect
          .soft(
            HARMFUL.exec(screen.sent.replaceAll(OURS, "").replaceAll("\r\n", "\n").replaceAll("\r", "")),
            about,
          )
          .toBeNull();
        expect.soft(screen.hasColour, about).toBe(!isPlain && columns !== WITHOUT_COLOUR);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
        if (columns === WITHOUT_COLOUR) expect.soft(screen.sent, about).not.toMatch(/\x1b\[[\d;]*m/);
        // What would have cleared the screen, or stood behind a backspace, is there to be read.
        if (columns === 140 && /hostile|list|import/.test(line))
          expect.soft(screen.lines.join("\n"), about).toMatch(/evil(␍|\\u000d|\\r| )/);
        const told = screen.lines.map((text) => text.trim().split(/\s+/).join(" "));
        if (titles !== undefined) expect.soft(told, about).toContain(titles[at]);
      }
    },
  );
});

test("in a pipe nothing is coloured, redrawn or obeyed", async () => {
  const rows = ROWS.filter(({ isData, answer }) => !isData && answer === undefined);
  const all = await inTurns(rows, ({ line }) => run(line.split(" "), { cwd }));
  for (const [index, { status, stdout, stderr }] of all.entries()) {
    const about = `${rows[index]?.line}:\n${stdout}${stderr}`;
    expect.soft(status, about).toBe(rows[index]?.status ?? 0);
    expect.soft(HARMFUL.exec(stdout + stderr), about).toBeNull();
  }
  expect.soft(HARMFUL.test(EVIL)).toBe(true);
});
