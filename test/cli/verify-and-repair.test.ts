import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { chooseJournals } from "../../src/cli/chosen-journals.js";
import { temporaryFolder } from "../support/folders.js";
import { sealLines, unsealed, unsealedStart } from "../support/journal-bytes.js";
import { cut, flip, journalPath, recordHere, typesOf } from "./journals.js";
import { callStarted, ending, message, RECORD, run, start } from "./program.js";

/** A session, and copies of its journal in folders beside it, for a test to damage. */
async function copies(...names: readonly string[]): Promise<{ cwd: string; paths: string[] }> {
  const cwd = temporaryFolder();
  await recordHere(cwd, message("a") + message("bbb") + message("c") + ending("success"), "one");
  const paths = names.map((name) => {
    mkdirSync(join(cwd, name));
    copyFileSync(journalPath(cwd, "one"), join(cwd, name, "one.ndjson"));
    return `${name}/one.ndjson`;
  });
  return { cwd, paths };
}

describe("verify", () => {
  test("gives a line for each journal, and line and byte of each fault", async () => {
    const { cwd, paths } = await copies("cut", "flipped");
    cut(join(cwd, "cut/one.ndjson"), 20);
    flip(join(cwd, "flipped/one.ndjson"), '"bbb"');
    const lengths = readFileSync(journalPath(cwd, "one"), "utf8")
      .split("\n")
      .map((line) => line.length + 1);
    const startOf = (line: number) => lengths.slice(0, line - 1).reduce((sum, length) => sum + length, 0);
    const { status, stdout } = await run(["verify", "one", ...paths], { cwd });
    expect(status).toBe(1);
    expect(stdout.replace(/[\d.]+ KiB/, "SIZE")).toBe(`\
sound    one  5 records, SIZE
torn     cut/one.ndjson  4 sound records
         line 5, byte ${startOf(5)}: it does not end in a line feed
corrupt  flipped/one.ndjson  2 sound records
         line 3, byte ${startOf(3)}: its hash is not that of its bytes
3 sessions: 1 sound, 1 damaged, 1 torn
`);
  });

  test("exits with 0 where all is well, also while somebody writes", async () => {
    const { cwd, paths } = await copies("a");
    expect((await run(["verify", "one", ...paths], { cwd })).status).toBe(0);
    const writing = start([...RECORD, "--id", "two"], { cwd });
    writing.write(message("a"));
    await writing.lines(1);
    expect((await run(["verify", "two"], { cwd })).status).toBe(0);
  });

  test("checks a journal once, however often and by whatever name it is given", async () => {
    const { cwd, paths } = await copies("a");
    const [copy = ""] = paths;
    symlinkSync(join(cwd, "a"), join(cwd, "b"));
    const names = ["one", "one", journalPath(cwd, "one"), copy, `./${copy}`, "b/one.ndjson"];
    const { status, stdout } = await run(["verify", ...names, "nowhere", "nowhere"], { cwd });
    expect([
      status,
      stdout
        .split("\n")
        .slice(0, -2)
        .map((line) => line.split(/ {2,}/).slice(0, 2)),
    ]).toEqual([
      3,
      [
        ["sound", "one"],
        ["sound", copy],
      ],
    ]);
    expect(stdout).toMatch(/\n3 sessions: 2 sound, 1 not read\w*\n$/);
    expect(chooseJournals(names.slice(0, 3), cwd).map(({ path }) => path)).toEqual([journalPath(cwd, "one")]);
  });

  test("finds what is beside the chain", async () => {
    const { cwd } = await copies();
    if (process.platform !== "win32") {
      chmodSync(journalPath(cwd, "one"), 0o644);
      const { status, stdout } = await run(["verify", "one"], { cwd });
      expect([status, stdout]).toEqual([
        1,
        expect.stringMatching(/^sound .*\n {9}PERMISSIONS: .*chmod 600\.\n$/),
      ]);
    }
  });

  test("goes on behind one that is not there, and exits with 3", async () => {
    const { cwd, paths } = await copies("a");
    const { status, stdout, stderr } = await run(["verify", "nothere", "gone/x.ndjson", ...paths], { cwd });
    expect(status).toBe(3);
    expect(stdout).toMatch(/^sound {4}a\/one\.ndjson/);
    expect(stderr).toMatch(/no session "nothere".*\n.*gone\/x\.ndjson is not there/);
  });

  test("checks the whole workspace where nothing is named, and counts", async () => {
    const { cwd } = await copies();
    await recordHere(cwd, message("a") + ending("success"), "two");
    await recordHere(cwd, message("a") + ending("success"), "three");
    flip(journalPath(cwd, "two"), '"a"');
    rmSync(journalPath(cwd, "three"));
    mkdirSync(journalPath(cwd, "folder"));
    for (const parameters of [["verify"], ["verify", "--all"]]) {
      const { status, stdout, stderr } = await run(parameters, { cwd });
      expect([status, stderr]).toEqual([3, ""]);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.at(-1)).toBe("4 sessions: 1 sound, 1 damaged, 1 without their journal, 1 not read");
      const heads = lines.slice(0, -1).filter((line) => !line.startsWith(" "));
      expect(heads.map((line) => line.split(/ +/).slice(0, 2).join(" ")).sort()).toEqual([
        "corrupt two",
        "missing three",
        "sound one",
        "unread folder",
      ]);
    }
    rmSync(journalPath(cwd, "folder"), { recursive: true });
    expect((await run(["verify"], { cwd })).status).toBe(1);
  });

  test("says that there is nothing to check, and does not guess what is meant", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, ".choragen/sessions"), { recursive: true });
    const none = await run(["verify"], { cwd });
    expect([none.status, none.stdout, none.stderr]).toEqual([
      0,
      "",
      expect.stringContaining("there are no sessions yet in .choragen/sessions"),
    ]);
    const both = await run(["verify", "--all", "one"], { cwd });
    expect([both.status, both.stderr]).toEqual([2, expect.stringContaining("not both")]);
  });

  test("gives programs a line for every session, also for those that it could not verify", async () => {
    const { cwd } = await copies();
    mkdirSync(journalPath(cwd, "folder"));
    const { status, stdout } = await run(["verify", "--json"], { cwd });
    expect(status).toBe(3);
    const found = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Map(found.map((each) => [each.sessionId, each.verdict ?? each.error.code]))).toEqual(
      new Map([
        ["one", "sound"],
        ["folder", "READ_FAILED"],
      ]),
    );
  });

  test("gives the place of what is beside the chain, and sends nothing that a terminal would obey", async () => {
    const cwd = temporaryFolder();
    const child = unsealed(2, {
      type: "child_session.linked",
      data: JSON.stringify({ sessionId: "\u001b[31m" }),
    });
    mkdirSync(dirname(journalPath(cwd, "one")), { recursive: true });
    writeFileSync(journalPath(cwd, "one"), sealLines([unsealedStart("one"), child]));
    const { status, stdout } = await run(["verify", "one"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /\n {9}line 2, byte \d+: INVALID_CHILD: Record 2: the child session ".*" cannot be/,
    );
    expect(stdout).not.toContain("\u001b");
  });

  test("tells programs what it found", async () => {
    const { cwd, paths } = await copies("cut");
    cut(join(cwd, "cut/one.ndjson"), 20);
    const { stdout } = await run(["verify", "--json", ...paths], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "torn", records: 4, break: { line: 5 } });
  });
});

describe("repair", () => {
  test("says what it would do and does nothing where nobody can be asked", async () => {
    const { cwd } = await copies("cut");
    const path = join(cwd, "cut/one.ndjson");
    cut(path, 20);
    const before = readFileSync(path);
    const { status, stdout, stderr } = await run(["repair", "cut/one.ndjson"], { cwd });
    expect(status).toBe(2);
    expect(stdout).toMatch(
      /^To repair cut\/one\.ndjson:\n {2}- take out \d+ bytes of a torn record at byte \d+, kept beside it\n/,
    );
    expect(stderr).toContain("nobody is here to answer; say --yes");
    expect(readFileSync(path)).toEqual(before);
  });

  test("takes out what a crash left, keeps it and says where", async () => {
    const { cwd } = await copies("cut");
    cut(join(cwd, "cut/one.ndjson"), 20);
    const { status, stdout } = await run(["repair", "--yes", "cut/one.ndjson"], { cwd });
    expect(status).toBe(0);
    const kept = /kept: (.*)\n$/.exec(stdout)?.[1] ?? "";
    expect(kept).toMatch(/^cut\/one\.ndjson\.torn-\d+$/);
    expect(existsSync(join(cwd, kept))).toBe(true);
    expect((await run(["verify", "cut/one.ndjson"], { cwd })).status).toBe(0);
  });

  test("saves what can be proved behind damage, and keeps the original", async () => {
    const { cwd } = await copies("flipped");
    const path = join(cwd, "flipped/one.ndjson");
    flip(path, '"bbb"');
    const damaged = readFileSync(path);
    const { status, stdout } = await run(["repair", "-y", "flipped/one.ndjson"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("keep the 2 records before line 3");
    expect(stdout).toContain("2 records behind the damage saved");
    expect(stdout).toContain("kept: flipped/one.ndjson.damaged-1");
    expect(readFileSync(`${path}.damaged-1`)).toEqual(damaged);
  });

  test("ends a session whose writer is gone, and leaves alone what needs nothing", async () => {
    const cwd = temporaryFolder();
    const writing = start([...RECORD, "--id", "one", "--ack"], { cwd });
    writing.write(callStarted("c1", "read"));
    await writing.lines(2);
    const during = await run(["repair", "--yes", "one"], { cwd });
    expect([during.status, during.stderr]).toEqual([3, expect.stringContaining("is being written")]);
    writing.kill();
    await writing.ended;
    const { status, stdout } = await run(["repair", "--yes", "one"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("close 1 call without a result as interrupted");
    expect(typesOf(cwd, "one").slice(-2)).toEqual(["tool_call.finished", "session.ended"]);
    const bytes = readFileSync(journalPath(cwd, "one"));
    const again = await run(["repair", "one"], { cwd });
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining("needs no repair")]);
    expect(readFileSync(journalPath(cwd, "one"))).toEqual(bytes);
  });

  test("tells programs what it did", async () => {
    const { cwd } = await copies("cut");
    cut(join(cwd, "cut/one.ndjson"), 20);
    const { stdout } = await run(["repair", "--yes", "--json", "cut/one.ndjson"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      before: { verdict: "torn" },
      after: { verdict: "sound" },
      salvaged: 0,
    });
  });

  test("refuses what is no journal", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "notes.ndjson"), "", { mode: 0o600 });
    writeFileSync(join(cwd, "notes.txt"), "hello\n");
    const empty = await run(["repair", "--yes", "./notes.ndjson"], { cwd });
    expect([empty.status, empty.stderr]).toEqual([1, expect.stringContaining("holds no sound record")]);
    const text = await run(["repair", "--yes", "./notes.txt"], { cwd });
    expect([text.status, text.stderr]).toEqual([
      2,
      expect.stringContaining("only a journal, named *.ndjson"),
    ]);
  });
});
