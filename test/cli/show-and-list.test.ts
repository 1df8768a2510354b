import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message, RECORD, run, start } from "./program.js";

const INPUT =
  message("Find it.") +
  message("I look.", "assistant") +
  callStarted("c1", "read") +
  callFinished("c1", { success: true, data: "found" }) +
  callStarted("c2", "write", false) +
  callFinished("c2", { success: false }) +
  callStarted("c3", "run") +
  callFinished("c3", { success: false, error: "exit 1" }) +
  `${JSON.stringify({ type: "token_usage.updated", data: { input: 1200, output: 80, cacheRead: 5000 } })}\n` +
  `${JSON.stringify({ type: "turn.completed", data: { index: 1 } })}\n`;

async function recorded(input: string): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, input, "one");
  return cwd;
}

const steady = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d · [\d.]+ m?s/, "MOMENT")
    .replace(/\d\d:\d\d:\d\d (#\d+)/g, "hh:mm:ss $1");

describe("show", () => {
  test("shows head, conversation, calls and tokens", async () => {
    const cwd = await recorded(INPUT + ending("success"));
    const { status, stdout } = await run(["show", "one"], { cwd });
    expect(status).toBe(0);
    expect(steady(stdout).replace(/in [\d.]+ KiB/, "in SIZE")).toBe(`\
one  success
impl · m-1 · chain C-1
MOMENT · 1 turn · 12 records in SIZE

user  hh:mm:ss #2
  Find it.

assistant  hh:mm:ss #3
  I look.
  → read  ok 7 ms  path=a.ts  found
  → write  denied  not here  path=a.ts
  → run  failed 7 ms  path=a.ts  exit 1

Calls  3
  read   1  7 ms
  write  1  7 ms  1 denied
  run    1  7 ms  1 failed

Tokens  1,280
  1,200 in · 80 out
  5,000 read from cache
`);
  });

  test("shows what is open, and whether somebody is at it", async () => {
    const cwd = temporaryFolder();
    const writing = start([...RECORD, "--id", "one", "--ack"], { cwd });
    writing.write(callStarted("c1", "read"));
    await writing.lines(2);
    const during = await run(["show", "one"], { cwd });
    expect(during.stdout).toMatch(/^one {2}running\n/);
    expect(during.stdout).toMatch(
      /\nRunning {2}1\n {2}read {2}since \d\d:\d\d:\d\d, [\d.]+ m?s {2}#2 {2}path=a.ts\n$/,
    );
    writing.kill();
    await writing.ended;
    const after = await run(["show", "one"], { cwd });
    expect([during.status, after.status]).toEqual([0, 0]);
    expect(after.stdout).toMatch(/^one {2}interrupted: its writer is gone and did not end it\n/);
    expect(after.stdout).toMatch(/\nOpen {2}1\n {2}read {2}since \d\d:\d\d:\d\d {2}#2 {2}path/);
  });

  test("cuts long messages unless all of them is asked for", async () => {
    const cwd = await recorded(message(Array.from({ length: 50 }, (_, n) => `line ${n}`).join("\n")));
    const cutShort = (await run(["show", "one"], { cwd })).stdout;
    expect(cutShort).toContain("line 19\n  … (--full shows all of it)");
    expect(cutShort).not.toContain("line 20");
    expect((await run(["show", "--full", "one"], { cwd })).stdout).toContain("\n  line 49\n");
  });

  test("gives the state to programs", async () => {
    const cwd = await recorded(INPUT + ending("success"));
    const state = JSON.parse((await run(["show", "--json", "one"], { cwd })).stdout);
    const snapshot = JSON.parse(readFileSync(join(cwd, ".choragen", "sessions", "one.json"), "utf8"));
    const { journal, ...saved } = snapshot;
    expect(journal.seq).toBe(12);
    expect(state).toEqual(saved);
    expect(Object.keys(state)).toEqual(Object.keys(saved));
  });

  test("shows a damaged session up to the damage, and exits with 1", async () => {
    const cwd = await recorded(INPUT + ending("success"));
    flip(journalPath(cwd, "one"), '"exit 1"');
    const { status, stdout } = await run(["show", "one"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain("I look.");
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(
      /^damaged at line 9, byte \d+: its hash is not that of its bytes/,
    );
  });

  test("finds by the snapshot that a journal was cut", async () => {
    const cwd = await recorded(INPUT + ending("success"));
    const path = journalPath(cwd, "one");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${lines.slice(0, 3).join("\n")}\n`);
    const { status, stdout } = await run(["show", "one"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain("it ends here, though record 12 was known to be on disk");
  });
});

describe("list", () => {
  test("lists sessions, the newest first, with what became of them", async () => {
    const cwd = await recorded(INPUT + ending("success"));
    await recordHere(cwd, ending("failure"), "two");
    await recordHere(cwd, message("a"), "three");
    const writing = start([...RECORD, "--id", "four"], { cwd });
    await writing.lines(1);
    const { status, stdout } = await run(["list"], { cwd });
    expect(status).toBe(0);
    const [titles = "", ...rows] = stdout.trimEnd().split("\n");
    expect(titles.split(/\s+/).slice(0, 5)).toEqual(["SESSION", "STATE", "ROLE", "MODEL", "CHAIN/TASK"]);
    expect(rows.map((row) => row.split(/\s+/).slice(0, 2))).toEqual([
      ["four", "running"],
      ["three", "closed"],
      ["two", "failure"],
      ["one", "success"],
    ]);
    const json = await run(["list", "--json"], { cwd });
    const sessions = json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(sessions.map(({ id }) => id)).toEqual(["four", "three", "two", "one"]);
    expect(sessions[3]).toMatchObject({
      lifecycle: "ended",
      outcome: "success",
      toolCalls: 3,
      deniedCalls: 1,
    });
  });

  test("leaves columns out where there is less room, and shortens ids that are made up", async () => {
    const cwd = temporaryFolder();
    const id = await recordHere(cwd, ending("success"));
    await run([...RECORD, "--model", "m".repeat(100), "--chain", "c".repeat(100)], { cwd });
    for (const [columns, titles] of [
      ["40", "SESSION STATE STARTED"],
      ["60", "SESSION STATE ROLE STARTED CALLS"],
      ["80", "SESSION STATE ROLE MODEL STARTED CALLS TOKENS"],
      ["200", "SESSION STATE ROLE MODEL CHAIN/TASK STARTED TOOK TURNS CALLS DENIED TOKENS"],
    ] as const) {
      const { stdout } = await run(["list"], { cwd, env: { COLUMNS: columns } });
      const [head = "", long = "", row = ""] = stdout.split("\n");
      expect(head.split(/\s+/).join(" ")).toBe(titles);
      expect(Math.max(head.length, long.length, row.length)).toBeLessThanOrEqual(Number(columns));
      expect(row.split(/\s+/)[0]).toBe(columns === "200" ? id : id.slice(-6));
    }
  });

  test("says where there is nothing", async () => {
    const cwd = temporaryFolder();
    const nowhere = await run(["list"], { cwd });
    expect([nowhere.status, nowhere.stderr]).toEqual([
      3,
      expect.stringContaining("there is no .choragen folder here or above"),
    ]);
    mkdirSync(join(cwd, ".choragen", "sessions"), { recursive: true });
    const empty = await run(["list"], { cwd });
    expect([empty.status, empty.stdout, empty.stderr]).toEqual([
      0,
      "",
      expect.stringContaining("no sessions yet"),
    ]);
  });
});

describe("colour", () => {
  test("is there where it is wanted", async () => {
    const cwd = await recorded(INPUT);
    const colour = "\x1b[";
    for (const [env, isColoured] of [
      [{}, false],
      [{ FORCE_COLOR: "1" }, true],
      [{ FORCE_COLOR: "0" }, false],
      [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true],
      [{ NO_COLOR: "1" }, false],
    ] as const) {
      const { stdout } = await run(["tail", "one"], { cwd, env });
      expect(stdout.includes(colour)).toBe(isColoured);
    }
    for (const command of [["show", "one"], ["list"]]) {
      expect((await run(command, { cwd, env: { FORCE_COLOR: "1" } })).stdout).toContain(colour);
    }
  });
});
