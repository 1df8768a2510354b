/** What is asked on a terminal, and what each answer does; long work, how far it is, and what ends it. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { inTurns } from "../support/in-turns.js";
import { cut, journalPath, recordHere } from "./journals.js";
import { ending, message, run } from "./program.js";
import { hasTerminals, open } from "./terminals.js";

async function tornWorkspace(cwd: string): Promise<void> {
  await recordHere(cwd, message("a") + ending("success"), "ended");
  await recordHere(cwd, message("a") + message("b"), "torn");
  rmSync(journalPath(cwd, "torn").replace(/ndjson$/, "json"));
  cut(journalPath(cwd, "torn"), 20);
}

/** Names and contents of all files of the workspace. */
function filesOf(cwd: string): readonly (readonly [name: string, bytes: string])[] {
  const folder = join(cwd, ".choragen/sessions");
  return readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), "latin1")]);
}

const QUESTIONS = [
  {
    line: "repair torn",
    question: "Repair it? [y/N] ",
    kept: "Nothing was changed.",
    yes: "y\r",
    done: /kept: .*torn-\d+/,
  },
  {
    line: "prune --older-than 0s",
    question: "Remove them? [y/N] ",
    kept: "Nothing was removed.",
    yes: "YES\r",
    done: /^Removed 2 sessions, /,
  },
] as const;

const NO = [
  { name: "n", typed: "n\r", status: 1 },
  { name: "Enter", typed: "\r", status: 1 },
  { name: "something else", typed: "yesterday\r", status: 1 },
  { name: "the end of input", typed: "\x04", status: 1 },
  { name: "Ctrl-C", typed: "\x03", status: 130 },
] as const;

describe.skipIf(!hasTerminals).each(QUESTIONS)("the question of $line", (row) => {
  const { line, question, kept, yes, done } = row;

  async function answered(cwd: string, typed: string) {
    const screen = open(line, { cwd });
    await screen.until(({ lines }) => lines.some((text) => `${text} `.startsWith(question)));
    screen.type(typed);
    return { status: await screen.end(), lines: screen.lines };
  }

  test("changes nothing unless the answer is yes", async () => {
    const cwd = temporaryFolder();
    await tornWorkspace(cwd);
    const before = filesOf(cwd);
    const all = await Promise.all(NO.map(({ typed }) => answered(cwd, typed)));
    for (const [at, { status, lines }] of all.entries()) {
      const { name, status: expected } = NO[at] ?? {};
      expect([name, status]).toEqual([name, expected]);
      // On a line of its own, also where the person ended none.
      if (status === 1) expect([name, lines.at(-1)]).toEqual([name, kept]);
    }
    expect(filesOf(cwd)).toEqual(before);
  });

  test("does it where the answer is yes", async () => {
    const cwd = temporaryFolder();
    await tornWorkspace(cwd);
    const { status, lines } = await answered(cwd, yes);
    expect(status).toBe(0);
    expect(lines.some((text) => done.test(text.trim()))).toBe(true);
  });
});

const SLOW_DISK = `--require ${fileURLToPath(new URL("slow-disk.cjs", import.meta.url))}`;
/** Folders with a copy of the same journal: work that goes on from one to the next. */
const WAYS = ["w1", "w2"];
const JOURNALS = WAYS.map((way) => `${way}/big.ndjson`).join(" ");

/** What is on the screen when Ctrl-C is typed; progress is gone again afterwards. */
const LONG = [
  { line: "verify", during: /verifying 0 of 1 {2}big|verifying [\d.]+ \S+/ },
  { line: `verify ${JOURNALS}`, during: /verifying \d of 2/ },
  { line: `search nowhere ${JOURNALS}`, during: /searching [\d.]+ (bytes|KiB|MiB)/ },
  { line: `stats ${JOURNALS}`, during: /counting \d of 2/ },
  { line: `diff ${JOURNALS}`, during: /comparing [\d.]+ (bytes|KiB|MiB)/ },
  { line: "show big", during: /reading [\d.]+ (bytes|KiB|MiB) of [\d.]+ MiB/ },
  { line: "tail -n 1 big", during: /reading [\d.]+ (bytes|KiB|MiB) of [\d.]+ MiB/ },
  { line: "search -E no+where", during: /^$/ },
  { line: "list", during: /^$/ },
  { line: "tail --all", during: /following all sessions/ },
  { line: "export --format markdown big", during: /^word word/ },
  { line: "import -", during: /^$/ },
  { line: "record --role r --model m", during: /Ctrl-D closes the session/ },
] as const;

describe.skipIf(!hasTerminals)("long work", () => {
  let cwd = "";
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "session-journal-"));
    const session = new Session({
      role: "r",
      model: "m",
      sessionId: "big",
      workspaceRoot: cwd,
      autosave: false,
    });
    const content = "word ".repeat(2_000);
    for (let at = 0; at < 300; at += 1) session.addMessage({ role: "user", content });
    await session.close();
    // As if its writer had been killed: of a session that was closed `list` reads the two ends alone.
    const closing = readFileSync(session.journalPath, "utf8").trimEnd().split("\n").at(-1) ?? "";
    cut(session.journalPath, closing.length + 1);
    rmSync(session.snapshotPath);
    for (const way of WAYS) {
      mkdirSync(join(cwd, way));
      copyFileSync(session.journalPath, join(cwd, way, "big.ndjson"));
    }
    return () => rmSync(cwd, { recursive: true });
  });

  test("is ended by Ctrl-C with 130, and leaves nothing of its progress on the screen", async () => {
    const ended = await inTurns(LONG, async ({ line, during }) => {
      const screen = open(line, { cwd, env: { NODE_OPTIONS: SLOW_DISK } });
      await screen.until(({ visible }) =>
        visible.some((text) => during.test(text.trim().replace(/^\S /, ""))),
      );
      // What shows nothing is not to be caught before it has begun.
      if (during.source === "^$") await new Promise((resolve) => setTimeout(resolve, 900));
      screen.type("\x03");
      const status = await screen.end();
      const left = screen.lines.filter((text) => /verifying|searching|counting|comparing|reading/.test(text));
      return {
        line,
        status,
        left,
        isCursorShown: screen.sent.lastIndexOf("\x1b[?25l") <= screen.sent.lastIndexOf("\x1b[?25h"),
      };
    });
    expect(ended).toEqual(LONG.map(({ line }) => ({ line, status: 130, left: [], isCursorShown: true })));
  });

  test("shows how far it is on a terminal alone, and only while it lasts", async () => {
    const env = { NODE_OPTIONS: SLOW_DISK };
    const screen = open("verify big", { cwd, env });
    const piped = run(["verify", "big"], { cwd, env });
    await screen.until(({ visible }) =>
      visible.some((text) => /verifying [\d.]+ \S+ of 2\.9 MiB {2}big$/.test(text)),
    );
    expect(await screen.end()).toBe(0);
    expect(screen.lines).toEqual([expect.stringMatching(/^sound {4}big {2}301 records, /)]);
    const { stdout, stderr } = await piped;
    expect([stdout, stderr]).toEqual([`${screen.lines[0]}\n`, ""]);
  });
});
