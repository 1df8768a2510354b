import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { journalPath, recordHere, sessionIds } from "./journals.js";
import { ending, message, program, RECORD, run, start } from "./program.js";

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

/** Sessions that ended so many days ago. */
async function workspace(ages: { readonly [id: string]: number }): Promise<string> {
  const cwd = temporaryFolder();
  const now = Date.now();
  for (const [id, days] of Object.entries(ages)) {
    vi.useFakeTimers({ toFake: ["Date"], now: now - days * DAY_MS });
    await recordHere(cwd, message("a") + ending("success"), id);
    vi.useRealTimers();
  }
  return cwd;
}

const logPath = (cwd: string) => join(cwd, ".choragen/sessions/.pruned.ndjson");

describe("prune", () => {
  test("shows what would go, and removes nothing where nobody can be asked", async () => {
    const cwd = await workspace({ old: 40, older: 50, young: 1 });
    const { status, stdout, stderr } = await run(["prune", "--older-than", "30d"], { cwd });
    expect(status).toBe(2);
    expect(stdout).toMatch(
      /^SESSION +LAST WRITTEN +OUTCOME +SIZE\nold +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +success +[\d.]+ KiB\nolder .*\n2 sessions, [\d.]+ KiB in 4 files to be removed\n1 session stays: not old enough\n$/,
    );
    expect(stderr).toContain(
      "prune asks before it removes anything, and nobody is here to answer; say --yes",
    );
    expect(sessionIds(cwd).length).toBe(3);
    expect(existsSync(logPath(cwd))).toBe(false);
  });

  test("removes it with --yes, all files of a session, and says so in the log", async () => {
    const cwd = await workspace({ old: 40, young: 1 });
    writeFileSync(`${journalPath(cwd, "old")}.torn-10`, "x");
    const { status, stdout, stderr } = await run(["prune", "--older-than=30d", "--yes"], { cwd });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /\nRemoved 1 session, .* in 3 files, as \.choragen\/sessions\/\.pruned\.ndjson says\.\n$/,
    );
    expect(readdirSync(join(cwd, ".choragen/sessions")).sort()).toEqual([
      ".gitignore",
      ".pruned.ndjson",
      "young.json",
      "young.ndjson",
    ]);
    expect(JSON.parse(readFileSync(logPath(cwd), "utf8"))).toMatchObject({ id: "old", outcome: "success" });
    expect((await run(["list"], { cwd })).stdout).not.toContain("pruned");
  });

  test("only shows it in a dry run, keeps the last, and what runs or cannot be read", async () => {
    const cwd = await workspace({ a: 40, b: 50, c: 60 });
    writeFileSync(journalPath(cwd, "broken"), "x\n");
    const writing = start([...RECORD, "--id", "run"], { cwd });
    writing.write(message("a"));
    await writing.lines(1);
    const { status, stdout } = await run(["prune", "--older-than", "0s", "--keep-last", "2", "-n"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^SESSION.*\nb .*\nc .*\n2 sessions, /);
    expect(stdout).toContain("3 sessions stay: 2 among the newest 2, 1 cannot be read\n");
    expect(sessionIds(cwd).length).toBe(5);
    const all = await run(["prune", "--older-than", "0s", "-y"], { cwd });
    expect([all.status, all.stdout]).toEqual([0, expect.stringContaining("1 running")]);
    expect(sessionIds(cwd).sort()).toEqual(["broken", "run"]);
  });

  test("has nothing to do, or no span to go by", async () => {
    const cwd = await workspace({ young: 1 });
    const none = await run(["prune", "--older-than", "30d"], { cwd });
    expect([none.status, none.stdout]).toEqual([
      0,
      "Nothing is to be removed.\n1 session stays: not old enough\n",
    ]);
    for (const [parameters, hint] of [
      [[], "prune needs --older-than"],
      [["--older-than", "soon"], "--older-than takes a span"],
      [["--older-than", "1d", "--keep-last", "-1"], "--keep-last"],
      [["--older-than", "1d", "--keep-last", "few"], "--keep-last takes a whole number from 0"],
    ] as const) {
      const { status, stderr } = await run(["prune", ...parameters], { cwd });
      expect([status, stderr]).toEqual([2, expect.stringContaining(hint)]);
    }
  });

  test("tells programs what became of each", async () => {
    const cwd = await workspace({ old: 40, young: 1 });
    const parse = (stdout: string) =>
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    const dry = await run(["prune", "--older-than", "30d", "--json", "--dry-run"], { cwd });
    expect(parse(dry.stdout)).toMatchObject([
      { became: "would-go", id: "old" },
      { became: "kept", id: "young", why: "it is not old enough" },
    ]);
    expect((await run(["prune", "--older-than", "30d", "--json"], { cwd })).status).toBe(2);
    const done = await run(["prune", "--older-than", "30d", "--json", "--yes"], { cwd });
    expect(parse(done.stdout)[0]).toMatchObject({
      became: "removed",
      id: "old",
      files: ["old.json", "old.ndjson"],
    });
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "goes on past what cannot be removed, says so, and exits with 3",
    async () => {
      const cwd = await workspace({ a: 40, b: 50 });
      chmodSync(journalPath(cwd, "a"), 0o400);
      const { status, stdout, stderr } = await run(["prune", "--older-than", "30d", "-y"], { cwd });
      expect(status).toBe(3);
      expect(stderr).toMatch(/a stays: it cannot be removed: .*EACCES/);
      expect(stdout).toContain("Removed 1 session,");
      expect(sessionIds(cwd)).toEqual(["a"]);
    },
  );

  test("removes nothing where the log cannot be written", async () => {
    const cwd = await workspace({ a: 40 });
    mkdirSync(logPath(cwd));
    const { status, stderr } = await run(["prune", "--older-than", "30d", "-y"], { cwd });
    expect([status, stderr]).toEqual([3, expect.stringContaining(".pruned.ndjson failed: ")]);
    expect(sessionIds(cwd)).toEqual(["a"]);
  });
});

const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

describe.skipIf(!hasTerminals)("prune on a terminal", () => {
  const asked = (cwd: string, columns: number, answer: string) => {
    const command = `stty cols ${columns} rows 20; ${process.execPath} ${program} prune --older-than 30d`;
    const { status, stdout } = spawnSync("script", ["-qefc", command, "/dev/null"], {
      cwd,
      input: answer,
      encoding: "utf8",
      timeout: 20_000,
    });
    return { status, shown: stdout.replaceAll("\r\n", "\n") };
  };

  test("asks, takes silence for no, and shows what fits", async () => {
    const id = "session-20251208-143105-abc123";
    const cwd = await workspace({ [id]: 40 });
    for (const answer of ["n\n", "\n", "\x04"]) {
      const { status, shown } = asked(cwd, 60, answer);
      expect([status, shown]).toEqual([
        1,
        expect.stringMatching(/Remove them\? \[y\/N\][\s\S]*Nothing was removed\./),
      ]);
      expect(shown).toContain("\nabc123 ");
    }
    expect(sessionIds(cwd)).toEqual([id]);
    expect(asked(cwd, 100, "y\n")).toEqual({ status: 0, shown: expect.stringContaining(`${id}  `) });
    expect(sessionIds(cwd)).toEqual([]);
  });
});
