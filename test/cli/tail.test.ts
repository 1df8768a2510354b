import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { cut, flip, journalPath, recordHere, recordsOf } from "./journals.js";
import { callFinished, callStarted, ending, message, RECORD, type Running, run, start } from "./program.js";

async function recorded(input: string): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, input, "one");
  return cwd;
}

const CALLS =
  message("hello\nthere") +
  callStarted("c1", "read") +
  callStarted("c2", "write", false) +
  callFinished("c2", { success: false, error: "denied" }) +
  callFinished("c1", { success: true, data: { lines: 3 } });

const withoutClock = (text: string) =>
  text.replace(/^\d\d:\d\d:\d\d/gm, "hh:mm:ss").replace(/\d{4}-\d\d-\d\d/g, "date");

describe("tail", () => {
  test("gives each event on a line, results with the names of their calls", async () => {
    const cwd = await recorded(CALLS + ending("success"));
    const { status, stdout } = await run(["tail"], { cwd });
    expect(status).toBe(0);
    expect(withoutClock(stdout)).toBe(`\
hh:mm:ss     1  started   date · impl · m-1 · chain C-1
hh:mm:ss     2  user      hello there
hh:mm:ss     3  call      read  path=a.ts
hh:mm:ss     4  denied    write  not here  path=a.ts
hh:mm:ss     5  failed    write  7 ms  denied
hh:mm:ss     6  ok        read  #3  7 ms  {"lines":3}
hh:mm:ss     7  ended     success  0 turns · 2 calls
`);
  });

  test("gives the last events alone, and as records for programs", async () => {
    const cwd = await recorded(CALLS);
    const last = await run(["tail", "-n", "2", "one"], { cwd });
    expect(withoutClock(last.stdout)).toBe(`\
hh:mm:ss     6  ok        read  #3  7 ms  {"lines":3}
hh:mm:ss     7  closed    stopped cleanly, without an outcome
`);
    const none = await run(["tail", "-n", "0", "one"], { cwd });
    expect([none.status, none.stdout]).toEqual([0, ""]);
    const json = await run(["tail", "--json", "one"], { cwd });
    const records = json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(records[1].data.message.content).toBe("hello\nthere");
  });

  test("gives the wanted types alone, and says which there are where one is none", async () => {
    const cwd = await recorded(
      `${CALLS}${JSON.stringify({ type: "x-own.thing", data: {} })}\n${ending("success")}`,
    );
    const seqs = async (...types: string[]) => {
      const { status, stdout } = await run(["tail", "--json", ...types.flatMap((type) => ["--type", type])], {
        cwd,
      });
      expect(status).toBe(0);
      return stdout === ""
        ? []
        : stdout
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line).seq);
    };
    expect(await seqs("message.added,tool.*")).toEqual([2, 3, 4, 5, 6]);
    expect(await seqs("session.*", "x-*")).toEqual([1, 7, 8]);
    expect(await seqs("approval.granted")).toEqual([]);
    const last = await run(["tail", "-n", "1", "--type", "tool_call.finished"], { cwd });
    expect(withoutClock(last.stdout)).toBe('hh:mm:ss     6  ok        read  #3  7 ms  {"lines":3}\n');
    for (const [type, hint] of [
      ["mesage.added", "did you mean message.added? there are session.started, message.added"],
      ["turn", "did you mean turn.completed?"],
      ["tools.*", "there is no event type"],
    ] as const) {
      const { status, stderr } = await run(["tail", "--type", type], { cwd });
      expect(status).toBe(2);
      expect(stderr).toContain(hint);
    }
  });

  test("begins with the record that is named, if there is one", async () => {
    const cwd = await recorded(CALLS + ending("success"));
    const { stdout } = await run(["tail", "--from", "6"], { cwd });
    expect(withoutClock(stdout)).toMatch(/^hh:mm:ss {5}6 {2}ok {8}read {2}#3[\s\S]*7 {2}ended/);
    const beyond = await run(["tail", "--from", "8"], { cwd });
    expect([beyond.status, beyond.stdout, beyond.stderr]).toEqual([
      3,
      "",
      expect.stringContaining("has 7 records; there is no record 8"),
    ]);
    expect((await run(["tail", "--from", "0"], { cwd })).status).toBe(2);
    expect((await run(["tail", "--from", "2", "--all"], { cwd })).status).toBe(2);
    expect((await run(["tail", "one", "--all"], { cwd })).status).toBe(2);
  });

  test("cuts lines to COLUMNS where that is given", async () => {
    const cwd = await recorded(message("x".repeat(300)) + message("世".repeat(100)));
    const { stdout } = await run(["tail", "one"], { cwd, env: { COLUMNS: "50" } });
    const [, plain = "", wide = ""] = stdout.split("\n");
    expect([plain.length, plain.at(-1), wide.at(-1)]).toEqual([50, "…", "…"]);
    expect(wide.length).toBeLessThan(40);
  });

  test("sends nothing to the terminal that a journal holds to take it over", async () => {
    const evil = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202eabc\u2028\ud800\r";
    const cwd = await recorded(
      message(evil) +
        message(evil, "us\x1b[1mer") +
        callStarted(evil, evil) +
        callFinished(evil, { success: false, error: evil }) +
        `${JSON.stringify({ type: `x-${evil}`, data: { [evil]: evil } })}\n` +
        `${JSON.stringify({ type: "note.added", data: { kind: evil, data: evil } })}\n`,
    );
    for (const parameters of [
      ["tail", "one"],
      ["tail", "--json", "one"],
      ["show", "--full", "one"],
      ["show", "--json", "one"],
      ["verify", "one"],
    ]) {
      const { stdout, stderr } = await run(parameters, { cwd });
      expect(stdout + stderr).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
      expect(stdout.length).toBeGreaterThan(0);
    }
  });

  test("ends quietly when nobody reads on", async () => {
    const cwd = await recorded(message("x".repeat(5000)).repeat(300));
    for (const parameters of [
      ["tail", "one"],
      ["tail", "--json", "one"],
      ["show", "--full", "one"],
    ]) {
      const running = start(parameters, { cwd });
      await running.lines(1);
      running.stopReading();
      const { status, stderr } = await running.ended;
      expect([status, stderr]).toEqual([0, ""]);
    }
  });
});

describe("tail -f", () => {
  const follow = (cwd: string): Running => start(["tail", "-f", "latest"], { cwd });
  const writer = async (cwd: string): Promise<Running> => {
    const running = start([...RECORD, "--id", "one"], { cwd });
    running.write(message("first"));
    await running.lines(1);
    return running;
  };

  test("shows what another process writes, and ends with the session", async () => {
    const cwd = temporaryFolder();
    const writing = await writer(cwd);
    const following = follow(cwd);
    await following.lines(2);
    writing.write(message("second"));
    expect((await following.lines(3)).at(-1)).toContain("second");
    writing.write(ending("success"));
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toContain("ended     success");
  });

  test("says that the writer is gone, and exits with 0", async () => {
    const cwd = temporaryFolder();
    const writing = await writer(cwd);
    const following = follow(cwd);
    await following.lines(2);
    writing.write(message("last words"));
    await following.lines(3);
    writing.kill();
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(
      "-- its writer is gone and did not end it: the session was interrupted",
    );
  });

  test("says that the session was closed without an outcome", async () => {
    const cwd = temporaryFolder();
    const writing = await writer(cwd);
    const following = follow(cwd);
    await following.lines(2);
    writing.end();
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n").slice(-2)).toEqual([
      expect.stringContaining("stopped cleanly"),
      "-- closed by its writer without an outcome; it can be opened again",
    ]);
  });

  test("is ended by Ctrl-C with 130", async () => {
    const cwd = temporaryFolder();
    await writer(cwd);
    const following = follow(cwd);
    await following.lines(2);
    following.kill("SIGINT");
    expect((await following.ended).status).toBe(130);
  });
});

describe("a writer that goes and comes", () => {
  test("is waited for with --stay", async () => {
    const cwd = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionId: "one", workspaceRoot: cwd });
    session.addMessage({ role: "user", content: "first" });
    const following = start(["tail", "--stay", "one"], { cwd });
    await following.lines(2);
    await session.close();
    expect((await following.lines(4)).at(-1)).toMatch(
      /^-- closed by its writer.*waiting for another writer$/,
    );
    const again = await Session.open("one", { workspaceRoot: cwd });
    again?.addMessage({ role: "user", content: "second" });
    expect((await following.lines(5)).at(-1)).toContain("second");
    await again?.end("success");
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toContain("ended");
  });

  test("may have lost what was shown: that is said, and what is there is shown", async () => {
    const cwd = temporaryFolder();
    const about = { role: "r", model: "m", sessionId: "one", workspaceRoot: cwd };
    const session = new Session({ ...about, onFailure: () => {} });
    session.addMessage({ role: "user", content: "kept" });
    const path = session.journalPath;
    const following = start(["tail", "--stay", "one"], { cwd });
    await following.lines(2);
    session.addMessage({ role: "user", content: "lost" });
    await following.lines(3);
    await session.flush();
    // What a crash of the machine may do to it: the last record is gone, and another stands there.
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(`${path}.new`, `${lines.slice(0, 2).join("\n")}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    const said = await following.lines(4);
    expect(said[3]).toBe("-- record 3, shown above, is gone from the journal; going on behind record 2");
    following.kill("SIGINT");
    expect((await following.ended).status).toBe(130);
  });
});

describe("tail -F", () => {
  test("waits for a folder, shows the session in it, and goes on with the next", async () => {
    const cwd = temporaryFolder();
    const following = start(["tail", "-F"], { cwd });
    expect((await following.lines(1))[0]).toMatch(/^-- no sessions yet in .*; waiting for the first$/);
    await recordHere(cwd, message("a") + ending("success"), "one");
    const first = await following.lines(6);
    expect(first[1]).toBe("-- one");
    expect(first.at(-1)).toBe("-- waiting for the next session");
    const parent = new Session({ role: "r", model: "m", sessionId: "two", workspaceRoot: cwd });
    await following.lines(8);
    const about = { role: "r", model: "m", workspaceRoot: cwd, parentSessionId: "two" };
    const child = new Session({ ...about, sessionId: "three" });
    child.addMessage({ role: "user", content: "of the sub-agent" });
    parent.addMessage({ role: "user", content: "of the run" });
    const second = (await following.lines(9)).slice(6);
    expect(second).toEqual([
      "-- two",
      expect.stringContaining("started"),
      expect.stringContaining("of the run"),
    ]);
    await child.end("success");
    await parent.end("success");
    following.kill("SIGINT");
    expect((await following.ended).status).toBe(130);
  });

  test("tells a program in each line whose record it is", async () => {
    const cwd = temporaryFolder();
    await recordHere(cwd, message("a") + ending("success"), "one");
    const following = start(["tail", "-F", "--json", "--type", "message.added"], { cwd });
    await following.lines(1);
    await recordHere(cwd, message("b") + ending("success"), "two");
    const told = (await following.lines(2)).map((line) => JSON.parse(line));
    expect(told.map(({ sessionId, seq, type }) => [sessionId, seq, type])).toEqual([
      ["one", 2, "message.added"],
      ["two", 2, "message.added"],
    ]);
  });

  test("waits for the session that is named, and ends with it", async () => {
    const cwd = temporaryFolder();
    const following = start(["tail", "-F", "later"], { cwd });
    await recordHere(cwd, message("other") + ending("success"), "sooner");
    await recordHere(cwd, message("it") + ending("success"), "later");
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(stdout).toContain("it");
    expect(stdout).not.toContain("other");
  });

  test("does not wait for what can be no session", async () => {
    const { status, stderr } = await run(["tail", "-F", "no such"], { cwd: temporaryFolder() });
    expect([status, stderr]).toEqual([3, expect.stringContaining("no .choragen folder")]);
  });
});

describe("tail --all", () => {
  test("follows what runs and what begins, each line with its session", async () => {
    const cwd = temporaryFolder();
    await recordHere(cwd, message("long ago") + ending("success"), "zero");
    const one = new Session({ role: "r", model: "m", sessionId: "one", workspaceRoot: cwd });
    const call = one.startToolCall({ name: "run", params: {}, governanceResult: { allowed: true } });
    const following = start(["tail", "--all"], { cwd });
    expect((await following.lines(2))[1]).toMatch(/^one {4}-- running: 2 records so far, the last at /);
    const made = new Session({ role: "r", model: "m", workspaceRoot: cwd });
    await following.lines(3);
    await call.finish({ success: true, data: "done" });
    await following.lines(4);
    await made.end("success");
    await following.lines(5);
    await one.close();
    const lines = await following.lines(7);
    const short = made.id.slice(-6);
    expect(lines.slice(2).map((line) => line.replace(/\d\d:\d\d:\d\d +/, ""))).toEqual([
      expect.stringMatching(`^${short} 1 {2}started`),
      expect.stringMatching("^one {4}3 {2}ok {8}run {2}[\\d.]+ m?s {2}done"),
      expect.stringMatching(`^${short} 2 {2}ended`),
      expect.stringMatching("^one {4}4 {2}closed"),
      expect.stringMatching("^one {4}-- closed by its writer"),
    ]);
    following.kill("SIGINT");
    expect((await following.ended).status).toBe(130);
  });

  test("gives records to programs, each with the id of its session", async () => {
    const cwd = temporaryFolder();
    const one = new Session({ role: "r", model: "m", sessionId: "one", workspaceRoot: cwd });
    const following = start(["tail", "--all", "--json", "--type", "note.added"], { cwd });
    let isThere = false;
    void following.lines(1).then(() => {
      isThere = true;
    });
    // Nothing tells when it has begun but what it gives.
    while (!isThere) {
      one.addNote("n", 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const [first = ""] = await following.lines(1);
    const { sessionId, ...record } = JSON.parse(first);
    expect(sessionId).toBe("one");
    expect(recordsOf(cwd, "one")).toContainEqual(record);
    expect(first).toMatch(/^\{"sessionId":"one","seq":\d+,"time":/);
    await one.end("success");
    following.kill("SIGINT");
    expect((await following.ended).stderr).toBe("");
  });

  test("shows the last events of what runs where they are asked for", async () => {
    const cwd = temporaryFolder();
    const one = new Session({ role: "r", model: "m", sessionId: "one", workspaceRoot: cwd });
    for (const content of ["a", "b", "c"]) one.addMessage({ role: "user", content });
    const following = start(["tail", "--all", "-n", "2"], { cwd });
    const lines = await following.lines(4);
    expect(lines.slice(1).map((line) => line.at(-1))).toEqual(["b", "c", expect.any(String)]);
    await one.end("success");
  });
});

describe("a journal that is not whole", () => {
  test("gives its sound part, says where it is torn, and exits with 1", async () => {
    const cwd = await recorded(message("a") + message("b"));
    const copy = join(cwd, "one.ndjson");
    writeFileSync(copy, readFileSync(journalPath(cwd, "one")), { mode: 0o600 });
    cut(copy, 10);
    for (const parameters of [
      ["tail", copy],
      ["tail", "-f", copy],
    ]) {
      const { status, stdout } = await run(parameters, { cwd });
      expect(status).toBe(1);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.length).toBe(4);
      expect(lines.at(-1)).toMatch(
        /^-- torn by a crash at line 4, byte \d+; the 3 records before it are sound$/,
      );
    }
  });

  test("gives its sound part, says where it is damaged, and exits with 1", async () => {
    const cwd = await recorded(message("a") + message("bbb") + message("c"));
    flip(journalPath(cwd, "one"), '"bbb"');
    const { status, stdout } = await run(["tail", "one"], { cwd });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /damaged at line 3, byte \d+: its hash is not that of its bytes; the 2 records before it are/,
    );
    const json = await run(["tail", "--json", "one"], { cwd });
    expect(json.status).toBe(1);
    expect(json.stdout.trimEnd().split("\n").length).toBe(2);
    expect(json.stderr).toContain("damaged at line 3");
  });
});
