import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SessionTable } from "../../src/cli/view/session-table.js";
import type { SessionSummary } from "../../src/store/summary.js";
import { temporaryFolder } from "../support/folders.js";
import { journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, RECORD, run, start } from "./program.js";

async function list(cwd: string, ...options: string[]) {
  const { status, stdout, stderr } = await run(["list", "--json", ...options], { cwd });
  const ids = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).id);
  return status === 0 ? ids : [status, ids, stderr];
}

async function workspace(): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(
    cwd,
    callStarted("1", "read") + callFinished("1", { success: false, error: "x" }) + ending("success"),
    "one",
  );
  await recordHere(cwd, callStarted("1", "read", false) + ending("failure"), "two");
  await recordHere(cwd, "", "three");
  writeFileSync(journalPath(cwd, "four"), "x\n");
  return cwd;
}

describe("list", () => {
  test("gives the sessions that its options choose, sorted and no more than wanted", async () => {
    const cwd = await workspace();
    expect(await list(cwd)).toEqual(["three", "two", "one", "four"]);
    expect(await list(cwd, "--state", "failure,unreadable")).toEqual(["two", "four"]);
    expect(await list(cwd, "--state=ended", "--denied")).toEqual(["two"]);
    expect(await list(cwd, "--state", "closed")).toEqual(["three"]);
    expect(await list(cwd, "--state", "interrupted")).toEqual(["three"]);
    expect(await list(cwd, "--failed")).toEqual(["one"]);
    expect(await list(cwd, "--role", "IMPL", "--model", "m-*", "--chain", "c-1")).toEqual([
      "three",
      "two",
      "one",
    ]);
    expect(await list(cwd, "--since", "1h")).toEqual(["three", "two", "one"]);
    expect(await list(cwd, "--sort", "calls", "-n", "2")).toEqual(["two", "one"]);
    expect(await list(cwd, "--sort", "id", "--limit", "3")).toEqual(["four", "one", "three"]);
  });

  test("says where none fits, and exits with 1", async () => {
    const cwd = await workspace();
    const none = [1, [], expect.stringContaining("none of the sessions fits in .choragen/sessions")];
    expect(await list(cwd, "--role", "nobody")).toEqual(none);
    expect(await list(cwd, "--since", "2999-01-01")).toEqual(none);
  });

  test.each([
    [
      ["--state", "open"],
      "--state takes one of running, ended, success, failure, interrupted, closed, unreadable",
    ],
    [["--state", "failure,"], "--state takes one of"],
    [["--sort", "size"], "--sort takes one of started, took"],
    [["--since", "30"], "--since takes a span of time"],
    [["--limit", "0"], "--limit takes a whole number from 1"],
    [["-n", "many"], "--limit takes a whole number from 1"],
    [["--role", ""], "--role needs a value"],
  ])("refuses %j", async (options, said) => {
    expect(await list(await workspace(), ...options)).toEqual([2, [], expect.stringContaining(said)]);
  });

  test("prints the first rows before it has looked at all", async () => {
    const cwd = temporaryFolder();
    await recordHere(cwd, ending("success"), "session-20250102-000000-aaaaaa");
    await recordHere(cwd, "", "session-20250101-000000-aaaaaa");
    // One that takes long: it is read through before its row can be there.
    const slow = start([...RECORD, "--id", "session-20240101-000000-aaaaaa"], { cwd });
    await slow.lines(1);
    const listing = start(["list"], { cwd });
    const [titles = "", first = ""] = await listing.lines(2);
    expect(titles).toMatch(/^SESSION/);
    expect(first).toMatch(/^session-20250102-000000-aaaaaa {2}success/);
    listing.stopReading();
    expect((await listing.ended).status).toBe(0);
  });
});

const summary: SessionSummary = {
  id: "session-20250102-030405-abc123",
  lifecycle: "ended",
  role: "impl",
  model: "a-model",
  chainId: "CHAIN-1",
  taskId: "7",
  parentSessionId: null,
  startTime: "2025-01-02T03:04:05.000Z",
  endTime: "2025-01-02T03:04:07.500Z",
  lastTime: "2025-01-02T03:04:07.500Z",
  outcome: "success",
  closed: false,
  status: "completed",
  messages: 1,
  turns: 2,
  toolCalls: 3,
  failedCalls: 0,
  deniedCalls: 4,
  openCalls: 0,
  errors: 0,
  tokenUsage: { input: 5, output: 0, total: 5 },
  bytes: 1,
};

describe("the table of sessions", () => {
  const table = (width: number) => new SessionTable(width, (_, text) => text);
  const row = (width: number, changes: Partial<SessionSummary> = {}) =>
    table(width).row({ ...summary, ...changes });

  test("drops columns in a fixed order, and every width holds its rows", () => {
    let before: string[] = [];
    for (let width = 20; width <= 240; width++) {
      const titles = table(width).titles();
      const names = titles.split(/\s+/);
      expect(titles.length).toBeLessThanOrEqual(Math.max(width, 21));
      expect(row(width).length).toBeLessThanOrEqual(Math.max(width, 21));
      expect(before.every((name) => names.includes(name))).toBe(true);
      before = names;
    }
    expect(before).toEqual(
      "SESSION STATE ROLE MODEL CHAIN/TASK STARTED TOOK TURNS CALLS DENIED TOKENS".split(" "),
    );
  });

  test("shortens the ids that were made up, and never cuts another", () => {
    const id = (text: string) => text.split(" ")[0];
    expect(id(row(80))).toBe("abc123");
    expect(id(row(80, { id: "session-20250102-030405-abc123def456" }))).toBe("def456");
    expect(id(row(80, { id: "import-tau-bench-abc123def456" }))).toBe("def456");
    expect(id(row(200))).toBe(summary.id);
    const chosen = "a-name-that-somebody-has-chosen";
    const long = row(80, { id: chosen });
    expect(long).toMatch(/^a-name-that-somebody-has-chosen {2}success/);
    expect(long.length).toBeLessThanOrEqual(80);
    expect(id(row(20, { id: chosen }))).toBe(chosen);
  });

  test("says how long a session has been running, and nothing where it cannot be told", () => {
    expect(row(300)).toContain("2.5 s");
    const running = { lifecycle: "running", outcome: null, endTime: null } as const;
    expect(row(300, { ...running, startTime: new Date(Date.now() - 61_000).toISOString() })).toMatch(
      /1 min \d s/,
    );
    expect(row(300, { ...running, lifecycle: "interrupted", lastTime: "" })).not.toMatch(/\d (s|min|h)\b/);
  });

  test("has no figures for a session of which nothing could be read", () => {
    const unreadable = row(300, { lifecycle: "unreadable", startTime: "", chainId: null, taskId: null });
    expect(unreadable).toMatch(/^\S+ +unreadable +impl +a-model$/);
  });

  test("shows the time of this year, and of another only the day, where there is less room", () => {
    const year = new Date().getFullYear();
    expect(row(80, { startTime: new Date(year, 4, 6, 7, 8).toISOString() })).toContain(" 05-06 07:08 ");
    expect(row(80, { startTime: new Date(year - 1, 4, 6, 7, 8).toISOString() })).toContain(
      ` ${year - 1}-05-06 `,
    );
    expect(row(200, { startTime: new Date(year - 1, 4, 6, 7, 8).toISOString() })).toContain(
      ` ${year - 1}-05-06 07:08:00 `,
    );
  });

  test("shows what would move the cursor, and never sends it", () => {
    expect(row(300, { role: "\x1b[31mred", taskId: "a\nb" })).toContain("␛[31mred");
  });
});
